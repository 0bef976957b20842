import { type ConfigOf, checkedOptions, choice, finite, type OptionsOf, optional } from "../../core/options.ts";
import {
  everyMetric,
  type MetricConfig,
  type MetricDefinition,
  named,
  type Scored,
  share,
  type Tally,
  targetAt,
} from "./metric.ts";

const options = {
  ...everyMetric,
  /**
   * "macro" (default): the mean over the classes. "weighted": weighted by the images of each class. "micro": from the
   * counts of all classes together. Keras's default gives a number for each class: `evaluate` does with
   * `confusionMatrix`.
   */
  average: optional(choice(["macro", "micro", "weighted"]), "macro"),
  /** Outputs above this are predicted. Default: the best output alone, unless it is 0; of a model with one output, 0.5. */
  threshold: optional(finite, undefined),
};

/** Options of {@link f1Score}. */
export interface F1ScoreOptions extends OptionsOf<typeof options> {}

/** {@link f1Score} as it is saved. */
export interface F1Score extends MetricConfig, Omit<ConfigOf<typeof options>, "name"> {
  /** The metric's name, which `compile` also takes. */
  readonly type: "f1_score";
}

/**
 * The harmonic mean of precision and recall, 2 true positives / (predicted + actual), of each class, averaged.
 * https://keras.io/api/metrics/classification_metrics/#f1score-class
 * @throws InputError for options that are unknown or out of range
 */
export function f1Score(given: F1ScoreOptions = {}): F1Score {
  return named("f1_score", checkedOptions("f1Score", options, given));
}

/** The size up to which Keras counts an output as 0, which is no prediction. */
const NOTHING = 1e-9;

function tally({ average, threshold }: F1Score, width: number): Tally {
  const sums = new Float64Array(3 * width);
  const ofClasses = (part: number) => sums.subarray(part * width, (part + 1) * width);
  const [right, predicted, actual] = [ofClasses(0), ofClasses(1), ofClasses(2)];
  const limit = threshold ?? (width === 1 ? 0.5 : undefined);
  const sum = (values: Float64Array) => values.reduce((all, value) => all + value, 0);
  return {
    sums,
    add(scored) {
      for (let i = 0; i < scored.count; i++) {
        const best = limit === undefined ? largest(scored, i) : 0;
        for (let k = 0; k < width; k++) {
          const output = scored.outputs[i * width + k]!;
          const isPredicted = limit === undefined ? output === best && Math.abs(output) > NOTHING : output > limit;
          const target = targetAt(scored, i, k);
          if (isPredicted) predicted[k]!++;
          if (isPredicted) right[k]! += target;
          actual[k]! += target;
        }
      }
    },
    get value() {
      if (average === "micro") return share(2 * sum(right), sum(predicted) + sum(actual));
      const scores = right.map((count, k) => share(2 * count, predicted[k]! + actual[k]!));
      if (average === "macro") return sum(scores) / width;
      return share(sum(scores.map((score, k) => score * actual[k]!)), sum(actual));
    },
  };
}

function largest({ outputs, width }: Scored, i: number): number {
  let best = outputs[i * width]!;
  for (let k = 1; k < width; k++) best = Math.max(best, outputs[i * width + k]!);
  return best;
}

export const f1ScoreMetric: MetricDefinition<F1Score> = { create: f1Score, rankLimit: () => undefined, tally };
