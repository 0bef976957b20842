import { InputError, shown } from "../../../core/errors.ts";
import { checkedLoss } from "../../../training/losses/table.ts";
import { checkedMetric } from "../../../training/metrics/table.ts";
import { checkedOptimizer } from "../../../training/optimizers/table.ts";
import { ownOption } from "../classes.ts";
import { lossClasses } from "../compile-config.ts";
import { optimizerClasses, optionNames, scheduleClasses } from "../optimizer-object.ts";
import { isObject, type Json, property } from "./json.ts";

/**
 * What `compile` takes, from a file of any Keras.
 * @throws InputError for an optimizer or a loss that the library does not have
 */
export function compileOptionsOf(config: unknown, notes: Set<string>): Json {
  const loss = lossOf(property(config, "loss"));
  const weights = property(config, "loss_weights");
  return {
    // Keras leaves out what is its default.
    optimizer: optimizerOf(property(config, "optimizer") ?? property(config, "optimizer_config") ?? "rmsprop"),
    loss,
    ...(weights !== undefined && weights !== null && { lossWeights: weights }),
    metrics: metricsOf(property(config, "metrics"), notes),
  };
}

/** Class and options of an object of Keras, or of a name. */
function tagged(what: string, value: unknown): { className: string; config: Json } {
  if (typeof value === "string") return { className: value, config: {} };
  const className = property(value, "class_name");
  const config = property(value, "config");
  if (typeof className !== "string") throw new InputError(`expected ${what}, got ${shown(value)}`);
  // "Custom>Adam"
  const name = className.slice(className.lastIndexOf(">") + 1);
  if (name.toLowerCase() === "function" && typeof config === "string") return { className: config, config: {} };
  return { className: name, config: isObject(config) ? config : {} };
}

/** Our name of an option. */
function ownName(name: string): string {
  const known = Object.entries(optionNames).find(([, kerasName]) => kerasName === name);
  return known ? known[0] : ownOption(name);
}

/** Options by our names, without those that say nothing. */
function ownOptions(config: Json, without: readonly string[]): Record<string, unknown> {
  const said = Object.entries(config).filter(
    ([name, value]) => !without.includes(name) && value !== null && value !== undefined && value !== false,
  );
  return Object.fromEntries(said.map(([name, value]) => [ownName(name), value]));
}

const notOurs = ["name", "jit_compile", "is_legacy_optimizer", "loss_scale_factor", "lr", "decay", "learning_rate"];

function optimizerOf(value: unknown): unknown {
  const { className, config } = tagged("an optimizer", value);
  const type = Object.entries(optimizerClasses).find(
    ([, name]) => name?.toLowerCase() === className.toLowerCase(),
  )?.[0];
  if (type === undefined) throw new InputError(`the optimizer "${className}" is not known here`);
  const rate = config.learning_rate ?? config.lr;
  // Without use_ema, they say nothing.
  const ema = config.use_ema === true ? [] : ["ema_momentum", "ema_overwrite_frequency"];
  const options = ownOptions(config, [...notOurs, ...ema]);
  const learningRate = rate === undefined ? undefined : rateOf(rate, config.decay);
  return checkedOptimizer("the optimizer of the file", {
    type,
    ...(learningRate !== undefined && { learningRate }),
    ...options,
  });
}

/** A number, or a schedule; Keras 1 and 2 also had a decay: rate / (1 + decay step). */
function rateOf(rate: unknown, decay: unknown): unknown {
  if (typeof rate === "number") {
    if (typeof decay !== "number" || decay === 0) return rate;
    return { type: "inverseTimeDecay", learningRate: rate, decaySteps: 1, decayRate: decay };
  }
  const { className, config } = tagged("a learning rate", rate);
  const type = Object.entries(scheduleClasses).find(([each, name]) => name === className && each !== "stepDecay")?.[0];
  if (type === undefined) throw new InputError(`the schedule "${className}" is not known here`);
  const { initialLearningRate, ...options } = ownOptions(config, ["name"]) as { initialLearningRate?: unknown };
  return { type, ...(initialLearningRate !== undefined && { learningRate: initialLearningRate }), ...options };
}

function lossOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 1 ? lossOf(value[0]) : value.map(lossOf);
  if (value === null || value === undefined) return null;
  if (isObject(value) && !("class_name" in value))
    return Object.fromEntries(Object.entries(value).map(([name, loss]) => [name, lossOf(loss)]));
  const { className, config } = tagged("a loss", value);
  const name = className.slice(className.lastIndexOf(">") + 1);
  const own = { rbf_mse: "rbf_mse", RBFMap: "rbf_map" } as const;
  const type =
    Object.entries(lossClasses).find(([, each]) => each === name)?.[0] ??
    (Object.hasOwn(own, name) ? own[name as keyof typeof own] : name);
  const reduction = config.reduction ?? "auto";
  if (!["auto", "sum_over_batch_size", "mean"].includes(reduction as string))
    throw new InputError(`the reduction ${shown(reduction)} of its loss is not known here`);
  const options = ownOptions(config, ["name", "reduction", "dtype", "fn", "ignore_class", "axis"]);
  // 0 is the default where an option is none of ours.
  const said = Object.fromEntries(Object.entries(options).filter(([, option]) => option !== 0));
  return Object.keys(said).length === 0 ? type : checkedLoss("the loss of the file", { type, ...said });
}

/** Metrics of one output. A note names those that are unknown. */
function metricsOf(value: unknown, notes: Set<string>): unknown {
  if (value === null || value === undefined) return [];
  if (isObject(value) && !("class_name" in value))
    return Object.fromEntries(Object.entries(value).map(([name, own]) => [name, metricsOf(own, notes)]));
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.flatMap((item): unknown[] => {
    if (Array.isArray(item))
      return list.length === 1 ? (metricsOf(item, notes) as unknown[]) : [metricsOf(item, notes)];
    const metric = metricOf(item);
    if (metric !== undefined) return [metric];
    notes.add(
      `The metric ${shown(isObject(item) ? item.class_name : item)} of the file was left out: it is not known here.`,
    );
    return [];
  });
}

function metricOf(value: unknown): unknown {
  if (value === null) return undefined;
  try {
    const { className, config } = tagged("a metric", value);
    const isWrapper = className === "MeanMetricWrapper" || className === "NearestAccuracy";
    const name = isWrapper && typeof config.name === "string" ? config.name : className;
    const snake = name.replaceAll(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();
    return checkedMetric("a metric of the file", snake) && snake;
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
