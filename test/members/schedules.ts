import type { ScheduleName } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { schedules } from "../../src/training/schedules/table.ts";
import { lineInDocs, table } from "./table.ts";

/** test/model/saved-training.test.ts saves and loads each, and src/training/schedules/schedules.test.ts has their numbers. */
export const scheduleTable = table<ScheduleName>("schedule", schedules, [
  { piece: "an export", file: "src/index.ts", check: (name) => name in lenet5 },
  lineInDocs(),
]);
