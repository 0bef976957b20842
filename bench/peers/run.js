/**
 * Compares the speed of lenet5 with that of other libraries: LeNet-5 with a full C3, 32x32 images, tanh, average
 * pooling, Adam, batch 128. `npm run bench:peers [-- --rounds 7 --only PyTorch --quick]`
 *
 * A trial chooses the fastest configuration of every contestant for every task. Then rounds of all alternate, so that
 * changes of the machine's speed affect all of them. Every contestant is a process, and only one computes at a time.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { contestants, tasks } from "./contestants.js";
import { ContestantProcess } from "./process.js";
import { chart, inDocs, table } from "./report.js";
import { python, setUp } from "./setup.js";

/** Rounds that compile and warm up. */
const WARM_UP = 2;
const TRIAL = 2;

const { values } = parseArgs({
  options: { rounds: { type: "string" }, only: { type: "string" }, quick: { type: "boolean", default: false } },
});
const rounds = Number(values.rounds ?? (values.quick ? 2 : 7));
const chosen = contestants.filter(({ name }) => values.only === undefined || name.includes(values.only));

/** @typedef {import("./contestants.js").Task} Task */
/** @typedef {import("./report.js").Row} Row */
/**
 * A process with its row of the table and its rounds. @typedef {{ process: ContestantProcess, row: Row, done:
 * import("./process.js").Round[] }} Entry
 */

/** Sorts the better result first: more images per second, or fewer milliseconds. @param {Task} task */
const order = (task) => (/** @type {number} */ a, /** @type {number} */ b) => (task === "predict-one" ? a - b : b - a);
const reasonOf = (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error));

/**
 * Tries every configuration for every task.
 * @param {import("./contestants.js").Contestant} contestant
 */
async function trial(contestant) {
  const { name } = contestant;
  const variants = values.quick ? contestant.variants.slice(0, 1) : contestant.variants;
  /** @type {{ variant: import("./contestants.js").Variant, task: Task, result?: number, reason?: string }[]} */
  const results = [];
  for (const variant of variants) {
    const process = new ContestantProcess(contestant, variant);
    const before = await process.start().then(
      () => undefined,
      (error) => ({ reason: reasonOf(error) }),
    );
    for (const task of contestant.tasks) {
      try {
        if (before) throw new Error(before.reason);
        const measured = [];
        // A single configuration needs only one round, which shows whether it works.
        const count = variants.length === 1 ? 1 : WARM_UP + TRIAL;
        for (let i = 0; i < count; i++) measured.push((await process.quietRound(task)).rate);
        results.push({ variant, task, result: measured.slice(-TRIAL).sort(order(task))[0] });
      } catch (error) {
        results.push({ variant, task, reason: reasonOf(error) });
      }
    }
    process.stop();
    const shown = results.filter((result) => result.variant === variant);
    const words = shown.map(({ task, result, reason }) => `${task} ${result?.toPrecision(4) ?? reason}`);
    console.error(`${name}, ${variant.configuration}, ${variant.options.threads} threads: ${words.join(", ")}`);
  }
  return results;
}

setUp();
/** @type {Row[]} */
const rows = [];
/** @type {Entry[]} */
const entries = [];
for (const contestant of chosen) {
  const results = await trial(contestant);
  /** @type {Map<import("./contestants.js").Variant, ContestantProcess>} */
  const processes = new Map();
  for (const task of contestant.tasks) {
    const tried = results.filter((result) => result.task === task);
    const able = tried.filter(({ result }) => result !== undefined);
    const best = able.sort((a, b) => order(task)(Number(a.result), Number(b.result)))[0] ?? tried[0];
    const { configuration, options } = best.variant;
    /** @type {Row} */
    const row = {
      ...{ name: contestant.name, version: "", configuration, task, threads: options.threads },
      unit: task === "predict-one" ? "ms" : "images/s",
      ...(best.reason !== undefined && { reason: best.reason }),
      ...(tried.length > 1 && {
        tried: tried.map(({ variant, result, reason }) => ({
          ...{ configuration: variant.configuration, threads: variant.options.threads },
          ...(result === undefined ? { reason } : { best: result }),
        })),
      }),
    };
    rows.push(row);
    if (row.reason !== undefined) continue;
    let process = processes.get(best.variant);
    if (!process) {
      process = await new ContestantProcess(contestant, best.variant).start();
      processes.set(best.variant, process);
    }
    entries.push({ process, row, done: [] });
  }
}

for (let round = -WARM_UP; round < rounds; round++) {
  console.error(round < 0 ? "warm-up" : `round ${round + 1} of ${rounds}`);
  for (const task of tasks) {
    for (const { process, row, done } of entries) {
      if (row.task !== task) continue;
      if (round < 0) await process.round(task);
      else done.push(await process.quietRound(task));
    }
  }
}
const median = (/** @type {number[]} */ sorted) => sorted[Math.floor(sorted.length / 2)];
for (const { process, row, done } of entries) {
  if (row.task === "train") process.checkLearning();
  const rates = done.map(({ rate }) => rate).sort(order(row.task));
  row.version = process.version;
  row.best = rates[0];
  row.median = median(rates);
  row.worst = rates[rates.length - 1];
  row.cores = median(done.map(({ cores }) => cores).sort((a, b) => a - b));
  row.others = median(done.map(({ others }) => others).sort((a, b) => a - b));
}
for (const { process } of entries) process.stop();
// Rows with a reason show a version, too.
for (const row of rows) row.version ||= rows.find(({ name, version }) => name === row.name && version)?.version ?? "";

const results = {
  machine: cpus()[0]?.model.trim() ?? "",
  cores: cpus().length,
  node: process.version,
  python: execFileSync(python, ["--version"], { encoding: "utf8" }).trim().replace("Python ", ""),
  date: new Date().toISOString().slice(0, 10),
  rounds,
  rows,
};
console.log(table(results));
if (values.only === undefined && !values.quick) {
  const text = JSON.stringify(
    results,
    (_, value) => (typeof value === "number" ? Number(value.toPrecision(5)) : value),
    1,
  );
  writeFileSync(new URL("../results.json", import.meta.url), `${text}\n`);
  writeFileSync(new URL("../../docs/peers.svg", import.meta.url), chart(results).svg);
  inDocs(results);
}
