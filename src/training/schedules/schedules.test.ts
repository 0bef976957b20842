import { expect, it } from "vitest";
import {
  constant,
  cosineDecay,
  exponentialDecay,
  oneCycle,
  piecewiseConstantDecay,
  type Schedule,
  stepDecay,
} from "../../index.ts";
import { learningRateAt } from "./table.ts";

/** Values of Keras 3's schedules and of PyTorch's OneCycleLR, to six digits. */
it.each<[string, Schedule, Record<number, number>]>([
  ["constant", constant(0.1), { 0: 0.1, 1000: 0.1 }],
  ["step", stepDecay({ learningRate: 1, every: 10, factor: 0.5 }), { 0: 1, 9: 1, 10: 0.5, 35: 0.125 }],
  [
    "exponential",
    exponentialDecay({ learningRate: 0.1, decaySteps: 100, decayRate: 0.96 }),
    { 0: 0.1, 50: 0.0979796, 100: 0.096, 250: 0.090298 },
  ],
  [
    "exponential in stairs",
    exponentialDecay({ learningRate: 0.1, decaySteps: 100, decayRate: 0.96, staircase: true }),
    { 99: 0.1, 100: 0.096, 250: 0.09216 },
  ],
  ["cosine", cosineDecay({ learningRate: 1, decaySteps: 100 }), { 0: 1, 25: 0.853553, 50: 0.5, 100: 0, 150: 0 }],
  [
    "cosine with warm-up and a floor",
    cosineDecay({ learningRate: 1, decaySteps: 100, alpha: 0.1, warmupSteps: 10 }),
    { 0: 0, 5: 0.5, 10: 1, 60: 0.55, 110: 0.1 },
  ],
  [
    "one cycle",
    oneCycle({ learningRate: 0.1, totalSteps: 100 }),
    // torch.optim.lr_scheduler.OneCycleLR(max_lr=0.1, total_steps=100)
    { 0: 0.004, 10: 0.0295164, 29: 0.1, 50: 0.0793893, 99: 4e-7 },
  ],
  [
    "piecewise",
    // keras.optimizers.schedules.PiecewiseConstantDecay([10, 20], [1, 0.5, 0.1]): values[0] while step <= boundaries[0]
    piecewiseConstantDecay({ boundaries: [10, 20], rates: [1, 0.5, 0.1] }),
    { 0: 1, 10: 1, 11: 0.5, 20: 0.5, 21: 0.1, 1000: 0.1 },
  ],
  ["piecewise of one rate", piecewiseConstantDecay({ boundaries: [], rates: [0.3] }), { 0: 0.3, 5: 0.3 }],
])("%s", (_, schedule, values) => {
  for (const [step, value] of Object.entries(values)) {
    expect(learningRateAt(schedule, Number(step)), `step ${step}`).toBeCloseTo(value, 6);
  }
});

it.each([
  [10, 0.1],
  [2, 0.5],
  [1, 1],
  [1, 0.3],
  [5, 0],
  [3, 0.3],
])("one cycle of %i steps with warm-up %f is finite everywhere and has its peak", (totalSteps, warmup) => {
  const schedule = oneCycle({ learningRate: 1, totalSteps, warmup });
  const rates = Array.from({ length: totalSteps + 2 }, (_, step) => learningRateAt(schedule, step));
  expect(rates.every((rate) => rate >= 0 && rate <= 1)).toBe(true);
  // The rise ends between two steps where warm-up x steps is no whole number.
  if (Number.isInteger(warmup * totalSteps)) expect(Math.max(...rates)).toBe(1);
});

it("a piecewise schedule that does not fit together is refused", () => {
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
