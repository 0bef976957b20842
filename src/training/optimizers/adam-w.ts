import { type ConfigOf, type OptionsOf, optional, within } from "../../core/options.ts";
import { adamOptions, adamSteps } from "./adam.ts";
import { optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

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
 * step, `w -= rate weightDecay w` for every weight, biases included unless
 * `excludeFromWeightDecay` names them. https://keras.io/api/optimizers/adamw/
 * @throws InputError for options that are unknown or out of range
 */
export function adamW(given: AdamWOptions = {}): AdamW {
  return optimizerOf("adamW", options, given);
}

export const adamWOptimizer: OptimizerDefinition<AdamW> = { create: adamW, ...adamSteps };
