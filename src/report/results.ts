/** Input of figures and reports: plain JSON, as the library returns it and as the files of a run folder contain it. */

/** A number in JSON; null stands for NaN. */
export type Num = number | null;

/** Metrics by epoch: returned by `fit`; the file `history.json`. */
export interface HistoryJson {
  /** Numbers of the epochs, from 1. */
  readonly epochs: readonly number[];
  /** Keras's metric name ("loss", "val_accuracy") -> one value for each epoch. */
  readonly history: Readonly<Record<string, readonly Num[]>>;
  /** The epoch whose weights the model has; absent if unknown. */
  readonly chosen?: number;
}

/** Metrics by step: returned by `stepRecorder`; the file `steps.json`. Each entry covers `every` steps (batches). */
export interface StepsJson {
  /** Steps that an entry covers. */
  readonly every: number;
  /** Number of steps before the entry, counted over all epochs. */
  readonly iterations: readonly number[];
  /** Mean loss of the entry's batches. */
  readonly loss: readonly Num[];
  /** Learning rate at the entry's first step. */
  readonly learningRate: readonly Num[];
  /** Euclidean norm of the gradient of all weights: mean over the entry's steps. */
  readonly gradientNorm: readonly Num[];
  /** The largest such norm among the entry's steps. */
  readonly maxGradientNorm: readonly Num[];
}

/** Confusion matrix: counts[true class][predicted class]; or, of many classes, only the cells that have images. */
export type Confusion = readonly (readonly number[])[] | SparseConfusion;

/** Confusion matrix of more than 200 classes, most of whose cells are 0. */
export interface SparseConfusion {
  /** Number of classes. */
  readonly classes: number;
  /** [true class, predicted class, number of images] of each cell that has images. */
  readonly cells: readonly (readonly [label: number, predicted: number, images: number])[];
}

/** Metrics of one class, from 0 to 1; null where the denominator is 0. */
export interface ClassJson {
  /** Class name. */
  readonly name: string;
  /** Share of the images predicted as this class that belong to it. */
  readonly precision: Num;
  /** Share of the images of this class that were predicted as this class. */
  readonly recall: Num;
  /** Harmonic mean of precision and recall. */
  readonly f1: Num;
  /** Number of images of this class. */
  readonly support: number;
}

/** Evaluation on the test images: returned by `evaluate` with `confusionMatrix: true`; the file `evaluation.json`. */
export interface EvaluationJson {
  /** Mean loss. */
  readonly loss: Num;
  /** Share of correct predictions, from 0 to 1; absent for a model without this metric. */
  readonly accuracy?: Num;
  /** The model's other metrics, by name. */
  readonly metrics?: Readonly<Record<string, Num>>;
  /** counts[true class][predicted class]; of more than 200 classes, only the cells that have images. */
  readonly confusionMatrix: Confusion;
  /** Metrics of each class, in the order of the matrix. */
  readonly perClass: readonly ClassJson[];
}

/**
 * Predictions for all images, in order: returned by `evaluate` with `predictions: true`; the file `predictions.json`.
 */
export interface PredictionsJson {
  /** True classes. */
  readonly labels: readonly number[];
  /** Predicted classes. */
  readonly predicted: readonly number[];
  /** Probability of the predicted class, from 0 to 1. */
  readonly confidence: readonly number[];
  /**
   * Score gap between the predicted class and the second best one, for networks that return scores instead of
   * probabilities. With RBF units: the difference of the two smallest distances.
   */
  readonly margin?: readonly number[];
}

/** One image with its prediction. */
export interface Example {
  /** Index of the image in the data set, from 0. */
  readonly index: number;
  /** True class. */
  readonly label: number;
  /** Predicted class. */
  readonly predicted: number;
  /** Probability of the predicted class, from 0 to 1. */
  readonly confidence: number;
  /** Bytes [rows, columns, channels] in base64; 255 is full ink (white on black, as in MNIST). */
  readonly pixels: string;
}

/** A selection of images with their predictions: returned by `examples`; the file `examples.json`. */
export interface ExamplesJson {
  /** Shape of an image: [rows, columns, channels]. */
  readonly shape: readonly number[];
  /** The network's input is a byte times this factor; default 1/255. */
  readonly scale?: number;
  /** Class names by class number. */
  readonly classNames: readonly string[];
  /** The errors of the highest confidence first, then some images of each cell of the confusion matrix. */
  readonly images: readonly Example[];
}

/** Weight histograms by epoch: returned by `weightRecorder`; the file `weights.json`. */
export interface WeightHistogramsJson {
  /** The recorded epochs; 0 is before training. */
  readonly epochs: readonly number[];
  /** `<layer>/<weight>` -> one histogram for each recorded epoch. */
  readonly weights: Readonly<Record<string, readonly HistogramJson[]>>;
}

/** A histogram: counts of equally wide bins between the smallest and the largest weight. */
export interface HistogramJson {
  /** The smallest weight; null where a weight is not finite. */
  readonly min: Num;
  /** The largest weight; null where a weight is not finite. */
  readonly max: Num;
  /** Number of weights in each bin. */
  readonly counts: readonly number[];
}

/** Summary of a network: returned by `summaryData`; printed by `lenet5 summary --json`. */
export interface NetworkJson {
  /** Name of the model. */
  readonly name?: string;
  /** Number of parameters. */
  readonly params: number;
  /** Number of connections, as the 1998 paper counts them. */
  readonly connections: number;
  /** Multiply-adds for one image. */
  readonly macs: number;
  /** The layers in the order in which they are computed. */
  readonly layers: readonly LayerJson[];
}

/** Summary of a layer. */
export interface LayerJson {
  /** Name of the layer. */
  readonly name: string;
  /** Type of the layer: "conv2d". */
  readonly type: string;
  /** Shape without the batch axis: [rows, columns, channels] or [units]. */
  readonly outputShape: readonly number[];
  /** Number of parameters. */
  readonly params: number;
  /** Number of connections, as the 1998 paper counts them. */
  readonly connections: number;
  /** Multiply-adds for one image. */
  readonly macs: number;
  /** Names of the layers whose outputs it reads. */
  readonly connectedTo: readonly string[];
  /** Options of the layer: `kernelSize: [5, 5]`. */
  readonly config: Readonly<Record<string, unknown>>;
}

/** Kernels of a convolution: returned by `model.kernels`. */
export interface KernelsJson {
  /** Name of the layer. */
  readonly layer: string;
  /** [rows, columns, input channels, output maps] */
  readonly shape: readonly number[];
  /** The weights, in row-major order. */
  readonly values: ArrayLike<number>;
  /** connectionTable[output map]: the input channels that it is connected to; default all. */
  readonly connectionTable?: readonly (readonly number[])[];
}

/** Outputs of every layer for one image: returned by `model.layerOutputs`. */
export interface FeatureMapsJson {
  /** The layers from input to output. */
  readonly layers: readonly {
    /** Name of the layer. */
    readonly name: string;
    /** Type of the layer: "conv2d". */
    readonly type: string;
    /** [rows, columns, channels] or [units] */
    readonly shape: readonly number[];
    /** The output values, in row-major order. */
    readonly values: ArrayLike<number>;
  }[];
}
