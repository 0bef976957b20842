/** The state of training in a model file: optimizer, loss and metrics as JSON, the optimizer's slots as tensors. */
import { InputError } from "../core/errors.ts";
import { MissingObject } from "../core/missing-object.ts";
import { type ConfigOf, checkedOptions, finite, optional, required, whole } from "../core/options.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import { checkedLoss, type Loss, losses } from "../training/losses/table.ts";
import { checkedMetric, type Metric } from "../training/metrics/table.ts";
import { checkedOptimizer, slotsOf } from "../training/optimizers/table.ts";
import type { TrainingState } from "./core.ts";
import type { CustomObjects } from "./custom-objects.ts";
import { MAX_CALLS } from "./graph.ts";
import { anyValue, listOf, ofFile, partOf } from "./saved-json.ts";
import { checkFinite, floatsOf } from "./saved-weights.ts";

const objectiveSpec = {
  loss: optional(anyValue, undefined),
  lossWeight: required(finite),
  metrics: required(listOf(MAX_CALLS, anyValue)),
};

/** Optimizer, loss and metrics are read by the checks of their tables. */
export const trainingSpec = {
  optimizer: required(anyValue),
  objectives: required(
    listOf(MAX_CALLS, (what, given: ConfigOf<typeof objectiveSpec>) => checkedOptions(what, objectiveSpec, given)),
  ),
  iterations: required(whole(0)),
};

/** The state of training as `encodeModel` wrote it. */
export function trainingFrom(
  text: string,
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  custom: CustomObjects,
): TrainingState {
  const training = partOf(trainingSpec, text, `${name}: its training state`);
  return ofFile(name, () => ({
    optimizer: checkedOptimizer("its optimizer", training.optimizer),
    objectives: training.objectives.map(({ loss, lossWeight, metrics }) => ({
      loss: loss === undefined ? undefined : savedLoss(loss, custom),
      lossWeight,
      metrics: metrics.map((metric) => savedMetric(metric, custom)),
    })),
    iterations: training.iterations,
    memory: memoryIn(tensors),
  }));
}

/** The optimizer's slots among a file's tensors. */
export function memoryIn(tensors: ReadonlyMap<string, Tensor>): Map<string, Float32Array> {
  const prefix = "optimizer/";
  const own = [...tensors].filter(([path]) => path.startsWith(prefix));
  return new Map(own.map(([path, { data }]) => [path.slice(prefix.length), floatsOf(data)]));
}

function savedLoss(saved: unknown, { losses: custom }: CustomObjects): Loss {
  const { type } = (saved ?? {}) as { type?: unknown };
  if (typeof type === "string" && !Object.hasOwn(losses, type) && !custom.has(type)) {
    throw new MissingObject("its loss", "loss", type);
  }
  return checkedLoss("its loss", saved, custom);
}

/** A file has only the name of a custom metric. */
function savedMetric(saved: unknown, { metrics: custom }: CustomObjects): Metric {
  const { type, name } = (saved ?? {}) as { type?: unknown; name?: unknown };
  if (type !== "custom" || typeof name !== "string") return checkedMetric("its metrics", saved);
  const of = custom.get(name);
  if (!of) throw new MissingObject("its metrics", "metric", name);
  return checkedMetric("its metrics", of);
}

/** Checks that the saved slots fit the optimizer and the weights. @throws InputError */
export function checkMemory(
  training: Pick<TrainingState, "optimizer" | "memory" | "position">,
  variables: readonly Variable[],
  name: string,
): void {
  const slots = slotsOf(training.optimizer);
  const lengthOf = new Map(variables.map(({ path, value }) => [path, value.length]));
  const sizes = new Map<string, number>(
    variables.flatMap(({ path, value }) => slots.map((slot) => [`${slot}/${path}`, value.length] as const)),
  );
  for (const { name: callback, weights } of training.position?.callbacks ?? []) {
    const wrong = [...(weights ?? [])].find(([path, { length }]) => length !== lengthOf.get(path));
    if (wrong)
      throw new InputError(
        `${name}: expected weights of the model in the memory of "${callback.slice(0, 60)}", got others`,
      );
  }
  for (const [path, values] of training.memory) {
    const { length } = values;
    checkFinite(name, `optimizer/${path}`, values);
    if (sizes.get(path) !== length) {
      throw new InputError(
        `${name}: expected ${sizes.get(path) ?? "no"} numbers in "optimizer/${path}", got ${length}: is the file damaged?`,
      );
    }
  }
}
