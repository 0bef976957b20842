import { type ConfigOf, checkedOptions, type OptionsOf, optional, within } from "../../core/options.ts";
import { adamOptions, adamSlots, adamUpdate, biasCorrectedRate } from "./adam.ts";
import { noCurvature, type OptimizerDefinition } from "./optimizer.ts";

const options = {
  ...adamOptions,
  /** Each step first multiplies every weight by 1 - learning rate times this; at least 0. Default 0.004. */
  weightDecay: optional(within(0), 0.004),
};

/** Options of {@link adamW}. */
export interface AdamWOptions extends OptionsOf<typeof options> {}

/** {@link adamW} as it is saved. */
export interface AdamW extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "adamW";
}

/**
 * Adam with decoupled weight decay (Loshchilov & Hutter 2017, https://arxiv.org/abs/1711.05101): before {@link adam}'s
 * step, `w -= rate weightDecay w` for every weight, biases included. https://keras.io/api/optimizers/adamw/
 * @throws InputError for options that are unknown or out of range
 */
export function adamW(given: AdamWOptions = {}): AdamW {
  return { type: "adamW", ...checkedOptions("adamW", options, given) };
}

export const adamWOptimizer: OptimizerDefinition<AdamW> = {
  create: adamW,
  slots: adamSlots,
  update: (config, weights) => adamUpdate(config, weights, config.weightDecay),
  correctedRate: biasCorrectedRate,
  curvature: noCurvature,
};
