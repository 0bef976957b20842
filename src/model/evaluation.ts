import type { SymbolicTensor } from "../layers/layer.ts";
import type { ClassReport } from "../training/class-report.ts";
import type { EvaluateOptions } from "./evaluate-options.ts";

/** The prediction for every image, in order. Plain JSON. */
export interface Predictions {
  /** True classes. */
  readonly labels: number[];
  /**
   * Predicted classes: those with the highest score, or with the smallest distance. An output of a single unit is the
   * probability of class 1.
   */
  readonly predicted: number[];
  /**
   * The probability of the predicted class (from distances y: the softmax of -y); with the loss "mean_squared_error"
   * its score.
   */
  readonly confidence: number[];
  /**
   * The gap between the best score and the second best; images with the smallest are rejected first (1998, Fig. 10).
   */
  readonly margin: number[];
}

/** The result of {@link Model.evaluate}: loss and metrics by name, on request the confusion matrix and predictions. */
export interface Evaluation {
  /** The mean loss of the images. */
  readonly loss: number;
  /** The share of images whose true class scores best, from 0 to 1; with the metric "accuracy". */
  readonly accuracy?: number;
  /** The share of outputs that are right when cut at a threshold; with the metric "binary_accuracy". */
  readonly binary_accuracy?: number;
  /** The share of positive outputs that are right; with the metric "precision". */
  readonly precision?: number;
  /** The share of positive targets that are found; with the metric "recall". */
  readonly recall?: number;
  /** The harmonic mean of precision and recall, averaged over the classes; with the metric "f1_score". */
  readonly f1_score?: number;
  /** The area under the ROC or PR curve; with the metric "auc". */
  readonly auc?: number;
  /** The mean distance of outputs from targets; with that metric. */
  readonly mean_absolute_error?: number;
  /** The mean squared distance of outputs from targets; with that metric. */
  readonly mean_squared_error?: number;
  /** counts[true class][predicted class]; on request. */
  readonly confusionMatrix?: readonly (readonly number[])[];
  /** Precision, recall and F1 of each class; with the confusion matrix. */
  readonly perClass?: readonly ClassReport[];
  /** The prediction for every image; on request. */
  readonly predictions?: Predictions;
  /** The share of images whose true class is among the k best scores, from 0 to 1; with that metric. */
  readonly [metric: `top_${number}_accuracy`]: number;
  /** A metric of another name, such as a custom one: a number. */
  readonly [metric: string]: unknown;
}

/**
 * The result of {@link Model.evaluate} for a model with several outputs: the weighted sum of the losses, the loss and
 * the metrics of each output after its name, as in `digit_loss` and `digit_accuracy`, and by name of the output what the
 * options request.
 */
export interface EvaluationOfSeveral {
  /** The sum of the mean losses of the outputs, each times its weight. */
  readonly loss: number;
  /** For each output with labels, counts[true class][predicted class]; on request. */
  readonly confusionMatrix?: Readonly<Record<string, readonly (readonly number[])[]>>;
  /** For each output with labels, precision, recall and F1 of each class; with the confusion matrix. */
  readonly perClass?: Readonly<Record<string, readonly ClassReport[]>>;
  /** For each output with labels, the prediction for every image; on request. */
  readonly predictions?: Readonly<Record<string, Predictions>>;
  /** The mean loss of an output; where more than one has a loss. */
  readonly [loss: `${string}_loss`]: number;
  /** The accuracy of an output. */
  readonly [metric: `${string}_accuracy`]: number;
  /** Another metric of an output: a number. */
  readonly [metric: string]: unknown;
}

/** An {@link Evaluation} in which the parts that the options request are not optional. */
export type EvaluationWith<
  Options extends EvaluateOptions,
  Outputs = SymbolicTensor,
  Result extends Evaluation | EvaluationOfSeveral = Outputs extends readonly SymbolicTensor[]
    ? EvaluationOfSeveral
    : Evaluation,
> = Result &
  Required<
    Pick<
      Result,
      | (Options extends Readonly<Record<"confusionMatrix", true>> ? "confusionMatrix" | "perClass" : never)
      | (Options extends Readonly<Record<"predictions", true>> ? "predictions" : never)
    >
  >;
