import type { Tensor } from "../core/tensor.ts";
import type { Preparation } from "../pictures/preparation.ts";

/** Images with their class numbers, in memory. */
export interface Dataset {
  /** `[N, rows, columns, channels]`; bytes with `scale: 1 / 255`, or floats. */
  readonly images: Tensor<Uint8Array> | Tensor<Float32Array>;
  /** `[N]` class numbers, from 0. */
  readonly labels: Uint8Array | Int32Array;
  /** One name per class, in order: `["0", ..., "9"]` for digits. */
  readonly classNames: readonly string[];
  /** How a picture becomes one of these images; absent where that is not known. */
  readonly preparation?: Preparation;
  /** The file of each image, relative to the folder of the data set: `train/cat/1.png`; absent where there are none. */
  readonly names?: readonly string[];
  /** `[N, 2]`: rows and columns of each picture before it was prepared; absent where all have the images' size. */
  readonly sizes?: Uint32Array;
}

/** A data set with its training and its test part. */
export interface TrainTest {
  /** The name of the data set and where it was read, for people: `"MNIST from /data/mnist"`. */
  readonly source: string;
  /** Images to train on; `fit`'s `validationSplit` takes the validation images from its end. */
  readonly train: Dataset;
  /** For the final evaluation only: choose settings and epochs by a validation split of `train`. */
  readonly test: Dataset;
  /** Images for `fit`'s `validationData`, where the data set has some of its own. */
  readonly validation?: Dataset;
  /** Lines for people about what was skipped or decided when the data were read. */
  readonly notes?: readonly string[];
  /** How the images were divided, for people: `"folders train and test"`, `"20% of each class for the test, seed 0"`. */
  readonly split?: string;
}
