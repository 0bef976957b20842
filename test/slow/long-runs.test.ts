/** Long runs: memory stays flat, and threads and handles are back where they were. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root } from "../docs/pages.ts";

interface Measured {
  /** Resident memory in MB after each tenth of the run. */
  readonly memory: readonly number[];
  readonly before: object;
  readonly after: object;
  /** Whether the weights are finite at the end. */
  readonly finite: boolean;
}

async function measured(name: string): Promise<Measured> {
  const script = join(root, "test/slow/long-runs/measure.js");
  const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", script, name]);
  return JSON.parse(stdout) as Measured;
}

/** MB that the memory grows in the last six tenths, by the line that fits them best. */
function growth({ memory }: Measured): number {
  const last = memory.slice(-6);
  const mean = last.reduce((sum, each) => sum + each, 0) / last.length;
  const rise = last.reduce((sum, each, i) => sum + (i - 2.5) * (each - mean), 0);
  return (rise / last.reduce((sum, _, i) => sum + (i - 2.5) ** 2, 0)) * 6;
}

// The limits are twice to three times what runs on a busy machine scatter by.
test.each([
  ["epochs", "1,000 epochs of one training", 8],
  ["fits", "2,000 calls of fit", 8],
  ["predictions", "10,000 calls of predict, nine tenths of them with a scale of their own", 40],
  ["ten models at once", "ten models that train at once, 100 times", 16],
])("%s: memory is flat over %s", async (name, _, limit) => {
  const run = await measured(name);
  expect(run.memory).toHaveLength(10);
  expect(growth(run), JSON.stringify(run.memory)).toBeLessThan(limit);
  expect(run.after).toEqual(run.before);
  expect(run.finite).toBe(true);
});

test("a leak of 40 kB an epoch would be seen", async () => {
  expect(growth(await measured("leaking epochs"))).toBeGreaterThan(16);
});

// Their memory is freed when the garbage collectors of all threads have run: it rises and falls.
test("the memory of a thousand models that are dropped comes back", async () => {
  const { memory } = await measured("models that are dropped");
  expect(Math.max(...memory), JSON.stringify(memory)).toBeLessThan(1500);
});
