import { checkedOptimizer, type Optimizer } from "../training/optimizers/table.ts";
import type { AugmentSteps, RunConfig } from "./run-files.ts";

/** The settings of a run by their names in the report. */
export function settingTexts(config: RunConfig): Record<string, string | number> {
  const { settings, compiled, machine, lenet5, runtime, notes } = config;
  const { optimizer, objectives } = compiled;
  const { batchSize, classWeight, stepsPerEpoch } = settings;
  const augmentation = stepTexts(settings.augment);
  return {
    ...notes,
    Epochs: settings.epochs,
    ...(batchSize !== null && { "Batch size": batchSize }),
    ...(stepsPerEpoch !== null && { "Steps per epoch": stepsPerEpoch }),
    ...optimizerTexts(optimizer),
    ...objectiveTexts(objectives),
    "Validation split": shareText(settings.validationSplit),
    ...(augmentation !== "" && { Augmentation: augmentation }),
    ...(classWeight !== null && { "Class weights": valueText(classWeight) }),
    Seed: settings.seed,
    Threads: settings.threads,
    Numerics: settings.numerics,
    Processor: `${machine.cpu}, ${machine.cores} cores (${machine.platform})`,
    Versions: `lenet5 ${lenet5}, ${runtime}`,
  };
}

/** The optimizer with the options that differ from its defaults, and its learning rate. */
export function optimizerTexts(optimizer: unknown): { readonly Optimizer: string; readonly "Learning rate"?: string } {
  if (!isTagged(optimizer)) return { Optimizer: valueText(optimizer) };
  const { type, learningRate, ...options } = optimizer;
  const usual = defaultsOf(type);
  const differing = Object.entries(options).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(usual[name as keyof Optimizer]),
  );
  return {
    Optimizer: [type, ...differing.map(optionText)].join(", "),
    "Learning rate": rateText(learningRate),
  };
}

/** The defaults of an optimizer; none for one that this version does not know. */
function defaultsOf(type: string): Partial<Optimizer> {
  try {
    return checkedOptimizer("optimizer", type);
  } catch {
    return {};
  }
}

/** `0.001`, or `oneCycle: learningRate 0.1, totalSteps 840` */
function rateText(rate: unknown): string {
  if (isTagged(rate) && rate.type === "constant") return valueText(rate.learningRate);
  return valueText(rate);
}

/** `accuracy`, `my accuracy (binary_accuracy: threshold 0)`, and of a custom one the name */
function metricText(metric: unknown): string {
  if (!isTagged(metric)) return valueText(metric);
  const { name, of: _, ...rest } = metric;
  if (rest.type === "custom") return String(name);
  const text = valueText(rest);
  return name === rest.type || name === undefined ? text : `${name} (${text})`;
}

/** Plain JSON for people: `distortions: translation 2, scaling 0.15`. */
export function valueText(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueText).join(", ");
  if (typeof value === "number") return String(Number(value.toPrecision(6)));
  if (typeof value !== "object" || value === null) return String(value);
  const { type, ...options } = value as Readonly<Record<string, unknown>>;
  const texts = Object.entries(options)
    .filter(([, option]) => !isUnset(option))
    .map(optionText);
  if (type === undefined) return texts.join(", ");
  return texts.length === 0 ? String(type) : `${type}: ${texts.join(", ")}`;
}

/** What changes nothing is not worth a word. */
const isUnset = (option: unknown) => option === 0 || option === false || option === null || option === "none";

function optionText([name, value]: [string, unknown]): string {
  if (value === true) return name;
  return typeof value === "object" && value !== null ? `${name} (${valueText(value)})` : `${name} ${valueText(value)}`;
}

function isTagged(value: unknown): value is { readonly type: string; readonly [option: string]: unknown } {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}

/** Loss and metrics; of several outputs, for each. */
function objectiveTexts(objectives: unknown): Record<string, string> {
  const list = Array.isArray(objectives) ? objectives : [];
  const texts = list.flatMap(({ loss, lossWeight, metrics }, i): [string, string][] => {
    const of = list.length > 1 ? ` of output ${i + 1}` : "";
    const weight = lossWeight === 1 || lossWeight === undefined ? "" : `, weight ${valueText(lossWeight)}`;
    return [
      ...(loss ? [[`Loss${of}`, valueText(loss) + weight] as [string, string]] : []),
      ...(metrics?.length > 0 ? [[`Metrics${of}`, metrics.map(metricText).join(", ")] as [string, string]] : []),
    ];
  });
  return Object.fromEntries(texts);
}

function stepTexts(augment: RunConfig["settings"]["augment"]): string {
  if (Array.isArray(augment)) return (augment as AugmentSteps).map(valueText).join("; ");
  return Object.entries(augment as Readonly<Record<string, AugmentSteps>>)
    .map(([name, steps]) => `${name}: ${steps.map(valueText).join("; ")}`)
    .join("; ");
}

/** 1/12 as "1/12", 0.15 as "0.15" */
function shareText(share: number): string {
  const parts = 1 / share;
  const isFraction = share > 0 && Math.abs(parts - Math.round(parts)) < 1e-9 && parts > 2;
  return isFraction ? `1/${Math.round(parts)}` : String(Number(share.toPrecision(4)));
}
