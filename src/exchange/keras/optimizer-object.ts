import type { Optimizer, OptimizerName } from "../../training/optimizers/table.ts";
import { learningRateAt, type Schedule } from "../../training/schedules/table.ts";
import { kerasOption } from "./classes.ts";
import { type KerasObject, kerasObject } from "./object.ts";

/** Keras's class of each optimizer; sdlm is the 1998 paper's. */
export const optimizerClasses = {
  adadelta: "Adadelta",
  adagrad: "Adagrad",
  adam: "Adam",
  adamW: "AdamW",
  adamax: "Adamax",
  lion: "Lion",
  nadam: "Nadam",
  rmsprop: "RMSprop",
  sdlm: undefined,
  sgd: "SGD",
} as const satisfies { readonly [Name in OptimizerName]: string | undefined };

/** Keras's class of each schedule that it has. */
export const scheduleClasses: { readonly [Type in Schedule["type"]]: string | undefined } = {
  constant: undefined,
  cosineDecay: "CosineDecay",
  cosineDecayRestarts: "CosineDecayRestarts",
  exponentialDecay: "ExponentialDecay",
  inverseTimeDecay: "InverseTimeDecay",
  oneCycle: undefined,
  piecewiseConstantDecay: "PiecewiseConstantDecay",
  polynomialDecay: "PolynomialDecay",
  stepDecay: "ExponentialDecay",
};

/** Options whose names in Keras are not ours in snake_case. */
export const optionNames: Readonly<Record<string, string>> = {
  beta1: "beta_1",
  beta2: "beta_2",
  clipNorm: "clipnorm",
  clipValue: "clipvalue",
  globalClipNorm: "global_clipnorm",
  rates: "values",
};

/**
 * The optimizer as Keras has it, undefined where it has none, and what it loses.
 * @param iterations batches that it was trained on
 */
export function kerasOptimizer(
  optimizer: Optimizer,
  iterations: number,
): { readonly made: KerasObject | undefined; readonly notes: string[] } {
  const className = optimizerClasses[optimizer.type];
  if (!className) {
    const note = `The optimizer "${optimizer.type}" is not in Keras: compile the model there with another.`;
    return { made: undefined, notes: [note] };
  }
  const { type, learningRate, excludeFromWeightDecay, ...options } = optimizer as Optimizer & {
    readonly excludeFromWeightDecay?: readonly string[];
  };
  const notes: string[] = [];
  const rate = kerasSchedule(learningRate);
  if (rate === undefined) {
    notes.push(
      `Keras has no schedule "${learningRate.type}": the learning rate stays at ${shortRate(learningRate, iterations)}, that of the next batch.`,
    );
  }
  if (excludeFromWeightDecay) {
    const names = JSON.stringify(excludeFromWeightDecay);
    notes.push(
      `A Keras file does not say which weights do not decay: call exclude_from_weight_decay(var_names=${names}).`,
    );
  }
  const config = { learning_rate: rate ?? learningRateAt(learningRate, iterations), ...named(options) };
  return { made: kerasObject("optimizers", className, config), notes };
}

function shortRate(schedule: Schedule, iterations: number): string {
  return String(Number(learningRateAt(schedule, iterations).toPrecision(3)));
}

/** A number, or a schedule; undefined for one that Keras does not have. */
function kerasSchedule(schedule: Schedule): number | KerasObject | undefined {
  const { type } = schedule;
  const warmup = "warmupSteps" in schedule ? (schedule.warmupSteps ?? 0) : 0;
  if (type === "constant") return warmup > 0 ? undefined : schedule.learningRate;
  const className = scheduleClasses[type];
  if (className === undefined || (warmup > 0 && type !== "cosineDecay")) return undefined;
  return kerasObject("optimizers.schedules", className, scheduleConfig(schedule, warmup));
}

function scheduleConfig(schedule: Schedule, warmup: number): Readonly<Record<string, unknown>> {
  if (schedule.type === "stepDecay") {
    const { learningRate, every, factor } = schedule;
    return { initial_learning_rate: learningRate, decay_steps: every, decay_rate: factor, staircase: true };
  }
  if (schedule.type === "cosineDecay" && warmup > 0) {
    const { learningRate, warmupTarget, decaySteps, alpha } = schedule;
    // Without a target, the warm-up of ours is from 0; Keras has none.
    const ends = warmupTarget === undefined ? [0, learningRate] : [learningRate, warmupTarget];
    const rise = { initial_learning_rate: ends[0], warmup_target: ends[1], warmup_steps: warmup };
    return { ...rise, decay_steps: decaySteps, alpha };
  }
  const {
    type: _,
    learningRate,
    warmupSteps,
    ...options
  } = schedule as {
    readonly type: string;
    readonly learningRate?: number;
    readonly warmupSteps?: number;
  };
  return { ...(learningRate !== undefined && { initial_learning_rate: learningRate }), ...named(options) };
}

function named(options: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [optionNames[name] ?? kerasOption(name), value]),
  );
}
