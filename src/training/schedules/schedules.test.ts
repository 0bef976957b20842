import { expect, it } from "vitest";
import * as lenet5 from "../../index.ts";
import { learningRateAt, schedules } from "./table.ts";

const { cosineDecay, oneCycle, piecewiseConstantDecay, stepDecay } = lenet5;

/** Of schedules that Keras lacks, and of options beside its golden numbers. */
it.each<[string, lenet5.Schedule, Record<number, number>]>([
  ["constant", lenet5.constant(0.1), { 0: 0.1, 1000: 0.1 }],
  // torch.optim.lr_scheduler.OneCycleLR(max_lr=0.1, total_steps=100)
  [
    "one cycle",
    oneCycle({ learningRate: 0.1, totalSteps: 100 }),
    { 0: 0.004, 10: 0.0295164, 29: 0.1, 50: 0.0793893, 99: 4e-7 },
  ],
  // torch.optim.lr_scheduler.StepLR(step_size=10, gamma=0.5)
  ["steps", stepDecay({ learningRate: 1, every: 10, factor: 0.5 }), { 0: 1, 9: 1, 10: 0.5, 35: 0.125 }],
  ["piecewise of one rate", piecewiseConstantDecay({ boundaries: [], rates: [0.3] }), { 0: 0.3, 5: 0.3 }],
])("%s", (_, schedule, values) => {
  for (const [step, value] of Object.entries(values)) {
    expect(learningRateAt(schedule, Number(step)), `step ${step}`).toBeCloseTo(value, 6);
  }
});

/** Each schedule but oneCycle, which rises by itself, with a warm-up of some batches. */
const warmed: {
  readonly [Name in Exclude<lenet5.ScheduleName, "oneCycle">]: (warmupSteps?: number) => lenet5.Schedule;
} = {
  constant: (warmupSteps) => lenet5.constant(0.3, { warmupSteps }),
  cosineDecay: (warmupSteps) => cosineDecay({ learningRate: 0.3, decaySteps: 7, warmupSteps }),
  cosineDecayRestarts: (warmupSteps) =>
    lenet5.cosineDecayRestarts({ learningRate: 0.3, firstDecaySteps: 3, warmupSteps }),
  exponentialDecay: (warmupSteps) =>
    lenet5.exponentialDecay({ learningRate: 0.3, decaySteps: 3, decayRate: 0.5, warmupSteps }),
  inverseTimeDecay: (warmupSteps) =>
    lenet5.inverseTimeDecay({ learningRate: 0.3, decaySteps: 3, decayRate: 0.5, warmupSteps }),
  piecewiseConstantDecay: (warmupSteps) =>
    piecewiseConstantDecay({ boundaries: [2, 5], rates: [0.3, 0.2, 0.1], warmupSteps }),
  polynomialDecay: (warmupSteps) => lenet5.polynomialDecay({ learningRate: 0.3, decaySteps: 5, warmupSteps }),
  stepDecay: (warmupSteps) => stepDecay({ learningRate: 0.3, every: 3, warmupSteps }),
};

it.each(Object.entries(warmed))("%s: a warm-up rises straight from 0, then the schedule's batches begin", (_, make) => {
  const ratesOf = (schedule: lenet5.Schedule, steps: number) =>
    Array.from({ length: steps }, (_, step) => learningRateAt(schedule, step));
  const without = ratesOf(make(), 9);
  expect(without[0]).toBe(0.3);
  const rates = ratesOf(make(4), 13);
  [0, 0.075, 0.15, 0.225].forEach((want, step) => {
    expect(rates[step]).toBeCloseTo(want, 15);
  });
  expect(rates.slice(4)).toEqual(without);
  expect(ratesOf(make(0), 9)).toEqual(without);
});

it("only a schedule that rises by itself has no warmupSteps", () => {
  expect(Object.keys(schedules).sort()).toEqual([...Object.keys(warmed), "oneCycle"].sort());
  expect(() => oneCycle({ learningRate: 1, totalSteps: 9, warmupSteps: 2 } as never)).toThrow('got "warmupSteps"');
  expect(() => lenet5.constant(0.1, { warmupSteps: -1 })).toThrow(
    "constant warmupSteps: expected a whole number of at least 0, got -1",
  );
  expect(() => lenet5.constant(0.1, { learningRate: 0.2 } as never)).toThrow('got "learningRate"');
});

it("cosineDecay: a target without warm-up is refused, since learningRate would do nothing", () => {
  const target = { learningRate: 0.1, decaySteps: 9, warmupTarget: 1 };
  expect(() => cosineDecay(target)).toThrow(
    "cosineDecay warmupTarget: expected warmupSteps of at least 1 beside it, got none",
  );
  expect(() => cosineDecay({ ...target, warmupSteps: 0 })).toThrow("beside it, got 0");
});

it("cosineDecayRestarts restarts at the very batch, also late and with lengths that are no whole numbers", () => {
  // Falls of 8, 12, 18 and 27 batches.
  const schedule = lenet5.cosineDecayRestarts({ learningRate: 1, firstDecaySteps: 8, tMul: 1.5 });
  for (const border of [8, 20, 38, 65]) {
    expect(learningRateAt(schedule, border)).toBe(1);
    expect(learningRateAt(schedule, border - 1)).toBeLessThan(0.05);
  }
  const equal = lenet5.cosineDecayRestarts({ learningRate: 1, firstDecaySteps: 3, tMul: 1 });
  expect(learningRateAt(equal, 3_000_000)).toBe(1);
  const doubled = lenet5.cosineDecayRestarts({ learningRate: 1, firstDecaySteps: 3 });
  for (let i = 1; i < 20; i++) expect(learningRateAt(doubled, 3 * (2 ** i - 1))).toBe(1);
  expect(() => lenet5.cosineDecayRestarts({ learningRate: 1, firstDecaySteps: 3, tMul: 0.5 })).toThrow(
    "cosineDecayRestarts tMul: expected a finite number of at least 1, got 0.5",
  );
});

it.each([
  [10, 0.1],
  [2, 0.5],
  [1, 1],
  [1, 0.3],
  [5, 0],
  [3, 0.3],
])("one cycle of %i steps with warm-up %f is finite everywhere and reaches its peak", (totalSteps, warmup) => {
  const schedule = oneCycle({ learningRate: 1, totalSteps, warmup });
  const rates = Array.from({ length: totalSteps + 2 }, (_, step) => learningRateAt(schedule, step));
  expect(rates.every((rate) => rate >= 0 && rate <= 1)).toBe(true);
  // The rise ends between two steps where warm-up x steps is no whole number.
  if (Number.isInteger(warmup * totalSteps)) expect(Math.max(...rates)).toBe(1);
});

it("boundaries and rates that do not fit together are refused", () => {
  const make = (boundaries: number[], rates: number[]) => () => piecewiseConstantDecay({ boundaries, rates });
  expect(make([10, 10], [1, 2, 3])).toThrow("boundaries: expected rising whole numbers, got [10, 10]");
  expect(make([0.5], [1, 2])).toThrow("boundaries");
  expect(make([-1], [1, 2])).toThrow("boundaries: expected rising whole numbers, got [-1]");
  expect(make([0], [1, 2])).not.toThrow();
  expect(() => piecewiseConstantDecay({ boundaries: [], rates: 0.1 as never })).toThrow(
    "rates: expected a list of learning rates, got 0.1",
  );
  expect(make([1, 2], [1, 2])).toThrow("rates: expected 3, one more than boundaries, got 2");
  expect(make([1], [1, -2])).toThrow("got -2");
});
