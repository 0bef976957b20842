import type { TrainingState } from "../../model/core.ts";
import type { Target } from "../../model/objectives.ts";
import type { BuiltInLoss, Loss } from "../../training/losses/table.ts";
import type { Metric } from "../../training/metrics/table.ts";
import { kerasOption } from "./classes.ts";
import { type KerasObject, kerasObject, ownFunction, ownObject } from "./object.ts";
import { kerasOptimizer } from "./optimizer-object.ts";

/** Keras's class of each loss; rbf_mse and rbf_map are in the Python file. */
export const lossClasses = {
  sparse_categorical_crossentropy: "SparseCategoricalCrossentropy",
  categorical_crossentropy: "CategoricalCrossentropy",
  binary_crossentropy: "BinaryCrossentropy",
  categorical_focal_crossentropy: "CategoricalFocalCrossentropy",
  binary_focal_crossentropy: "BinaryFocalCrossentropy",
  kl_divergence: "KLDivergence",
  mean_squared_error: "MeanSquaredError",
  mean_absolute_error: "MeanAbsoluteError",
  huber: "Huber",
  hinge: "Hinge",
  squared_hinge: "SquaredHinge",
  categorical_hinge: "CategoricalHinge",
  rbf_mse: undefined,
  rbf_map: undefined,
} as const satisfies { readonly [Name in BuiltInLoss["type"]]: string | undefined };

/** What `compile` set, as Keras has it; undefined where Keras cannot be told, and what is lost. */
export interface CompileConfig {
  readonly config: Readonly<Record<string, unknown>> | undefined;
  /** Whether the optimizer's learning rate is a number, and no schedule. */
  readonly hasRate: boolean;
  readonly notes: readonly string[];
}

type Objective = TrainingState["objectives"][number];

/**
 * Optimizer, losses and metrics as Keras saves them.
 * @param targets of the outputs that have a loss or metrics
 */
export function compileConfig(training: Readonly<TrainingState>, targets: readonly Target[]): CompileConfig {
  const { objectives } = training;
  const custom = objectives.find(({ loss }) => loss && !isBuiltIn(loss));
  if (custom) {
    const note = `The loss "${custom.loss!.type}" is not in Keras: compile the model there.`;
    return { config: undefined, hasRate: false, notes: [note] };
  }
  const { made, notes } = kerasOptimizer(training.optimizer, training.iterations);
  if (!made) return { config: undefined, hasRate: false, notes };
  const hasRate = typeof (made.config as { readonly learning_rate: unknown }).learning_rate === "number";
  const losses = objectives.map(({ loss }) => (loss ? kerasLoss(loss as BuiltInLoss) : null));
  const metrics = objectives.map((objective, output) => {
    const target = targets.find((each) => each.output === output);
    return target ? kerasMetrics(objective, target, notes) : [];
  });
  const isOne = objectives.length === 1;
  const weights = objectives.map(({ lossWeight }) => lossWeight);
  const config = {
    optimizer: made,
    loss: isOne ? losses[0] : losses,
    loss_weights: isOne && weights[0] === 1 ? null : weights,
    metrics: isOne ? metrics[0] : metrics,
    weighted_metrics: null,
    run_eagerly: false,
    steps_per_execution: 1,
    jit_compile: false,
  };
  return { config, hasRate, notes };
}

function isBuiltIn({ type }: Loss): boolean {
  return Object.hasOwn(lossClasses, type);
}

/** The name where all options have their defaults, as Keras users give it. */
function kerasLoss({ type, ...options }: BuiltInLoss): string | KerasObject {
  if (type === "rbf_mse") return ownFunction("rbf_mse");
  const given = Object.entries(options);
  if (type === "rbf_map") return ownObject("RBFMap", options);
  if (given.every(([, value]) => value === false || value === 0)) return type;
  return kerasObject("losses", lossClasses[type], {
    name: type,
    ...Object.fromEntries(given.map(([name, value]) => [kerasOption(name), value])),
  });
}

function kerasMetrics({ metrics, loss }: Objective, target: Target, notes: string[]): (string | KerasObject)[] {
  return metrics.flatMap((metric) => {
    const made = kerasMetric(metric, target, loss?.type.startsWith("rbf_") === true);
    if (made === undefined) notes.push(`The metric "${metric.name}" is not in Keras as it is here: it was left out.`);
    return made === undefined ? [] : [made];
  });
}

/** Names of metrics that Keras takes as they are. */
const names: ReadonlySet<string> = new Set([
  "accuracy",
  "acc",
  "sparse_categorical_accuracy",
  "categorical_accuracy",
  "binary_accuracy",
  "mae",
  "mse",
  "mean_absolute_error",
  "mean_squared_error",
]);

function kerasMetric(metric: Metric, { labels, classes }: Target, areDistances: boolean) {
  const { name } = metric;
  const made = (className: string, config: Readonly<Record<string, unknown>> = {}) =>
    kerasObject("metrics", className, { name, ...config });
  const areClasses = labels === "classes";
  switch (metric.type) {
    case "accuracy":
      if (areDistances) return ownObject("NearestAccuracy", { name });
      if (names.has(name)) return name;
      if (classes === 1) return made("BinaryAccuracy");
      return made(areClasses ? "SparseCategoricalAccuracy" : "CategoricalAccuracy");
    case "top_k_accuracy":
      if (areDistances) return undefined;
      return made(areClasses ? "SparseTopKCategoricalAccuracy" : "TopKCategoricalAccuracy", { k: metric.k });
    case "custom":
      return undefined;
  }
  // Keras compares rows with rows; it has no others for class numbers.
  if (areClasses) return undefined;
  switch (metric.type) {
    case "binary_accuracy":
      return made("BinaryAccuracy", { threshold: metric.threshold });
    case "mean_absolute_error":
      return names.has(name) ? name : made("MeanAbsoluteError");
    case "mean_squared_error":
      return names.has(name) ? name : made("MeanSquaredError");
    case "precision":
      return made("Precision", binaryCounts(metric));
    case "recall":
      return made("Recall", binaryCounts(metric));
    case "f1_score":
      return made("F1Score", { average: metric.average, threshold: metric.threshold ?? (classes === 1 ? 0.5 : null) });
    case "auc": {
      const { numThresholds, curve, summationMethod } = metric;
      return made("AUC", { num_thresholds: numThresholds, curve, summation_method: summationMethod });
    }
  }
}

interface BinaryCounts {
  readonly threshold?: number | undefined;
  readonly topK?: number | undefined;
  readonly classId?: number | undefined;
}

function binaryCounts({ threshold, topK, classId }: BinaryCounts) {
  return { thresholds: threshold ?? null, top_k: topK ?? null, class_id: classId ?? null };
}
