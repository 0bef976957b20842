import type { Tensor } from "../core/tensor.ts";

/** Images with their class numbers, in memory. */
export interface Dataset {
  /** `[N, rows, columns, channels]`; bytes with `scale: 1 / 255`, or floats. */
  readonly images: Tensor<Uint8Array> | Tensor<Float32Array>;
  /** `[N]` class numbers, from 0. */
  readonly labels: Uint8Array | Int32Array;
  /** One name per class, in order: `["0", ..., "9"]` for digits. */
  readonly classNames: readonly string[];
}

/** A data set in its two parts. */
export interface TrainTest {
  /** What was read and from where, for people: `"MNIST from /data/mnist"`. */
  readonly source: string;
  readonly train: Dataset;
  /** For the last line of a run only: settings and epochs are chosen on a validation split of `train`. */
  readonly test: Dataset;
}
