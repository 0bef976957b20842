/** Compares variants of a training, on MNIST, for accuracy-choices.js, paper-choices.js and taught.js. */
import { fork } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as v from "valibot";
import { keptResult } from "../dist/cli/jobs/kept-result.js";
import { runAll } from "../dist/cli/jobs/run-all.js";
import { checkMnist } from "./mnist.js";
import { parsed, refuse, whole } from "./options.js";

const schema = v.object({ result: v.unknown() });
const { version } = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

/**
 * `settings` are everything that decides a result: a kept result with others is measured again. `print` gets the results
 * of all seeds of a variant. `seeds` and `out` are the defaults of the options, `columns` says what is printed.
 * @template {{ name: string }} Variant @template Result
 * @typedef {{ variants: readonly Variant[], settings: (variant: Variant, seed: number) => object,
 *   train: (variant: Variant, seed: number) => Promise<Result>,
 *   print: (variant: Variant, results: readonly Result[]) => void, seeds: string, out: string, columns: string }} Choices
 */

/**
 * The command line of the script at that address: trains the chosen variants, each in a process of its own, which runs
 * the script again.
 * @template {{ name: string }} Variant @template Result
 * @param {string} script @param {Choices<Variant, Result>} choices
 */
export async function compareChoices(script, choices) {
  if (process.send) await asked(process.send.bind(process), choices);
  else await compared(script, choices);
}

/**
 * The process of one training. @template {{ name: string }} Variant @template Result
 * @param {(result: Result) => void} send @param {Choices<Variant, Result>} choices
 */
async function asked(send, { variants, train }) {
  const [index, seed] = process.argv.slice(2).map(Number);
  // Without the parent process, the result is not needed.
  const alone = () => process.exit(1);
  process.once("disconnect", alone);
  const result = await train(variants[index], seed);
  process.off("disconnect", alone);
  send(result);
  process.disconnect();
}

/**
 * @template {{ name: string }} Variant @template Result
 * @param {string} script @param {Choices<Variant, Result>} choices
 */
async function compared(script, choices) {
  const { variants, print, columns } = choices;
  const values = parsed({
    seeds: { type: "string", default: choices.seeds },
    jobs: { type: "string", default: String(availableParallelism()) },
    only: { type: "string", multiple: true, default: [""] },
    out: { type: "string", default: choices.out },
  });
  const [seeds, jobs] = [whole("--seeds", values.seeds), whole("--jobs", values.jobs)];
  const chosen = [...new Set(values.only.flatMap((text) => variants.filter(({ name }) => name.includes(text))))];
  if (chosen.length === 0) refuse(`--only: expected text of a variant's name, got ${JSON.stringify(values.only)}`);
  mkdirSync(values.out, { recursive: true });
  console.log(`${cpus()[0]?.model.trim()}, Node ${process.version}; ${seeds} seeds, ${columns}`);
  const trainings = chosen.flatMap((variant) => Array.from({ length: seeds }, (_, i) => ({ variant, seed: i + 1 })));
  /** @type {Map<Variant, Result[]>} */
  const done = new Map(chosen.map((variant) => [variant, []]));
  const run = async (/** @type {{ variant: Variant, seed: number }} */ { variant, seed }) => {
    const results = done.get(variant) ?? [];
    results[seed - 1] = await resultOf(script, choices, variant, seed, values.out);
    if (Object.keys(results).length === seeds) print(variant, results);
  };
  await runAll(trainings, run, { atOnce: jobs, isStopped: () => false });
}

/**
 * The kept result; where there is none, trains in a process of its own.
 * @template {{ name: string }} Variant @template Result
 * @param {string} script @param {Choices<Variant, Result>} choices @param {Variant} variant @param {number} seed
 * @param {string} out @returns {Promise<Result>}
 */
async function resultOf(script, choices, variant, seed, out) {
  const file = join(out, `${variant.name.replaceAll(/[^a-z0-9.]+/gi, "-")}-seed-${seed}.json`);
  const recipe = JSON.stringify({ version, ...choices.settings(variant, seed) });
  const train = async () => {
    await checkMnist();
    const child = fork(fileURLToPath(script), [String(choices.variants.indexOf(variant)), String(seed)]);
    return await new Promise((resolve, reject) => {
      child.once("message", (result) => resolve({ result }));
      child.once("exit", (code) => reject(new Error(`${variant.name}: exit code ${code}`)));
    });
  };
  const kept = await keptResult({ file, recipe, schema }, train, console.error);
  return /** @type {Result} */ (kept.result);
}
