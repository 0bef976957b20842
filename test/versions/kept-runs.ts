import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digits } from "../../src/index.ts";
import { lenet5, writeIdxFolder } from "../end-to-end/lenet5-command.ts";

const network = `
import { batchNormalization, conv2d, dense, dropout, flatten, input, maxPooling2d, model } from "lenet5";
export default ({ shape, classes, seed }) => {
  const image = input({ shape });
  const maps = maxPooling2d({ poolSize: 4 })(conv2d({ filters: 2, kernelSize: 5, activation: "relu" })(image));
  const x = dropout({ rate: 0.2 })(flatten()(batchNormalization()(maps)));
  return model({ inputs: image, outputs: dense({ units: classes, activation: "softmax" })(x), seed });
};
`;

/**
 * Writes `data`, `network.mjs`, `run`, a whole run of three epochs, and `interrupted`, the same training, killed within
 * its second epoch after a checkpoint.
 */
export async function keepRuns(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeIdxFolder(join(folder, "data"), digits({ train: 120, test: 30, seed: 3 }));
  await writeFile(join(folder, "network.mjs"), network);
  const args = [
    "train",
    "--data",
    join(folder, "data"),
    "--network",
    join(folder, "network.mjs"),
    "--optimizer",
    "adam",
  ];
  const settings = [...args, "--batch-size", "8", "--augment", "distortions", "--threads", "2", "--epochs", "3"];
  await must([...settings, "--out", join(folder, "run")]);
  const interrupted = join(folder, "interrupted");
  for (let delay = 1; !existsSync(join(interrupted, "checkpoint.safetensors")); delay++) {
    await rm(interrupted, { recursive: true, force: true });
    const words = [...settings, "--checkpoint-seconds", "0.001", "--log", "jsonl", "--out", interrupted];
    await lenet5(words, { signals: [{ after: '"epoch":2', name: "SIGKILL", delay }] });
  }
  // It names a process of this machine: elsewhere, nobody could know that it has ended.
  await rm(join(interrupted, "run.lock"), { force: true });
}

async function must(words: readonly string[]): Promise<void> {
  const { code, error } = await lenet5(words);
  if (code !== 0) throw new Error(error);
}
