import { InputError, listed, shown } from "../../core/errors.ts";
import {
  type Check,
  type ConfigOf,
  checkedOptions,
  flag,
  type OptionSpec,
  type OptionsOf,
  optional,
  positive,
  whole,
  within,
} from "../../core/options.ts";
import type { Variable } from "../../engine/variable.ts";
import type { Schedule } from "../schedules/table.ts";

const weightNames: Check<readonly string[]> = (what, given) => {
  if (Array.isArray(given) && given.length > 0 && given.every((name) => typeof name === "string" && name !== "")) {
    return given;
  }
  throw new InputError(`${what}: expected names of weights such as ["bias", "gamma"], got ${shown(given)}`);
};

/**
 * Options of every optimizer, in the order in which a step uses them.
 * https://keras.io/api/optimizers/ (`base_optimizer.py`)
 */
export const everyOptimizer = {
  /**
   * Batches whose gradients are averaged before the weights change once, at least 2. The schedule of the learning rate
   * counts batches. Default: every batch changes the weights.
   */
  gradientAccumulationSteps: optional(whole(2), undefined),
  /** The largest norm of each weight's gradient, above 0: a larger one is scaled down. Default: none. */
  clipNorm: optional(positive, undefined),
  /** The largest norm of the gradient of all weights together, above 0: a larger one is scaled down. Default: none. */
  globalClipNorm: optional(positive, undefined),
  /** Each number of the gradient is brought into [-clipValue, clipValue]; above 0. Default: none. */
  clipValue: optional(positive, undefined),
  /** Each step first multiplies every weight by 1 - learning rate times this; at least 0. Default: none. */
  weightDecay: optional(within(0), undefined),
  /**
   * Weights that do not decay, by their names in a layer (`"bias"`) or in the model (`"F6/kernel"`): Keras's
   * `exclude_from_weight_decay`. Default: none.
   */
  excludeFromWeightDecay: optional(weightNames, undefined),
  /**
   * Whether to keep an exponential moving average of the weights, which become the weights at the end of `fit`. Default
   * false.
   */
  useEma: optional(flag, undefined),
  /** The share of the average that each batch keeps, from 0 to 1. Default 0.99. */
  emaMomentum: optional(within(0, 1), undefined),
  /** Steps after which the averages become the weights, at least 1. Default: only at the end of `fit`. */
  emaOverwriteFrequency: optional(whole(), undefined),
};

/** The options of every optimizer as an optimizer keeps them. */
export type SharedConfig = ConfigOf<typeof everyOptimizer>;

/** The part of the config that all optimizers have. */
export interface OptimizerConfig extends SharedConfig {
  readonly type: string;
  readonly learningRate: Schedule;
}

/**
 * The optimizer of a type from its options; `options` has those of {@link everyOptimizer} too.
 * @throws InputError for options that are unknown, out of range, or without effect beside the others
 */
export function optimizerOf<Type extends string, Spec extends OptionSpec & typeof everyOptimizer>(
  type: Type,
  options: Spec,
  given: OptionsOf<Spec>,
): { readonly type: Type } & ConfigOf<Spec> {
  const config = checkedOptions(type, options, given);
  checkTogether(type, config as unknown as SharedConfig);
  return { type, ...config };
}

function checkTogether(type: string, config: SharedConfig): void {
  const clips = (["clipNorm", "clipValue", "globalClipNorm"] as const).filter((name) => config[name] !== undefined);
  if (clips.length > 1) {
    throw new InputError(`${type} ${clips[1]}: expected one way to clip gradients, got ${clips.join(" and ")}`);
  }
  if (config.excludeFromWeightDecay && !config.weightDecay) {
    throw new InputError(`${type} excludeFromWeightDecay: expected weightDecay beside it, got none`);
  }
  for (const name of ["emaMomentum", "emaOverwriteFrequency"] as const) {
    if (config[name] !== undefined && !config.useEma) {
      throw new InputError(`${type} ${name}: expected useEma: true beside it, got none`);
    }
  }
}

/** Keras's names of the slots that options of every optimizer need. */
export const AVERAGE = "average";
export const GRADIENT_SUM = "gradient_accumulator";

/** The slots that options of every optimizer need. */
export function sharedSlots({ useEma, gradientAccumulationSteps }: SharedConfig): string[] {
  return [...(useEma ? [AVERAGE] : []), ...(gradientAccumulationSteps ? [GRADIENT_SUM] : [])];
}

/** The numbers of a batch, counted from 0, that options of every optimizer need, and how often weights changed before. */
export function sharedNumbers(config: SharedConfig, batch: number) {
  const { gradientAccumulationSteps: each = 1, emaMomentum = 0.99, emaOverwriteFrequency } = config;
  const step = Math.floor(batch / each);
  return {
    step,
    updates: (batch + 1) % each === 0,
    // The first average is the weights themselves.
    averageKeep: step === 0 ? 0 : emaMomentum,
    overwrites: emaOverwriteFrequency !== undefined && (step + 1) % emaOverwriteFrequency === 0,
  };
}

/** Whether a weight decays, by its path `<layer>/<weight>`. */
export function decays({ excludeFromWeightDecay = [] }: SharedConfig, path: string): boolean {
  return !excludeFromWeightDecay.some((name) => isNameOf(name, path));
}

/** Whether a text is the name of a weight in its layer or in the model. */
function isNameOf(name: string, path: string): boolean {
  return path === name || path.slice(path.lastIndexOf("/") + 1) === name;
}

/** @throws InputError for an excluded name that no weight has */
export function checkExclusions(
  { type, excludeFromWeightDecay = [] }: OptimizerConfig,
  variables: readonly Variable[],
): void {
  for (const name of excludeFromWeightDecay) {
    if (variables.some(({ path }) => isNameOf(name, path))) continue;
    const names = new Set(variables.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)));
    throw new InputError(
      `${type} excludeFromWeightDecay: expected ${listed(names)}, or a weight such as "${variables[0]?.path}", got "${name}"`,
    );
  }
}
