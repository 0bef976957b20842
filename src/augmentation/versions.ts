/** Versions of images. Threads load this file: it checks nothing, and knows no function of the user. */
import { type Random, random } from "../core/random.ts";
import { type Shape, sizeOf } from "../core/tensor.ts";
import { drawAffine } from "./affine.ts";
import type { DrawSources } from "./augmentation.ts";
import type { Augmentation } from "./augmentations.ts";
import { ElasticField } from "./elastic-field.ts";
import { type Pixels, Resampler } from "./resample.ts";

/** Changes the image that begins at `from[at]`, which is number `index`. The next call may overwrite the result. */
export type Change = (from: Pixels, at: number, random: Random, index: number) => ArrayLike<number>;

/** Built-in augmentations of images of one kind, as plain data for other threads: see {@link plainVersions}. */
export interface PlainAugmentation {
  readonly steps: readonly Augmentation[];
  /** [rows, columns, channels]. */
  readonly shape: Shape;
  readonly seed: number;
  /** The number of versions beside the image itself; undefined: one for every epoch. */
  readonly copies: number | undefined;
}

/**
 * Makes versions of images one by one. A version depends only on the seed, on the image's index in the data and on the
 * version's number; version 0 is the image itself.
 */
export class Versions {
  /** Numbers of an image. */
  readonly size: number;
  private readonly seed: number;
  private readonly copies: number | undefined;
  private readonly changes: readonly Change[];

  constructor(changes: readonly Change[], { shape, seed, copies }: Omit<PlainAugmentation, "steps">) {
    this.size = sizeOf(shape);
    this.seed = seed;
    this.copies = copies;
    this.changes = changes;
  }

  /** The version of an image that an epoch shows; epochs are counted from 1. */
  versionIn(epoch: number, index: number): number {
    if (this.copies === undefined) return epoch;
    const versions = this.copies + 1;
    const round = Math.floor((epoch - 1) / versions);
    const order = Uint32Array.from({ length: versions }, (_, version) => version);
    return random(this.seed, "versions", index, round).shuffle(order)[(epoch - 1) % versions]!;
  }

  /**
   * Writes a version of image `i` of `from`, which is image `index` of the data, to `to` from `at` on.
   * @throws InputError for what an own function returns
   */
  write(from: Pixels, i: number, to: Pixels, at: number, { index, version }: { index: number; version: number }): void {
    const { size, changes } = this;
    const first = i * size;
    if (version === 0 || changes.length === 0) {
      to.set(from.subarray(first, first + size), at);
      return;
    }
    let [given, start]: [Pixels, number] = [from, first];
    let changed: ArrayLike<number> = from;
    changes.forEach((change, step) => {
      if (step > 0) [given, start] = [changed instanceof Float32Array ? changed : Float32Array.from(changed), 0];
      changed = change(given, start, random(this.seed, "augment", index, version, step), index);
    });
    if (to instanceof Float32Array) to.set(changed, at);
    else if (changed instanceof Float32Array) storeBytes(changed, to, at);
    else to.set(Array.from(changed, byteOf), at);
  }
}

/** Almost all numbers come this way. */
function storeBytes(from: Float32Array, to: Uint8Array, at: number): void {
  for (let p = 0; p < from.length; p++) to[at + p] = byteOf(from[p]!);
}

function byteOf(value: number): number {
  return value > 0 ? (value < 255 ? (value + 0.5) | 0 : 255) : 0;
}

/** The versions that built-in augmentations make. */
export function plainVersions(plain: PlainAugmentation): Versions {
  return new Versions(
    plain.steps.map((step) => builtInChange(step, plain.shape)),
    plain,
  );
}

/** What a built-in augmentation does to images of [rows, columns, channels]. */
export function builtInChange(step: Augmentation, [rows = 0, columns = 0, channels = 0]: Shape): Change {
  const resampler = new Resampler(rows, columns, channels, step.background);
  const draw = sourcesOf(step, rows, columns);
  return (from, at, random) => {
    resampler.load(from, at);
    draw(random, resampler.sources, resampler.drawn);
    return resampler.run();
  };
}

/** Draws distortions of an augmentation for images of one size. */
function sourcesOf(step: Augmentation, rows: number, columns: number): DrawSources {
  switch (step.type) {
    case "distortions":
      return (random, sources, drawn) => drawAffine(step, random, sources, drawn);
    case "elastic": {
      const field = new ElasticField(rows, columns, step);
      return (random, { xs, ys }) => field.draw(random, xs, ys);
    }
  }
}
