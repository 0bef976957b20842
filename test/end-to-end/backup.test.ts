/** A training whose process is killed goes on in the next one: backupAndRestore in processes of their own. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { scratchFolder } from "./lenet5-command.ts";

let folder: string;
beforeAll(async () => {
  folder = await scratchFolder();
});
afterAll(() => rm(folder, { recursive: true }));

/** Trains in a process that kills itself after some batches, and prints the checksum at the end. */
const program = `
  import { backupAndRestore, digits, distortions, earlyStopping, lenet5 } from ${JSON.stringify(
    fileURLToPath(new URL("../../dist/index.js", import.meta.url)),
  )};
  const [path, after] = process.argv.slice(1);
  const net = lenet5({ seed: 1 });
  net.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  const watched = earlyStopping({ monitor: "loss", restoreBestWeights: true, patience: 2 });
  let left = Number(after);
  const killed = { onBatches: (batches) => { left -= batches.length; if (left < 0) process.kill(process.pid, "SIGKILL"); } };
  const backup = path === "none" ? [] : [backupAndRestore({ path, saveFreq: 3 })];
  await net.fit(digits({ train: 160, test: 1 }).train, {
    batchSize: 16, epochs: 4, augment: distortions(), verbose: 0, callbacks: [watched, ...backup, killed],
  });
  console.log(await net.checksum());
`;

function trained(path: string, after: number): Promise<{ code: number | null; signal: string | null; out: string }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", program, path, String(after)]);
  let out = "";
  child.stdout.on("data", (text) => (out += text));
  child.stderr.on("data", (text) => (out += text));
  return new Promise((resolve) => child.on("close", (code, signal) => resolve({ code, signal, out })));
}

test("killed four times, it ends with the weights of a training that was never killed", async () => {
  const straight = await trained("none", 1000);
  expect(straight).toMatchObject({ code: 0, out: expect.stringMatching(/^[0-9a-f]{64}\n$/) });
  const path = join(folder, "backup.safetensors");
  for (const after of [1, 5, 11, 8]) {
    expect(await trained(path, after)).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(existsSync(path)).toBe(after > 1);
  }
  expect(await trained(path, 1000)).toEqual(straight);
  expect(existsSync(path)).toBe(false);
});
