import { expect } from "vitest";
import type { ScheduleName } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { learningRateAt, scheduled, schedules } from "../../src/training/schedules/table.ts";
import { readGoldenSchedules } from "../golden/read-golden.ts";
import { lineInDocs, table } from "./table.ts";

/** test/model/saved-training.test.ts saves and loads a model with each of them. */
export const scheduleTable = table<ScheduleName>("schedule", schedules, [
  { piece: "an export", file: "src/index.ts", check: (name) => name in lenet5 },
  {
    piece: "golden numbers from Keras",
    file: "tools/golden/schedules.py and test/golden/schedules.json",
    check(name) {
      const { steps, cases } = readGoldenSchedules();
      const own = cases.filter(({ schedule }) => schedule.type === name);
      for (const { schedule: given, rates } of own) {
        const schedule = scheduled("golden schedule", given as lenet5.Schedule);
        // Both compute in float64.
        steps.forEach((step, i) => {
          expect(learningRateAt(schedule, step), `${JSON.stringify(given)}, step ${step}`).toBeCloseTo(rates[i]!, 14);
        });
      }
      return own.length > 0;
    },
    without: {
      constant: "Keras writes it as a number; src/training/schedules/schedules.test.ts",
      oneCycle: "PyTorch's; src/training/schedules/schedules.test.ts has its numbers",
      stepDecay: "PyTorch's; src/training/schedules/schedules.test.ts has its numbers",
    },
  },
  lineInDocs(),
]);
