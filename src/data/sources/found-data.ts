import { InputError } from "../../core/errors.ts";
import type { Tensor } from "../../core/tensor.ts";

/** What a source has found: the images and labels of a data set as they are on the disk, before they are prepared. */
export interface FoundData {
  /** The kind of data and their place, for people: `pictures in /data/letters`. */
  readonly source: string;
  /** One name per class, in the order of their numbers. */
  readonly classNames: readonly string[];
  readonly train: FoundPart;
  /** Absent where the data have none. */
  readonly validation?: FoundPart;
  /** Absent where the data are not divided. */
  readonly test?: FoundPart;
  /** How the data are divided, for people, where they are: `folders train and test`. */
  readonly split?: string;
  /** Lines for people about what was skipped or decided. */
  readonly notes: readonly string[];
}

export interface FoundPart {
  readonly images: FoundImages;
  /** `[N]` class numbers. */
  readonly labels: Uint8Array | Int32Array;
}

export type FoundImages = PictureFiles | ImageArray;

/** Pictures of any size, each in a file. */
export interface PictureFiles {
  readonly kind: "files";
  /** The folder of the data set. */
  readonly folder: string;
  /** The paths of the files, relative to the folder, with "/" between names. */
  readonly names: readonly string[];
}

/** Images of one size in memory. */
export interface ImageArray {
  readonly kind: "array";
  /** The file in errors. */
  readonly name: string;
  /** `[N, rows, columns, channels]`, 0 to 255. */
  readonly images: Tensor<Uint8Array>;
}

/** Class numbers in the smallest array that holds them. */
export function labelArray(labels: ArrayLike<number>, classes: number): Uint8Array | Int32Array {
  return classes <= 256 ? Uint8Array.from(labels) : Int32Array.from(labels);
}

/** @throws InputError for data without at least two classes */
export function checkTwoClasses(source: string, classNames: readonly string[]): void {
  if (classNames.length >= 2) return;
  const got = classNames.length === 0 ? "none" : `only "${classNames[0]}"`;
  throw new InputError(`${source}: expected at least two classes, got ${got}; add images of another class`);
}
