/**
 * What successive halving finds, and ASHA, beside the whole grid: `node bench/sweep.js [--epochs 9] [--jobs 2]
 * [--out build/sweep]` after `npm run build`. 24 settings (four learning rates, three batch sizes, sgd and adam) train
 * LeNet-5 on the built-in digits, a fifth of which are for validation. All are `lenet5 sweep`, so the same command goes
 * on after an interruption. Time is that of training and validation, summed over trials.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parsed, whole } from "./options.js";

const values = parsed({
  epochs: { type: "string", default: "9" },
  jobs: { type: "string", default: "2" },
  out: { type: "string", default: fileURLToPath(new URL("../build/sweep", import.meta.url)) },
});
const epochs = whole("--epochs", values.epochs);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
mkdirSync(values.out, { recursive: true });

/** @param {string} name @param {object | string} choose @returns {import("../dist/report/sweep/sweep-results.js").SweepJson} */
function run(name, choose) {
  const file = join(values.out, `${name}.json`);
  const sweep = {
    train: { data: "digits", epochs, "validation-split": 0.2, numerics: "reproducible" },
    vary: {
      "learning-rate": [0.001, 0.004, 0.016, 0.064],
      "batch-size": [32, 64, 128],
      optimizer: ["sgd", "adam"],
    },
    choose,
    trials: 24,
  };
  writeFileSync(file, JSON.stringify(sweep));
  const folder = join(values.out, name);
  const words = [main, "sweep", file, "--out", folder, "--jobs", String(whole("--jobs", values.jobs))];
  const { status } = spawnSync(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"] });
  if (status !== 0) process.exit(status ?? 1);
  return JSON.parse(readFileSync(join(folder, "sweep.json"), "utf8"));
}

console.log(`${cpus()[0]?.model.trim()}, Node ${process.version}; LeNet-5, built-in digits, ${epochs} epochs, seed 1`);
/** @type {number[]} */
const grid = [];
for (const [name, choose] of Object.entries({
  grid: "grid",
  halving: { by: "halving", from: "grid" },
  asha: { by: "asha", from: "random" },
  "asha-9": { by: "asha", from: "random", eta: 9 },
})) {
  const { trials, best } = run(name, choose);
  const trainings = trials.flatMap((trial) => trial.trainings);
  const trained = trainings.reduce((sum, each) => sum + each.values.length, 0);
  const seconds = trainings.reduce((sum, each) => sum + (each.seconds ?? 0), 0);
  const first = trials.find(({ trial }) => trial === best);
  if (name === "grid") grid.push(trained, seconds);
  const shares = grid.map((all, i) => `${((100 * [trained, seconds][i]) / all).toFixed(0)}%`);
  const value = (100 * Number(first?.value)).toFixed(2);
  console.log(
    `${name.padEnd(8)} ${value}% (${Object.values(first?.settings ?? {}).join(", ")}), ${trained} epochs (${shares[0]}), ${seconds.toFixed(0)} s (${shares[1]})`,
  );
}
