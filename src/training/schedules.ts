import { cos, power, wholePower } from "../core/elementary.ts";
import { InputError, numberWithin, wholeNumber } from "../core/errors.ts";

/** A learning rate that changes from batch to batch. Plain data: it is saved with the model. */
export type Schedule =
  | { readonly schedule: "constant"; readonly learningRate: number }
  | { readonly schedule: "step"; readonly learningRate: number; readonly every: number; readonly factor: number }
  | {
      readonly schedule: "exponential";
      readonly learningRate: number;
      readonly decaySteps: number;
      readonly decayRate: number;
      readonly staircase: boolean;
    }
  | {
      readonly schedule: "cosine";
      readonly learningRate: number;
      readonly decaySteps: number;
      readonly alpha: number;
      readonly warmupSteps: number;
    }
  | {
      readonly schedule: "oneCycle";
      readonly learningRate: number;
      readonly totalSteps: number;
      readonly warmup: number;
      readonly startFactor: number;
      readonly endFactor: number;
    }
  | {
      readonly schedule: "piecewise";
      readonly learningRate: number;
      readonly boundaries: readonly number[];
      readonly rates: readonly number[];
    };

/** The same rate always. */
export function constant(learningRate: number): Schedule {
  return { schedule: "constant", learningRate: rate(learningRate) };
}

/** `learningRate factor^floor(step / every)`; factor default 0.1. `every` counts batches. */
export function stepDecay(options: { learningRate: number; every: number; factor?: number }): Schedule {
  const { learningRate, every, factor = 0.1 } = options;
  return {
    schedule: "step",
    learningRate: rate(learningRate),
    every: wholeNumber("stepDecay every", every),
    factor: numberWithin("stepDecay factor", factor, 0),
  };
}

/** `learningRate decayRate^(step / decaySteps)`, in stairs if asked. https://keras.io/api/optimizers/learning_rate_schedules/exponential_decay/ */
export function exponentialDecay(options: {
  learningRate: number;
  decaySteps: number;
  decayRate: number;
  staircase?: boolean;
}): Schedule {
  const { learningRate, decaySteps, decayRate, staircase = false } = options;
  return {
    schedule: "exponential",
    learningRate: rate(learningRate),
    decaySteps: wholeNumber("exponentialDecay decaySteps", decaySteps),
    decayRate: numberWithin("exponentialDecay decayRate", decayRate, Number.MIN_VALUE),
    staircase,
  };
}

/**
 * Half a cosine from `learningRate` down to `alpha learningRate` (default 0) over `decaySteps`, after a straight rise
 * from 0 over `warmupSteps` (default 0). https://keras.io/api/optimizers/learning_rate_schedules/cosine_decay/
 */
export function cosineDecay(options: {
  learningRate: number;
  decaySteps: number;
  alpha?: number;
  warmupSteps?: number;
}): Schedule {
  const { learningRate, decaySteps, alpha = 0, warmupSteps = 0 } = options;
  return {
    schedule: "cosine",
    learningRate: rate(learningRate),
    decaySteps: wholeNumber("cosineDecay decaySteps", decaySteps),
    alpha: numberWithin("cosineDecay alpha", alpha, 0, 1),
    warmupSteps: wholeNumber("cosineDecay warmupSteps", warmupSteps, 0),
  };
}

/**
 * Up to `learningRate` over the first `warmup` of `totalSteps` (default 0.3) from a `startFactor` of it (default
 * 1/25), then down to `endFactor` of the start (default 1e-4), both along half a cosine (Smith & Topin 2018, with the
 * defaults of PyTorch's OneCycleLR).
 */
export function oneCycle(options: {
  learningRate: number;
  totalSteps: number;
  warmup?: number;
  startFactor?: number;
  endFactor?: number;
}): Schedule {
  const { learningRate, totalSteps, warmup = 0.3, startFactor = 1 / 25, endFactor = 1e-4 } = options;
  return {
    schedule: "oneCycle",
    learningRate: rate(learningRate),
    totalSteps: wholeNumber("oneCycle totalSteps", totalSteps),
    warmup: numberWithin("oneCycle warmup", warmup, 0, 1),
    startFactor: numberWithin("oneCycle startFactor", startFactor, 0, 1),
    endFactor: numberWithin("oneCycle endFactor", endFactor, 0, 1),
  };
}

/**
 * `rates[0]` up to and with batch `boundaries[0]`, then `rates[1]`, ... (counted from 0; one rate more than boundaries).
 * https://keras.io/api/optimizers/learning_rate_schedules/piecewise_constant_decay/
 */
export function piecewiseConstantDecay(options: { boundaries: readonly number[]; rates: readonly number[] }): Schedule {
  const { boundaries, rates } = options;
  const rising = boundaries.every((at, i) => Number.isInteger(at) && at >= 0 && (i === 0 || at > boundaries[i - 1]!));
  if (!rising)
    throw new InputError(
      `piecewiseConstantDecay boundaries: expected rising whole numbers, got [${boundaries.join(", ")}]`,
    );
  if (rates.length !== boundaries.length + 1) {
    throw new InputError(
      `piecewiseConstantDecay rates: expected ${boundaries.length + 1}, one more than boundaries, got ${rates.length}`,
    );
  }
  return { schedule: "piecewise", learningRate: rate(rates[0]!), boundaries: [...boundaries], rates: rates.map(rate) };
}

/** The learning rate of a batch; the first is step 0. */
export function learningRateAt(schedule: Schedule, step: number): number {
  const { learningRate } = schedule;
  switch (schedule.schedule) {
    case "constant":
      return learningRate;
    case "step":
      return learningRate * wholePower(schedule.factor, Math.floor(step / schedule.every));
    case "exponential": {
      const times = step / schedule.decaySteps;
      return learningRate * power(schedule.decayRate, schedule.staircase ? Math.floor(times) : times);
    }
    case "cosine": {
      if (step < schedule.warmupSteps) return (learningRate * step) / schedule.warmupSteps;
      const done = Math.min(1, (step - schedule.warmupSteps) / schedule.decaySteps);
      return cosineBetween(learningRate, learningRate * schedule.alpha, done);
    }
    case "oneCycle": {
      const start = learningRate * schedule.startFactor;
      const last = schedule.totalSteps - 1;
      const top = Math.min(last, Math.max(0, schedule.warmup * schedule.totalSteps - 1));
      if (step < top) return cosineBetween(start, learningRate, step / top);
      const done = top === last ? 0 : Math.min(1, (step - top) / (last - top));
      return cosineBetween(learningRate, start * schedule.endFactor, done);
    }
    case "piecewise": {
      const passed = schedule.boundaries.findIndex((boundary) => step <= boundary);
      return schedule.rates[passed < 0 ? schedule.boundaries.length : passed]!;
    }
  }
}

/** Half a cosine from one value to another; `done` from 0 to 1. */
function cosineBetween(from: number, to: number, done: number): number {
  return to + ((from - to) * (1 + cos(Math.PI * done))) / 2;
}

function rate(learningRate: number): number {
  if (!(learningRate >= 0 && Number.isFinite(learningRate))) {
    throw new InputError(`learningRate: expected a finite number of at least 0, got ${learningRate}`);
  }
  return learningRate;
}
