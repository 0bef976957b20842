/** The data of figures and reports: plain JSON, as a run's folder holds it and the library returns it. */

/** A number that JSON had; null where it was NaN, or where there was nothing to divide by. */
export type Num = number | null;

/** Numbers by epoch: what `fit` returns, and `history.json`. */
export interface HistoryJson {
  /** Numbers of the epochs, from 1. */
  readonly epochs: readonly number[];
  /** By Keras's names, one number an epoch. */
  readonly history: Readonly<Record<string, readonly Num[]>>;
  /** The epoch whose weights the model has; absent where unknown. */
  readonly chosen?: number;
}

/** Numbers by step, thinned out: each entry stands for `every` batches. `steps.json` */
export interface StepsJson {
  readonly every: number;
  /** Batches learned from before the first of an entry, over all epochs. */
  readonly iterations: readonly number[];
  /** Mean of the batches' losses. */
  readonly loss: readonly Num[];
  /** At the entry's first batch. */
  readonly learningRate: readonly Num[];
  /** The length of the whole gradient: mean and largest. */
  readonly gradientNorm: readonly Num[];
  readonly maxGradientNorm: readonly Num[];
}

/** counts[true class][predicted class] */
export type Confusion = readonly (readonly number[])[];

/** One class; null where there is nothing to divide by. */
export interface ClassJson {
  readonly name: string;
  readonly precision: Num;
  readonly recall: Num;
  readonly f1: Num;
  /** Images of this class. */
  readonly support: number;
}

/** Confusion matrix and per-class numbers: what `evaluate` returns with `confusionMatrix`, and `evaluation.json`. */
export interface EvaluationJson {
  readonly loss: Num;
  readonly accuracy?: Num;
  readonly confusionMatrix: Confusion;
  readonly perClass: readonly ClassJson[];
}

/** The prediction for every image, in order: what `evaluate` returns with `predictions`, and `predictions.json`. */
export interface PredictionsJson {
  /** True classes. */
  readonly labels: readonly number[];
  /** Predicted classes. */
  readonly predicted: readonly number[];
  /** The probability the network gave the class it chose, from 0 to 1. */
  readonly confidence: readonly number[];
  /**
   * Score gap: by how much the second best class is worse than the predicted one. For networks with scores instead of
   * probabilities; with RBF units, by how much it is farther.
   */
  readonly margin?: readonly number[];
}

/** One image with its prediction. */
export interface Example {
  /** Its place in the data, from 0. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  readonly confidence: number;
  /** Bytes [rows, columns, channels] in base64; 255 is full ink (white on black, as MNIST has it). */
  readonly pixels: string;
}

/** Some images, chosen to be looked at. `examples.json` */
export interface ExamplesJson {
  /** Of an image: [rows, columns, channels]. */
  readonly shape: readonly number[];
  /** Factor from a byte to the network's input; absent: 1/255. */
  readonly scale?: number;
  readonly classNames: readonly string[];
  /** The worst errors, most confident first, then some of each cell of the confusion matrix. */
  readonly images: readonly Example[];
}

/** Histograms of the weights by epoch. `weights.json` */
export interface WeightHistogramsJson {
  /** Epochs that are kept; 0 is before training. */
  readonly epochs: readonly number[];
  /** By `<layer>/<weight>`, one for each of those epochs. */
  readonly weights: Readonly<Record<string, readonly HistogramJson[]>>;
}

/** Counts of equal bins from min to max. */
export interface HistogramJson {
  readonly min: Num;
  readonly max: Num;
  readonly counts: readonly number[];
}

/** A network in numbers: what `summaryData` returns, and `lenet5 summary --json`. */
export interface NetworkJson {
  readonly name?: string;
  readonly params: number;
  readonly connections: number;
  readonly macs: number;
  readonly layers: readonly LayerJson[];
}

export interface LayerJson {
  readonly name: string;
  readonly type: string;
  /** Without the batch axis: [rows, columns, channels] or [units]. */
  readonly outputShape: readonly number[];
  readonly params: number;
  readonly connections: number;
  readonly macs: number;
  /** Names of the layers it reads. */
  readonly connectedTo: readonly string[];
  /** Its options, e.g. `kernelSize: [5, 5]`. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** A convolution's kernels. */
export interface KernelsJson {
  /** The layer's name. */
  readonly layer: string;
  /** [rows, columns, in, out] */
  readonly shape: readonly number[];
  /** In row-major order. */
  readonly values: ArrayLike<number>;
  /** The input channels that each output map sees; absent: all. */
  readonly connectionTable?: readonly (readonly number[])[];
}

/** Outputs of every layer for one image. */
export interface FeatureMapsJson {
  readonly layers: readonly {
    readonly name: string;
    readonly type: string;
    /** [rows, columns, channels] or [units] */
    readonly shape: readonly number[];
    /** In row-major order. */
    readonly values: ArrayLike<number>;
  }[];
}
