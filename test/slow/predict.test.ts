import { rm } from "node:fs/promises";
import { afterAll, beforeAll, test } from "vitest";
import { scratchFolder } from "../end-to-end/lenet5-command.ts";
import { expectAnswersOfEvaluate, sets } from "../end-to-end/other-data.ts";

let scratch: string;
beforeAll(async () => {
  scratch = await scratchFolder();
});
afterAll(() => rm(scratch, { recursive: true }));

test.each(Object.keys(sets))("pictures of a run's own test set are read as evaluate reads them: %s", async (name) => {
  await expectAnswersOfEvaluate(scratch, name);
});
