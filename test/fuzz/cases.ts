import { performance } from "node:perf_hooks";
import { InputError } from "../../src/core/errors.ts";
import { changedBytes } from "./changes/bytes.ts";
import { type Draw, drawOf } from "./draw.ts";
import { memoryRise } from "./memory.ts";
import type { Files, FuzzReader } from "./reader.ts";

/** What a reader made of a case, and what it took. */
export interface Outcome {
  readonly kind: "result" | "refused" | "finding";
  /** Of a finding, what is wrong. */
  readonly problem?: string;
  readonly milliseconds: number;
  /** How far the memory of the process rose at its peak above what it had before, in MiB: see {@link memoryRise}. */
  readonly mebibytes: number;
}

/** See {@link FuzzReader}: in milliseconds, and in MiB. */
const MAX_TIME = 1_000;
const MAX_MEMORY = 256;

/** The cases of a reader by number. The first ones are its valid files; a seed and a number always make the same case. */
export async function casesOf(name: string, reader: FuzzReader, seed: number): Promise<(number: number) => Files> {
  const seeds = await reader.seeds();
  return (number) => seeds[number] ?? changedFiles(seeds, reader, drawOf(seed, name, number));
}

function changedFiles(seeds: readonly Files[], reader: FuzzReader, draw: Draw): Files {
  // Small files, which come first, are damaged more often.
  let files = seeds[Math.min(draw.below(seeds.length), draw.below(seeds.length + 1))]!;
  const names = Object.keys(files);
  for (let left = draw.pick([1, 1, 1, 2, 2, 3]); left > 0; left--) {
    const name = draw.pick(names);
    const known = reader.changes?.(name) ?? [];
    const change = draw.chance(0.5) && known.length > 0 ? draw.pick(known) : changedBytes;
    files = { ...files, [name]: change(files[name]!, draw) };
  }
  return files;
}

/** Reads a case. The answer must be a result or an InputError of one line, soon, without much memory. */
export async function outcomeOf(reader: FuzzReader, files: Files, isSeed = false): Promise<Outcome> {
  const first = await tried(reader, files, isSeed);
  const most = reader.time ?? MAX_TIME;
  if (first.kind === "finding" || first.milliseconds <= most) return first;
  // On a busy machine, any case may take as long once.
  const again = await tried(reader, files, isSeed);
  const milliseconds = Math.min(first.milliseconds, again.milliseconds);
  if (milliseconds <= most) return { ...first, milliseconds };
  return { ...first, milliseconds, kind: "finding", problem: `it takes ${Math.round(milliseconds)} ms` };
}

async function tried(reader: FuzzReader, files: Files, isSeed: boolean): Promise<Outcome> {
  const start = performance.now();
  const rise = memoryRise();
  let kind: Outcome["kind"] = "result";
  let problem: string | undefined;
  try {
    await reader.read(files);
  } catch (error) {
    kind = "refused";
    problem = problemOf(error) ?? (isSeed ? `a valid file is refused: ${String(error)}` : undefined);
  }
  const milliseconds = performance.now() - start;
  const mebibytes = rise();
  problem ??= pollution();
  if (mebibytes > (reader.memory ?? MAX_MEMORY)) problem ??= `it takes ${Math.round(mebibytes)} MiB`;
  return {
    kind: problem === undefined ? kind : "finding",
    ...(problem !== undefined && { problem }),
    milliseconds,
    mebibytes,
  };
}

/** What is wrong with an error; undefined for one of ours, of one line that can be shown. */
function problemOf(error: unknown): string | undefined {
  if (!(error instanceof InputError))
    return error instanceof Error ? (error.stack ?? String(error)) : `threw ${String(error)}`;
  if (/[\n\r]/.test(error.message)) return `an error of several lines: ${JSON.stringify(error.message.slice(0, 300))}`;
  return error.message.length > 2_000 ? `an error of ${error.message.length} characters` : undefined;
}

const prototypes = [Object.prototype, Array.prototype, Function.prototype, String.prototype, Map.prototype];
const keysOf = () => prototypes.map((prototype) => Reflect.ownKeys(prototype).length).join();
const clean = keysOf();

function pollution(): string | undefined {
  return keysOf() === clean ? undefined : "a prototype has other keys than before";
}
