import { InputError, listed, shown } from "../../core/errors.ts";
import { taggedOptions } from "../../core/tagged.ts";
import type { StepRecord } from "../../engine/executable.ts";
import { learningRateAt } from "../schedules/table.ts";
import { type Adam, adamOptimizer } from "./adam.ts";
import { type AdamW, adamWOptimizer } from "./adam-w.ts";
import type { OptimizerDefinition } from "./optimizer.ts";
import { type Rmsprop, rmspropOptimizer } from "./rmsprop.ts";
import { type Sdlm, sdlmOptimizer } from "./sdlm.ts";
import { type Sgd, sgdOptimizer } from "./sgd.ts";

/** An optimizer by its `type`, complete with its options. Plain data: it is saved with the model. */
export type Optimizer = Adam | AdamW | Rmsprop | Sdlm | Sgd;

/** The name of an optimizer, such as "adam". */
export type OptimizerName = Optimizer["type"];

type OptimizerOf<Name extends OptimizerName> = Extract<Optimizer, { readonly type: Name }>;

/** Every optimizer; its file holds everything about it. */
export const optimizers: { readonly [Name in OptimizerName]: OptimizerDefinition<OptimizerOf<Name>> } = {
  adam: adamOptimizer,
  adamW: adamWOptimizer,
  rmsprop: rmspropOptimizer,
  sdlm: sdlmOptimizer,
  sgd: sgdOptimizer,
};

export const optimizerNames = Object.keys(optimizers) as readonly OptimizerName[];

/**
 * An optimizer as a caller gives it, as a file holds it, or by its name with its defaults.
 * @throws InputError for another name, and for options that are unknown or out of range
 */
export function checkedOptimizer(what: string, given: unknown): Optimizer {
  if (typeof given !== "string" && (typeof given !== "object" || given === null || !("type" in given))) {
    throw new InputError(
      `${what}: expected ${listed(optimizerNames)}, or an optimizer such as adam(), got ${shown(given)}`,
    );
  }
  const { type, options } = taggedOptions(what, typeof given === "string" ? { type: given } : given, optimizerNames);
  return optimizers[type].create(options as never);
}

/** Everything about an optimizer. */
export function definitionOf<Name extends OptimizerName>({
  type,
}: {
  readonly type: Name;
}): OptimizerDefinition<OptimizerOf<Name>> {
  return optimizers[type];
}

/** The numbers that a program reads at step `step`, counted from 0. `seed` is that of dropout. */
export function stepRecord(optimizer: Optimizer, step: number, seed: number): StepRecord {
  const learningRate = learningRateAt(optimizer.learningRate, step);
  return { learningRate, correctedRate: definitionOf(optimizer).correctedRate(optimizer, learningRate, step), seed };
}
