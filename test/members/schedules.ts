import { expect } from "vitest";
import type { Schedule } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { learningRateAt, type ScheduleName, scheduled, schedules } from "../../src/training/schedules/table.ts";
import { fileOf, lineInDocs, table } from "./table.ts";

/** With options that are not their defaults. */
const samples: { readonly [Name in ScheduleName]: Schedule } = {
  constant: lenet5.constant(0.3),
  cosineDecay: lenet5.cosineDecay({ learningRate: 0.3, decaySteps: 20, alpha: 0.1 }),
  exponentialDecay: lenet5.exponentialDecay({
    learningRate: 0.3,
    decaySteps: 20,
    decayRate: 0.5,
    staircase: true,
  }),
  oneCycle: lenet5.oneCycle({ learningRate: 0.3, totalSteps: 20 }),
  piecewiseConstantDecay: lenet5.piecewiseConstantDecay({ boundaries: [4, 8], rates: [0.3, 0.2, 0.1] }),
  stepDecay: lenet5.stepDecay({ learningRate: 0.3, every: 4, factor: 0.25 }),
};

const file = (name: ScheduleName) => `src/training/schedules/${fileOf(name)}.ts`;

export const scheduleTable = table<ScheduleName>("schedule", schedules, [
  { piece: "an export", file: "src/index.ts", check: (name) => Object.hasOwn(lenet5, name) },
  { piece: "its key in the table as its type", file, check: (name) => samples[name].type === name },
  {
    piece: "options that saving and loading keep",
    file,
    check(name) {
      const saved = JSON.parse(JSON.stringify(samples[name]));
      expect(scheduled("saved", saved)).toEqual(samples[name]);
    },
  },
  {
    piece: "a finite learning rate of at least 0 at every step",
    file,
    check(name) {
      for (const step of [0, 1, 4, 5, 8, 19, 20, 21, 1000]) {
        const rate = learningRateAt(samples[name], step);
        expect(rate).toBeGreaterThanOrEqual(0);
        expect(rate).toBeLessThanOrEqual(0.3 * (1 + 1e-15));
      }
    },
  },
  lineInDocs(),
]);
