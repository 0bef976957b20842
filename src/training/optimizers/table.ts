import { InputError, listed, shown } from "../../core/errors.ts";
import { taggedOptions } from "../../core/tagged.ts";
import type { StepRecord } from "../../engine/executable.ts";
import { learningRateAt } from "../schedules/table.ts";
import { type Adadelta, adadeltaOptimizer } from "./adadelta.ts";
import { type Adagrad, adagradOptimizer } from "./adagrad.ts";
import { type Adam, adamOptimizer } from "./adam.ts";
import { type AdamW, adamWOptimizer } from "./adam-w.ts";
import { type Adamax, adamaxOptimizer } from "./adamax.ts";
import { sharedNumbers, sharedSlots } from "./every-optimizer.ts";
import { type Lion, lionOptimizer } from "./lion.ts";
import { type Nadam, nadamOptimizer } from "./nadam.ts";
import type { OptimizerDefinition } from "./optimizer.ts";
import { type Rmsprop, rmspropOptimizer } from "./rmsprop.ts";
import { type Sdlm, sdlmOptimizer } from "./sdlm.ts";
import { type Sgd, sgdOptimizer } from "./sgd.ts";

/** An optimizer by its `type`, complete with its options. Plain data: it is saved with the model. */
export type Optimizer = Adadelta | Adagrad | Adam | AdamW | Adamax | Lion | Nadam | Rmsprop | Sdlm | Sgd;

/** The name of an optimizer, such as "adam". */
export type OptimizerName = Optimizer["type"];

type OptimizerOf<Name extends OptimizerName> = Extract<Optimizer, { readonly type: Name }>;

/** Every optimizer; its file holds everything about it. */
export const optimizers: { readonly [Name in OptimizerName]: OptimizerDefinition<OptimizerOf<Name>> } = {
  adadelta: adadeltaOptimizer,
  adagrad: adagradOptimizer,
  adam: adamOptimizer,
  adamW: adamWOptimizer,
  adamax: adamaxOptimizer,
  lion: lionOptimizer,
  nadam: nadamOptimizer,
  rmsprop: rmspropOptimizer,
  sdlm: sdlmOptimizer,
  sgd: sgdOptimizer,
};

/** The name of every optimizer, for the option `optimizer` of `compile` and {@link recipe}. */
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
  // Keras takes its names in any case: "Adam", "adamw", "RMSprop".
  const named = typeof given === "string" && optimizerNames.find((name) => name.toLowerCase() === given.toLowerCase());
  const tagged = typeof given === "string" ? { type: named || given } : given;
  const { type, options } = taggedOptions(what, tagged, optimizerNames);
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

/** The names of all slots that an optimizer keeps for each weight. */
export function slotsOf(optimizer: Optimizer): string[] {
  return [...definitionOf(optimizer).slots(optimizer), ...sharedSlots(optimizer)];
}

/** The numbers that a program reads at a batch, counted from 0. `seed` is that of dropout. */
export function stepRecord(optimizer: Optimizer, batch: number, seed: number): StepRecord {
  const learningRate = learningRateAt(optimizer.learningRate, batch);
  const { step, ...numbers } = sharedNumbers(optimizer, batch);
  const own = definitionOf(optimizer).ownNumbers?.(optimizer, learningRate, step) ?? [];
  return { learningRate, seed, ...numbers, own };
}
