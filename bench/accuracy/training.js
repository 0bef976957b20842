/** One training, which is kept: `lenet5 train` in a process of its own, and what is measured of its model in another. */
import { spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadModel } from "../../dist/index.js";
import { checkMnist } from "../mnist.js";
import { chosen } from "./chosen.js";

/**
 * Errors are shares of the images. `curve` has the validation error after each epoch.
 * @typedef {{ seed: number, seconds: number, test: number, validation?: number, curve?: number[],
 *   views?: { test: number, validation?: number } }} Run
 * @typedef {{ command: string[], machine: string, node: string, lenet5: string, date: string, parameters: number,
 *   epochs: number, run: Run }} Kept
 */

const at = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const main = at("../../dist/cli/main.js");
const { version } = JSON.parse(readFileSync(at("../../package.json"), "utf8"));
/** @param {string} path */
const json = (path) => JSON.parse(readFileSync(path, "utf8"));
const rounded = (/** @type {number} */ share) => Number(share.toFixed(6));

/** @param {string[]} parameters @param {Record<string, string>} [environment] @returns {Promise<string>} what it printed */
function node(parameters, environment = {}) {
  const child = spawn(process.execPath, parameters, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let [out, errors] = ["", ""];
  child.stdout.on("data", (text) => {
    out += text;
  });
  child.stderr.on("data", (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) resolve(out);
      else reject(new Error(`node ${parameters.join(" ")}: ${signal ?? `exit code ${code}`}\n${errors.slice(-2000)}`));
    });
  });
}

/**
 * The result in `folder` of a training with these options; trains where there is none. @param {string} folder
 * @param {import("./rows.js").Trained} row @param {string} data @param {number} seed
 * @param {(text: string) => void} print @returns {Promise<Kept>}
 */
export async function trained(folder, { name, options, testOn, views }, data, seed, print) {
  const run = join(folder, "run");
  const result = join(folder, "result.json");
  const given = options.includes("--data") ? options : ["--data", data, ...options];
  const command = ["train", ...given, "--seed", String(seed), "--threads", "1"];
  /** @type {Kept | undefined} */
  let kept = existsSync(result) ? json(result) : undefined;
  if (kept && (kept.lenet5 !== version || kept.command.join(" ") !== command.join(" "))) kept = undefined;
  if (!kept) {
    if (testOn === "mnist" || given[given.indexOf("--data") + 1] === "mnist") await checkMnist();
    rmSync(folder, { recursive: true, force: true });
    print(`${name}, seed ${seed}: training`);
    const clock = `${folder}.cpu`;
    const words = [main, ...command, "--out", run, "--json"];
    const { test } = JSON.parse(await node(["--import", at("./cpu-time.js"), ...words], { CPU_TIME: clock }));
    const { accuracy } = testOn ? JSON.parse(await node([main, "evaluate", run, "--data", testOn, "--json"])) : test;
    const seconds = Number(readFileSync(clock, "utf8"));
    rmSync(clock);
    const { epochs, history } = json(join(run, "history.json"));
    const curve = history.val_accuracy?.map((/** @type {number} */ right) => rounded(1 - right));
    const model = await loadModel(join(run, "model.safetensors"), { threads: 1 });
    kept = {
      ...{ command, machine: `${cpus()[0]?.model.trim()}, ${cpus().length} cores`, node: process.version },
      ...{ lenet5: version, date: new Date().toISOString().slice(0, 10) },
      parameters: model.summaryData().params,
      epochs: epochs.length,
      run: {
        ...{ seed, seconds, test: rounded(1 - accuracy) },
        ...(curve && { validation: curve.at(-1), curve }),
      },
    };
    writeFileSync(result, JSON.stringify(kept));
  }
  if (!views) return kept;
  return { ...kept, run: { ...kept.run, views: await viewed(folder, () => print(`${name}, seed ${seed}: views`)) } };
}

/** The errors of the mean over views, see measure.js. @param {string} folder @param {() => void} begins */
async function viewed(folder, begins) {
  const file = join(folder, "views.json");
  if (!existsSync(file) || JSON.stringify(json(file).chosen) !== JSON.stringify(chosen)) {
    begins();
    await node([at("./measure.js"), folder]);
  }
  const { test, validation } = json(file);
  return { test: rounded(test), ...(validation !== undefined && { validation: rounded(validation) }) };
}
