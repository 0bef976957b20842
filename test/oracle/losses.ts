import type { BuiltInLoss, LossName } from "../../src/training/losses/table.ts";
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
  readonly [Name in LossName]: (loss: Extract<BuiltInLoss, { readonly type: Name }>) => OracleLoss<ArrayLike<number>>;
} = {
  sparse_categorical_crossentropy: ({ fromLogits }) =>
    fromLogits
      ? (logits, labels, sampleWeights) => {
          const rows = Array.from(logits.data, (_, i) => {
            const K = logits.shape[1];
            return labels[Math.floor(i / K)] === i % K ? 1 : 0;
          });
          return ofFormula("logits", crossentropyOfLogits)(logits, rows, sampleWeights);
        }
      : sparseCategoricalCrossentropy,
  categorical_crossentropy: ({ fromLogits, labelSmoothing: s }) => {
    const smoothed = (t: readonly number[]) => t.map((value) => value * (1 - s) + s / t.length);
    if (fromLogits) return ofFormula("logits", (t, z) => crossentropyOfLogits(smoothed(t), z));
    if (s > 0) return ofFormula("probabilities", (t, p) => -total(smoothed(t), (value, k) => value * Math.log(p[k])));
    return ofRows(categoricalCrossentropy);
  },
  binary_crossentropy: ({ fromLogits, labelSmoothing: s }) =>
    ofFormula(fromLogits ? "logits" : "probabilities", (t, y) =>
      mean(y, (value, k) => binary(t[k] * (1 - s) + s / 2, fromLogits ? sigmoid(value) : value)),
    ),
  categorical_focal_crossentropy: ({ fromLogits, labelSmoothing: s, alpha, gamma }) =>
    ofFormula(fromLogits ? "logits" : "probabilities", (t, y) => {
      const all = fromLogits ? y.map(Math.exp) : y;
      const sum = total(all, (value) => value);
      return total(all, (value, k) => {
        const p = value / sum;
        return -alpha * (1 - p) ** gamma * (t[k] * (1 - s) + s / t.length) * Math.log(p);
      });
    }),
  binary_focal_crossentropy: ({ fromLogits, labelSmoothing: s, alpha, gamma, applyClassBalancing }) =>
    ofFormula(fromLogits ? "logits" : "probabilities", (targets, y) =>
      mean(y, (value, k) => {
        const p = fromLogits ? sigmoid(value) : value;
        const t = targets[k] * (1 - s) + s / 2;
        const weight = applyClassBalancing ? t * alpha + (1 - t) * (1 - alpha) : 1;
        return weight * (1 - (t * p + (1 - t) * (1 - p))) ** gamma * binary(t, p);
      }),
    ),
  kl_divergence: () =>
    ofFormula("probabilities", (t, p) =>
      total(p, (value, k) => {
        const [a, b] = [Math.max(t[k], 1e-7), Math.max(value, 1e-7)];
        return a * Math.log(a / b);
      }),
    ),
  mean_squared_error: () => ofRows(meanSquaredError),
  mean_absolute_error: () => ofFormula("kinks", (t, y) => mean(y, (value, k) => Math.abs(value - t[k]))),
  huber: ({ delta }) =>
    ofFormula("kinks", (t, y) =>
      mean(y, (value, k) => {
        const error = Math.abs(value - t[k]);
        return error <= delta ? error ** 2 / 2 : delta * error - delta ** 2 / 2;
      }),
    ),
  hinge: () => ofFormula("kinks", (t, y) => mean(y, (value, k) => hinge(t[k], value))),
  squared_hinge: () => ofFormula("kinks", (t, y) => mean(y, (value, k) => hinge(t[k], value) ** 2)),
  categorical_hinge: () =>
    ofFormula("kinks", (t, y) => {
      const right = total(y, (value, k) => t[k] * value);
      const wrong = Math.max(...y.map((value, k) => (1 - t[k]) * value));
      return Math.max(wrong - right + 1, 0);
    }),
  rbf_mse: () => rbfMeanSquaredError,
  rbf_map: ({ j }) => rbfMaximumAPosteriori(j),
};

/**
 * A loss as the formula of one row. Its gradient is a difference over five points, whose error is about step^4 relative
 * to the scale on which the formula changes: the distance of a probability from 0 and 1, 1 for logits. Formulas with kinks are polynomials of
 * degree 2 beside them, for which the step may be small.
 */
function ofFormula(
  outputs: "probabilities" | "logits" | "kinks",
  formula: (targets: readonly number[], outputs: readonly number[]) => number,
): OracleLoss<ArrayLike<number>> {
  const stepAt = (y: number) => ({ probabilities: 3e-4 * Math.min(y, 1 - y), logits: 1e-3, kinks: 1e-5 })[outputs];
  return (predictions, labels, sampleWeights) => {
    const [N, K] = predictions.shape;
    const rowOf = (values: ArrayLike<number>, n: number) => Array.from(values).slice(n * K, (n + 1) * K);
    const weightOf = (n: number): number => sampleWeights?.[n] ?? 1;
    const perSample = Float64Array.from({ length: N }, (_, n) => formula(rowOf(labels, n), rowOf(predictions.data, n)));
    return {
      value: perSample.reduce((sum, loss, n) => sum + weightOf(n) * loss, 0) / N,
      perSample,
      backward: () =>
        tensor(
          predictions.shape,
          predictions.data.map((y, i) => {
            const n = Math.floor(i / K);
            const step = stepAt(y);
            const at = (steps: number) => {
              const row = rowOf(predictions.data, n);
              row[i % K] += steps * step;
              return formula(rowOf(labels, n), row);
            };
            return (weightOf(n) * (8 * (at(1) - at(-1)) - (at(2) - at(-2)))) / (12 * step) / N;
          }),
        ),
    };
  };
}

function total(values: readonly number[], term: (value: number, index: number) => number): number {
  return values.reduce((sum, value, i) => sum + term(value, i), 0);
}

function mean(values: readonly number[], term: (value: number, index: number) => number): number {
  return total(values, term) / values.length;
}

function crossentropyOfLogits(t: readonly number[], z: readonly number[]): number {
  const logSum = Math.log(total(z, Math.exp));
  return total(z, (value, k) => t[k] * (logSum - value));
}

function binary(t: number, p: number): number {
  return -(t * Math.log(p) + (1 - t) * Math.log(1 - p));
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

/** A target 0 counts as -1. */
function hinge(target: number, y: number): number {
  return Math.max(1 - (target - (1 - Math.abs(target))) * y, 0);
}

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
