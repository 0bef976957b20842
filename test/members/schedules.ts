import { expect } from "vitest";
import type { Schedule, ScheduleName } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { learningRateAt, schedules } from "../../src/training/schedules/table.ts";
import { lineInDocs, table } from "./table.ts";

/** A schedule of each type, with its rates by step as Keras 3, or PyTorch where Keras lacks it, computes them. */
const samples: { readonly [Name in ScheduleName]: readonly [Schedule, Readonly<Record<number, number>>] } = {
  constant: [lenet5.constant(0.1), { 0: 0.1, 1000: 0.1 }],
  cosineDecay: [
    lenet5.cosineDecay({ learningRate: 1, decaySteps: 100, alpha: 0.1, warmupSteps: 10 }),
    { 0: 0, 5: 0.5, 10: 1, 60: 0.55, 110: 0.1 },
  ],
  exponentialDecay: [
    lenet5.exponentialDecay({ learningRate: 0.1, decaySteps: 100, decayRate: 0.96 }),
    { 0: 0.1, 50: 0.0979796, 100: 0.096, 250: 0.090298 },
  ],
  // torch.optim.lr_scheduler.OneCycleLR(max_lr=0.1, total_steps=100)
  oneCycle: [
    lenet5.oneCycle({ learningRate: 0.1, totalSteps: 100 }),
    { 0: 0.004, 10: 0.0295164, 29: 0.1, 50: 0.0793893, 99: 4e-7 },
  ],
  // Keras: values[0] while step <= boundaries[0]
  piecewiseConstantDecay: [
    lenet5.piecewiseConstantDecay({ boundaries: [10, 20], rates: [1, 0.5, 0.1] }),
    { 0: 1, 10: 1, 11: 0.5, 20: 0.5, 21: 0.1, 1000: 0.1 },
  ],
  stepDecay: [lenet5.stepDecay({ learningRate: 1, every: 10, factor: 0.5 }), { 0: 1, 9: 1, 10: 0.5, 35: 0.125 }],
};

/** test/model/saved-training.test.ts saves and loads a model with each of them. */
export const scheduleTable = table<ScheduleName>("schedule", schedules, [
  { piece: "an export", file: "src/index.ts", check: (name) => name in lenet5 },
  {
    piece: "numbers from Keras or PyTorch",
    file: "test/members/schedules.ts",
    check(name) {
      const [schedule, rates] = samples[name];
      expect(schedule.type).toBe(name);
      for (const [step, rate] of Object.entries(rates)) {
        expect(learningRateAt(schedule, Number(step)), `step ${step}`).toBeCloseTo(rate, 6);
      }
    },
  },
  lineInDocs(),
]);
