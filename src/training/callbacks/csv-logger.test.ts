import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { TrainingContext } from "./callback.ts";
import { csvLogger } from "./csv-logger.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "lenet5-csv-"));
});
afterAll(() => rm(scratch, { recursive: true }));

const context = {} as TrainingContext;

it("the file is complete after every epoch; a missing number is left empty", async () => {
  const path = join(scratch, "missing.csv");
  const logger = csvLogger(path);
  await logger.onTrainBegin?.(context);
  await logger.onEpochEnd?.(1, { loss: 2.5, val_loss: 3 }, context);
  expect(await readFile(path, "utf8")).toBe("epoch,loss,val_loss\n1,2.5,3\n");
  await logger.onEpochEnd?.(2, { val_loss: 0 }, context);
  expect(await readFile(path, "utf8")).toBe("epoch,loss,val_loss\n1,2.5,3\n2,,0\n");
});

it("a second training replaces the file, with its own header", async () => {
  const path = join(scratch, "again.csv");
  const logger = csvLogger(path);
  await logger.onTrainBegin?.(context);
  await logger.onEpochEnd?.(1, { loss: 2 }, context);
  await logger.onTrainBegin?.(context);
  await logger.onEpochEnd?.(1, { accuracy: 0.5 }, context);
  expect(await readFile(path, "utf8")).toBe("epoch,accuracy\n1,0.5\n");
});
