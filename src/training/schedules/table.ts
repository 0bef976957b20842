import { InputError, shown } from "../../core/errors.ts";
import type { Check } from "../../core/options.ts";
import { taggedOptions } from "../../core/tagged.ts";
import { type Constant, constant, constantSchedule } from "./constant.ts";
import { type CosineDecay, cosineDecaySchedule } from "./cosine-decay.ts";
import { type CosineDecayRestarts, cosineDecayRestartsSchedule } from "./cosine-decay-restarts.ts";
import { type ExponentialDecay, exponentialDecaySchedule } from "./exponential-decay.ts";
import { type InverseTimeDecay, inverseTimeDecaySchedule } from "./inverse-time-decay.ts";
import { type OneCycle, oneCycleSchedule } from "./one-cycle.ts";
import { type PiecewiseConstantDecay, piecewiseConstantDecaySchedule } from "./piecewise-constant-decay.ts";
import { type PolynomialDecay, polynomialDecaySchedule } from "./polynomial-decay.ts";
import type { ScheduleDefinition } from "./schedule.ts";
import { type StepDecay, stepDecaySchedule } from "./step-decay.ts";

/** A learning rate that changes from batch to batch, by its `type`. Plain data: it is saved with the model. */
export type Schedule =
  | Constant
  | CosineDecay
  | CosineDecayRestarts
  | ExponentialDecay
  | InverseTimeDecay
  | OneCycle
  | PiecewiseConstantDecay
  | PolynomialDecay
  | StepDecay;

/** The name of a schedule, such as "cosineDecay". */
export type ScheduleName = Schedule["type"];

type ScheduleOf<Name extends ScheduleName> = Extract<Schedule, { readonly type: Name }>;

/** Every schedule; its file holds everything about it. */
export const schedules: { readonly [Name in ScheduleName]: ScheduleDefinition<ScheduleOf<Name>> } = {
  constant: constantSchedule,
  cosineDecay: cosineDecaySchedule,
  cosineDecayRestarts: cosineDecayRestartsSchedule,
  exponentialDecay: exponentialDecaySchedule,
  inverseTimeDecay: inverseTimeDecaySchedule,
  oneCycle: oneCycleSchedule,
  piecewiseConstantDecay: piecewiseConstantDecaySchedule,
  polynomialDecay: polynomialDecaySchedule,
  stepDecay: stepDecaySchedule,
};

/** The name of every learning rate schedule. */
export const scheduleNames = Object.keys(schedules) as readonly ScheduleName[];

/** The learning rate of a batch; the first of a training is step 0. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { rateAt, warmupFrom } = definitionOf(schedule);
  const warmup = "warmupSteps" in schedule ? (schedule.warmupSteps ?? 0) : 0;
  if (step >= warmup) return rateAt(schedule, step - warmup);
  const from = warmupFrom?.(schedule) ?? 0;
  return from + ((rateAt(schedule, 0) - from) * step) / warmup;
}

/** An optimizer's option `learningRate`: a number, or a schedule, also as it was saved. */
export const scheduled: Check<number | Schedule, Schedule> = (what, given) => {
  if (typeof given === "number") return constant(given);
  if (typeof given !== "object" || given === null) {
    throw new InputError(`${what}: expected a number or a schedule such as oneCycle(...), got ${shown(given)}`);
  }
  const { type, options } = taggedOptions(what, given, scheduleNames);
  return schedules[type].create(options as never);
};

function definitionOf<Name extends ScheduleName>({
  type,
}: {
  readonly type: Name;
}): ScheduleDefinition<ScheduleOf<Name>> {
  return schedules[type];
}
