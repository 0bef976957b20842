import { readdirSync, readFileSync } from "node:fs";
import { sizeOf } from "../../src/core/tensor.ts";
import type { Change } from "./draw.ts";

/** The files of one case by name; the first is the one that is read, and the others those that it refers to. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** A reader of files, and what is tried with it. */
export interface FuzzReader {
  /** Valid files: each must give a result. Others are made from them. */
  seeds(): readonly Files[] | Promise<readonly Files[]>;
  /** Changes of a file that know its format; every file is changed by bytes too. */
  changes?(name: string): readonly Change[];
  /** Reads; throws another error than an InputError for a result that cannot be right. */
  read(files: Files): unknown;
  /** How many cases `npm test` tries. */
  readonly inTest: number;
  /** How much more memory than before one case may take at its peak, in MiB. Default 256. */
  readonly memory?: number;
  /** How long one case may take, in milliseconds. Default 1000. */
  readonly time?: number;
}

/** A file of the repository; tests and `npm run fuzz` run in its folder. */
export function stored(path: string): Uint8Array {
  return new Uint8Array(readFileSync(path));
}

/** The files in a folder by name, the smallest first. */
export function storedIn(folder: string, pattern: RegExp, largest = 70_000): [name: string, bytes: Uint8Array][] {
  return readdirSync(folder)
    .filter((name) => pattern.test(name))
    .sort()
    .map((name): [string, Uint8Array] => [name, stored(`${folder}/${name}`)])
    .filter(([, { length }]) => length <= largest)
    .sort(([, a], [, b]) => a.length - b.length);
}

export function firstOf(files: Files): Uint8Array {
  return Object.values(files)[0]!;
}

/** @throws Error for another number of values than the shape says */
export function checkTensor({
  shape,
  data,
}: {
  readonly shape: readonly number[];
  readonly data: { length: number };
}): void {
  if (sizeOf(shape) !== data.length) throw new Error(`a tensor [${shape}] has ${data.length} values`);
}
