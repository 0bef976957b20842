import type { Loss, LossName } from "../../src/training/losses/table.ts";
import { type Tensor64, tensor } from "./tensor.ts";

export interface LossPass {
  /** sum(weight * loss) / number of samples: Keras 3's "sum_over_batch_size". */
  readonly value: number;
  /** The loss of each sample, before its weight. */
  readonly perSample: Float64Array;
  /** The gradient of `value` by the predictions. */
  backward(): Tensor64;
}

export type OracleLoss<Targets> = (
  predictions: Tensor64,
  targets: Targets,
  sampleWeights?: ArrayLike<number>,
) => LossPass;

/** -ln(probability of the label). Predictions [N, K], the output of a softmax; labels [N]. */
export const sparseCategoricalCrossentropy: OracleLoss<ArrayLike<number>> = (predictions, labels, sampleWeights) => {
  const [N, K] = predictions.shape;
  const oneHot = tensor([N, K]);
  for (let n = 0; n < N; n++) oneHot.data[n * K + labels[n]] = 1;
  return categoricalCrossentropy(predictions, oneHot, sampleWeights);
};

/**
 * -sum over k of target[k] * ln(probability[k]). Both [N, K]. Mathematically: Keras also divides by the sum of the
 * probabilities and clips them to [1e-7, 1 - 1e-7], which changes nothing for a softmax that is not saturated.
 */
export const categoricalCrossentropy: OracleLoss<Tensor64> = (predictions, targets, sampleWeights) =>
  reduced(predictions, sampleWeights, {
    // A class whose target is 0 adds nothing, even where its probability underflowed to 0.
    term: (i) => (targets.data[i] === 0 ? 0 : -targets.data[i] * Math.log(predictions.data[i])),
    slope: (i) => (targets.data[i] === 0 ? 0 : -targets.data[i] / predictions.data[i]),
  });

/** The mean over k of (prediction[k] - target[k])^2. Both [N, K]. */
export const meanSquaredError: OracleLoss<Tensor64> = (predictions, targets, sampleWeights) => {
  const K = predictions.shape[1];
  return reduced(predictions, sampleWeights, {
    term: (i) => (predictions.data[i] - targets.data[i]) ** 2 / K,
    slope: (i) => (2 * (predictions.data[i] - targets.data[i])) / K,
  });
};

/** The distance from the right class's centre (LeCun et al. 1998, eq. 8). Distances [N, K]; labels [N]. */
export const rbfMeanSquaredError: OracleLoss<ArrayLike<number>> = (distances, labels, sampleWeights) => {
  const K = distances.shape[1];
  const isRight = (i: number) => labels[Math.floor(i / K)] === i % K;
  return reduced(distances, sampleWeights, {
    term: (i) => (isRight(i) ? distances.data[i] : 0),
    slope: (i) => (isRight(i) ? 1 : 0),
  });
};

/** Adds ln(e^-j + sum over k of e^-y_k), which drives wrong classes away (eq. 9). */
export const rbfMaximumAPosteriori =
  (j: number): OracleLoss<ArrayLike<number>> =>
  (distances, labels, sampleWeights) => {
    const K = distances.shape[1];
    const right = rbfMeanSquaredError(distances, labels).backward().data;
    /** ln(e^-j + sum of e^-y_k) of an image, and each e^-y_k divided by that sum. */
    const softmin = (n: number): { ln: number; share(k: number): number } => {
      const exponents = [-j, ...distances.data.subarray(n * K, (n + 1) * K).map((y) => -y)];
      // A shift does not change the result; this one avoids underflow.
      const top = Math.max(...exponents);
      const sum = exponents.reduce((total, exponent) => total + Math.exp(exponent - top), 0);
      return { ln: top + Math.log(sum), share: (k) => Math.exp(exponents[k + 1] - top) / sum };
    };
    return reduced(distances, sampleWeights, {
      // The competitive term belongs to the image: it is added once, with the first class.
      term: (i) => (right[i] === 0 ? 0 : distances.data[i]) + (i % K === 0 ? softmin(i / K).ln : 0),
      slope: (i) => (right[i] === 0 ? 0 : 1) - softmin(Math.floor(i / K)).share(i % K),
    });
  };

/** Every loss; labels are class numbers [N], or rows of targets [N, K] one after the other. */
export const oracleLosses: {
  readonly [Name in LossName]: (loss: Extract<Loss, { readonly type: Name }>) => OracleLoss<ArrayLike<number>>;
} = {
  sparse_categorical_crossentropy: () => sparseCategoricalCrossentropy,
  categorical_crossentropy: () => ofRows(categoricalCrossentropy),
  mean_squared_error: () => ofRows(meanSquaredError),
  rbf_mse: () => rbfMeanSquaredError,
  rbf_map: ({ j }) => rbfMaximumAPosteriori(j),
};

function ofRows(loss: OracleLoss<Tensor64>): OracleLoss<ArrayLike<number>> {
  return (predictions, rows, sampleWeights) => loss(predictions, tensor(predictions.shape, rows), sampleWeights);
}

/** A sample's loss is the sum of the terms of its elements i; `slope(i)` differentiates `term(i)` by prediction i. */
function reduced(
  predictions: Tensor64,
  sampleWeights: ArrayLike<number> | undefined,
  { term, slope }: { term(i: number): number; slope(i: number): number },
): LossPass {
  const [N, K] = predictions.shape;
  const weightOf = (n: number): number => sampleWeights?.[n] ?? 1;
  const perSample = new Float64Array(N);
  for (let i = 0; i < N * K; i++) perSample[Math.floor(i / K)] += term(i);
  let sum = 0;
  for (let n = 0; n < N; n++) sum += weightOf(n) * perSample[n];
  return {
    value: sum / N,
    perSample,
    backward: () =>
      tensor(
        predictions.shape,
        // value = sum of weight[n] * term(i) / N
        predictions.data.map((_, i) => (weightOf(Math.floor(i / K)) * slope(i)) / N),
      ),
  };
}
