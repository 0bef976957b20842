import { InputError, listed, shown } from "../core/errors.ts";
import { finite } from "../core/options.ts";
import type { SymbolicTensor } from "../layers/layer.ts";
import { probabilitiesOf } from "../layers/probabilities.ts";
import type { AnyLossMaker } from "../training/losses/custom.ts";
import {
  checkedLoss,
  definitionOf,
  type Loss,
  type LossAlias,
  type LossName,
  takesLogitsByOption,
} from "../training/losses/table.ts";
import { checkedMetric, type Metric, type MetricGiven } from "../training/metrics/table.ts";
import type { Graph } from "./graph.ts";
import { type Objective, type Target, targetsOf } from "./objectives.ts";
import type { Each } from "./parts.ts";
import { outputsDistances } from "./programs.ts";

/** A loss as `compile` takes it; null for an output that is not trained. */
export type LossGiven = Loss | LossName | LossAlias | AnyLossMaker | null;

/** Metrics as `compile` takes them for one of several outputs. */
export type MetricsGiven = MetricGiven | readonly MetricGiven[] | null;

/** What `compile` takes for the outputs. */
interface Given {
  readonly loss: Each<LossGiven>;
  readonly lossWeights?: readonly number[] | Readonly<Record<string, number>> | undefined;
  readonly metrics: readonly MetricsGiven[] | Readonly<Record<string, MetricsGiven>>;
}

/**
 * Loss, weight and metrics of each output, from one loss for all, or a list or an object by name of those for each.
 * https://keras.io/api/models/model_training_apis/#compile-method
 * @throws InputError for unknown names, and for a loss or metric that does not fit its output
 */
export function objectivesOf(graph: Graph, { loss, lossWeights, metrics }: Given): Objective[] {
  const names = graph.outputNames;
  const givenLosses = lossesOf(names, loss);
  const weights = weightsOf(names, lossWeights);
  const givenMetrics = metricsOf(names, metrics);
  const objectives = names.map((name, i): Objective => {
    const what = (option: string) => `compile ${option}${names.length > 1 ? ` "${name}"` : ""}`;
    const given = givenLosses[i];
    return {
      loss: given === null ? undefined : checkedLoss(what("loss"), given),
      lossWeight: finite(what("lossWeights"), (weights[i] ?? 1) as number),
      metrics: givenMetrics[i]!.map((metric) => checkedMetric(what("metrics"), metric)),
    };
  });
  checkObjectives(graph, objectives, "compile");
  return objectives;
}

/**
 * Checks the objectives of a model, whose losses and metrics are valid each, against its outputs.
 * @param where they come from, in errors
 * @throws InputError for another number of them, and for a loss or metric that does not fit its output
 */
export function checkObjectives(graph: Graph, objectives: readonly Objective[], where: string): void {
  const names = graph.outputNames;
  if (objectives.length !== names.length)
    throw new InputError(
      `${where}: expected an objective for each of the outputs ${listed(names)}, got ${objectives.length}`,
    );
  objectives.forEach((objective, i) => {
    const what = (option: string) => `${where} ${option}${names.length > 1 ? ` "${names[i]}"` : ""}`;
    checkMetrics(graph.outputs[i]!, objective.metrics, what("metrics"));
    checkFit(graph, i, objective, what);
  });
  if (objectives.every(({ loss }) => !loss)) {
    throw new InputError(`${where} loss: expected a loss for at least one output, got none`);
  }
  checkHistoryNames(targetsOf(graph, objectives), where);
}

/** @throws InputError for two numbers of one name in the history, as the loss of an output "val" and `val_loss` */
function checkHistoryNames(targets: readonly Target[], where: string): void {
  const own = targets.flatMap(({ prefix, loss, metrics }) => [
    ...(loss && prefix !== "" ? [`${prefix}loss`] : []),
    ...metrics.map(({ name }) => prefix + name),
  ]);
  const taken = new Set(["loss", "val_loss", "learning_rate", "seconds", "images_per_second"]);
  for (const name of own) {
    for (const each of [name, `val_${name}`]) {
      if (taken.has(each))
        throw new InputError(`${where}: expected different names in the history, got "${each}" twice: rename a layer`);
      taken.add(each);
    }
  }
}

/** @throws InputError for a loss that does not fit output number `output` */
function checkFit(graph: Graph, output: number, { loss }: Objective, what: (option: string) => string): void {
  const tensor = graph.outputs[output]!;
  if (!loss) return;
  const { outputs } = definitionOf(loss);
  const areDistances = outputsDistances(tensor);
  if (outputs === "distances" && !areDistances) {
    throw new InputError(
      `${what("loss")}: expected a model that ends in rbf units for a loss of distances, got another: use a cross-entropy`,
    );
  }
  if (outputs === "probabilities" && areDistances) {
    throw new InputError(
      `${what("loss")}: expected "rbf_mse" or "rbf_map" for a model that ends in rbf units, got "${loss.type}"`,
    );
  }
  if (outputs === "probabilities") checkProbabilities(tensor, loss, what("loss"));
}

/**
 * A cross-entropy of numbers that are no probabilities does not train, and says nothing.
 * @throws InputError for an output without softmax or sigmoid, and for one with it as logits
 */
function checkProbabilities(tensor: SymbolicTensor, loss: Loss, what: string): void {
  const kind = probabilitiesOf(tensor);
  const { name } = tensor.layer;
  if (takesLogitsByOption(loss)) {
    if (kind === undefined) return;
    throw new InputError(
      `${what}: expected logits for "${loss.type}" with fromLogits, got "${name}", which ends in a ${kind}: leave out fromLogits, or give the layer no activation`,
    );
  }
  if (kind === "softmax" && tensor.shape[tensor.shape.length - 1] === 1) {
    throw new InputError(
      `${what}: expected probabilities, got "${name}", a softmax of a single unit, which is always 1: use the activation "sigmoid", or two units`,
    );
  }
  if (kind !== undefined) return;
  const activation = loss.type.startsWith("binary_") ? "sigmoid" : "softmax";
  const other = "fromLogits" in loss ? ", or give the loss fromLogits: true" : "";
  throw new InputError(
    `${what}: expected probabilities for "${loss.type}", got "${name}", which ends in no softmax or sigmoid: give the last layer the activation "${activation}"${other}`,
  );
}

/** @throws InputError for two metrics of one name, and for a class or a number of classes that the output lacks */
function checkMetrics({ shape }: SymbolicTensor, metrics: readonly Metric[], what: string): void {
  const width = shape[shape.length - 1]!;
  metrics.forEach((metric, i) => {
    const { name } = metric;
    if (name === "loss") throw new InputError(`${what}: expected another name than "loss", which the loss has`);
    if (metrics.findIndex((other) => other.name === name) !== i) {
      throw new InputError(`${what}: expected different names, got "${name}" twice: give one the option name`);
    }
    if ("classId" in metric && metric.classId !== undefined && metric.classId >= width) {
      throw new InputError(`${what} "${name}" classId: expected at most ${width - 1}, got ${metric.classId}`);
    }
    const k = metric.type === "top_k_accuracy" ? metric.k : "topK" in metric ? metric.topK : undefined;
    if (k !== undefined && k > width) {
      throw new InputError(`${what} "${name}": expected at most ${width} best of ${width} outputs, got ${k}`);
    }
  });
}

function lossesOf(names: readonly string[], given: Each<LossGiven>): readonly unknown[] {
  if (Array.isArray(given)) return listFor("compile loss", names, given);
  if (!isByName(given)) {
    const one = checkedLoss("compile loss", given);
    return names.map(() => one);
  }
  checkNames("compile loss", names, given);
  const missing = names.find((name) => given[name] === undefined);
  if (missing === undefined) return names.map((name) => given[name]);
  throw new InputError(
    `compile loss: expected a loss for each output, got none for "${missing}": give null for an output that is not trained`,
  );
}

function weightsOf(names: readonly string[], given: Given["lossWeights"]): readonly unknown[] {
  if (given === undefined) return [];
  if (Array.isArray(given)) return listFor("compile lossWeights", names, given);
  if (!isByName(given)) {
    throw new InputError(
      `compile lossWeights: expected a number for each output (${listed(names)}), got ${shown(given)}`,
    );
  }
  checkNames("compile lossWeights", names, given);
  return names.map((name) => given[name]);
}

function metricsOf(names: readonly string[], given: Given["metrics"]): readonly (readonly unknown[])[] {
  const asList = (own: unknown): readonly unknown[] => (Array.isArray(own) ? own : own == null ? [] : [own]);
  if (Array.isArray(given)) {
    // The metrics of the only output; as in Keras, also in a list of one list.
    if (names.length === 1) return [given.flatMap(asList)];
    if (given.length === 0) return names.map(() => []);
    return listFor("compile metrics", names, given).map(asList);
  }
  if (!isByName(given)) {
    throw new InputError(`compile metrics: expected a list such as ["accuracy"], got ${shown(given)}`);
  }
  checkNames("compile metrics", names, given);
  return names.map((name) => asList(given[name]));
}

/** Whether a value is an object by name, and not plain data with a type. */
function isByName(given: unknown): given is Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null || Array.isArray(given)) return false;
  return typeof (given as { type?: unknown }).type !== "string";
}

function listFor(what: string, names: readonly string[], given: readonly unknown[]): readonly unknown[] {
  if (given.length === names.length) return given;
  throw new InputError(
    `${what}: expected one for each of the ${names.length} outputs (${listed(names)}), got ${given.length}`,
  );
}

function checkNames(what: string, names: readonly string[], given: object): void {
  const unknown = Object.keys(given).find((name) => !names.includes(name));
  if (unknown !== undefined) throw new InputError(`${what}: expected outputs ${listed(names)}, got "${unknown}"`);
}
