import { expect, it } from "vitest";
import { cosineDecay, exponentialDecay, oneCycle, piecewiseConstantDecay, type Schedule } from "../../index.ts";
import { learningRateAt } from "./table.ts";

/** Options whose rates test/members/schedules.ts does not have. */
it.each<[string, Schedule, Record<number, number>]>([
  [
    "exponential in stairs",
    exponentialDecay({ learningRate: 0.1, decaySteps: 100, decayRate: 0.96, staircase: true }),
    { 99: 0.1, 100: 0.096, 250: 0.09216 },
  ],
  ["cosine", cosineDecay({ learningRate: 1, decaySteps: 100 }), { 0: 1, 25: 0.853553, 50: 0.5, 100: 0, 150: 0 }],
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
