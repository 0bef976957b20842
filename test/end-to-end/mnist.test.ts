import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { lenet5Json, scratchFolder } from "./lenet5-command.ts";

const folder = process.env.LENET5_DATA || fileURLToPath(new URL("../../../shared/data/mnist", import.meta.url));
const there = existsSync(folder);
const name = "after one epoch of MNIST, more than 97% of the test images are predicted correctly";

test.runIf(there)(name, async () => {
  const scratch = await scratchFolder();
  const out = join(scratch, "run");
  const args = ["train", "--epochs", "1", "--out", out];
  const result = await lenet5Json<{ test: { accuracy: number }; data: string }>(args, { env: { LENET5_DATA: folder } });
  expect(result.data).toBe("mnist");
  expect(result.test.accuracy).toBeGreaterThan(0.97);
  await rm(scratch, { recursive: true });
});

test.skipIf(there)(`skipped, there is no ${folder}; set LENET5_DATA: ${name}`, (context) => context.skip());
