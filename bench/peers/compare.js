/**
 * Compares all contestants on one network. A trial chooses the fastest configuration of every contestant for every task
 * and number of threads. Then rounds of all alternate, so that changes of the machine's speed affect all of them. Every
 * contestant is a process, and only one computes at a time.
 */
import { tasks } from "./contestants.js";
import { checkLearning } from "./learning.js";
import { median } from "./median.js";
import { networks } from "./networks.js";
import { ContestantProcess } from "./process.js";

/** Rounds of a trial. The first compiles and warms up. */
const TRIAL = 3;
/** A row takes part in rounds until it has taken this many seconds; a trial's round that takes longer is its only one. */
const LIMIT = 10;

/** @typedef {import("./contestants.js").Task} Task */
/** @typedef {import("./contestants.js").Contestant} Contestant */
/** @typedef {import("./report.js").Row} Row */
/** @typedef {import("./process.js").Round} Round */
/** @typedef {{ process: ContestantProcess, configuration: string, rounds: Round[], reason?: string }} Tried */
/** A process with its row of the table and its rounds. @typedef {{ process: ContestantProcess, row: Row, done: Round[] }} Entry */

/** Sorts the better result first: more images per second, or fewer milliseconds. @param {Task} task */
const order = (task) => (/** @type {number} */ a, /** @type {number} */ b) => (task === "predict-one" ? a - b : b - a);
const rateOf = (/** @type {Round} */ { rate }) => rate;
const reasonOf = (/** @type {unknown} */ error) => (error instanceof Error ? error.message : String(error));
const total = (/** @type {Round[]} */ rounds) => rounds.reduce((sum, { seconds }) => sum + seconds, 0);

/**
 * Tries configurations for every task. @param {ContestantProcess[]} processes @param {string} network
 * @returns {Promise<Record<Task, Tried[]>>}
 */
async function trial(processes, network) {
  /** @type {Record<Task, Tried[]>} */
  const results = { train: [], predict: [], "predict-one": [] };
  for (const process of processes) {
    const { contestant, configuration, threads } = process;
    const problem = await process.start(networks[network]).then(() => undefined, reasonOf);
    const words = [];
    for (const task of contestant.tasks) {
      /** @type {Tried} */
      const tried = { process, configuration, rounds: [] };
      try {
        if (problem !== undefined) throw new Error(problem);
        // A single configuration only warms up, and shows whether it works. Slow contestants compile next to nothing.
        const count = processes.length === 1 ? TRIAL - 1 : TRIAL;
        while (tried.rounds.length < count && !(contestant.slow && total(tried.rounds) > LIMIT))
          tried.rounds.push(await process.quietRound(task));
      } catch (error) {
        tried.reason = reasonOf(error);
      }
      results[task].push(tried);
      words.push(`${task} ${tried.reason ?? bestOf(tried, task).toPrecision(4)}`);
    }
    console.error(`${contestant.name}, ${configuration}, ${threads} threads: ${words.join(", ")}`);
  }
  return results;
}

/** The best round of a trial but the first. @param {Tried} tried @param {Task} task */
const bestOf = ({ rounds }, task) => (rounds.length > 1 ? rounds.slice(1) : rounds).map(rateOf).sort(order(task))[0];

/**
 * The rows of a contestant for a number of threads, with a process for each that works. @param {Contestant} contestant
 * @param {string} network @param {number} threads @param {boolean} quick only the first configuration
 * @returns {Promise<{ rows: Row[], entries: Entry[] }>}
 */
async function chosen(contestant, network, threads, quick) {
  const configurations = Object.keys(contestant.variants).slice(0, quick ? 1 : undefined);
  const processes = configurations.map((name) => new ContestantProcess(contestant, network, name, threads));
  const results = await trial(processes, network);
  const { name } = contestant;
  const version = processes.find((process) => process.version)?.version ?? "";
  /** @type {Row[]} */
  const rows = [];
  /** @type {Entry[]} */
  const entries = [];
  for (const task of contestant.tasks) {
    const tried = results[task];
    const able = tried.filter(({ reason }) => reason === undefined);
    const best = able.sort((a, b) => order(task)(bestOf(a, task), bestOf(b, task)))[0] ?? tried[0];
    const { process, configuration, rounds, reason } = best;
    /** @type {Row} */
    const row = {
      ...{ name, version, configuration, task, threads, unit: task === "predict-one" ? "ms" : "images/s" },
      ...(reason !== undefined && { reason }),
      ...(tried.length > 1 && {
        tried: tried.map((one) => ({
          configuration: one.configuration,
          ...(one.reason === undefined ? { best: bestOf(one, task) } : { reason: one.reason }),
        })),
      }),
    };
    rows.push(row);
    const last = rounds.slice(-1);
    if (reason === undefined) entries.push({ process, row, done: total(last) > LIMIT ? last : [] });
  }
  for (const process of processes) if (!entries.some((entry) => entry.process === process)) process.stop();
  return { rows, entries };
}

/**
 * @param {string} network its name @param {Contestant[]} contestants
 * @param {{ rounds: number, quick: boolean }} options `quick`: a trial with one configuration each
 * @returns {Promise<Row[]>}
 */
export async function compare(network, contestants, { rounds, quick }) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {Entry[]} */
  const entries = [];
  for (const contestant of contestants) {
    for (const threads of contestant.threads) {
      const found = await chosen(contestant, network, threads, quick);
      rows.push(...found.rows);
      entries.push(...found.entries);
    }
  }

  for (let round = 1; round <= rounds; round++) {
    console.error(`round ${round} of ${rounds}`);
    for (const task of tasks) {
      for (const { process, row, done } of entries) {
        if (row.task !== task || row.reason !== undefined || total(done) > LIMIT) continue;
        try {
          done.push(await process.quietRound(task));
        } catch (error) {
          row.reason = reasonOf(error);
        }
      }
    }
  }
  const training = entries.filter(({ row }) => row.task === "train");
  checkLearning(training);
  for (const { process, row } of training)
    console.error(
      `${row.name}, ${row.threads} threads: losses ${process.losses.slice(0, 6).map((loss) => loss.toFixed(3))}`,
    );
  for (const { row, done } of entries) {
    if (row.reason !== undefined) continue;
    const rates = done.map(rateOf).sort(order(row.task));
    row.rounds = rates.length;
    row.best = rates[0];
    row.median = median(rates);
    row.worst = rates[rates.length - 1];
    row.cores = median(done.map(({ cores }) => cores).sort((a, b) => a - b));
    row.others = median(done.map(({ others }) => others).sort((a, b) => a - b));
  }
  for (const { process } of entries) process.stop();
  return rows;
}
