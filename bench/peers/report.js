/** bench/results.json as tables and as a chart. */
import { readFileSync, writeFileSync } from "node:fs";
import { barChart } from "../../dist/report/drawing/bar-chart.js";
import { networks } from "./networks.js";

/**
 * Best, median and worst of the rounds, and the numbers of cores that it and others kept busy (medians). A row without
 * them has the `reason`. `tried` is the trial that chose the configuration.
 * @typedef {{ name: string, version: string, configuration: string, task: import("./contestants.js").Task,
 *   threads: number, unit: string, rounds?: number, best?: number, median?: number, worst?: number, cores?: number,
 *   others?: number, reason?: string, tried?: { configuration: string, best?: number, reason?: string }[] }} Row
 * @typedef {{ machine: string, cores: number, node: string, python: string, date: string, rounds: number, rows: Row[] }} Comparison
 * @typedef {Record<string, Comparison>} Networks by their names in networks.json
 * @typedef {Record<string, Networks>} Results by the name of the machine; the machine that was measured last is last
 */

const titles = {
  train: "training, images/s, batch 128",
  predict: "inference, images/s, batch 1,000",
  "predict-one": "inference of one image, ms",
};

const isOurs = (/** @type {string} */ name) => name.startsWith("lenet5");
const threadsText = (/** @type {number} */ threads) => `${threads} thread${threads === 1 ? "" : "s"}`;

const number = (/** @type {number | undefined} */ value) =>
  value === undefined
    ? ""
    : value < 10
      ? value.toFixed(3)
      : Number(value.toPrecision(value < 1000 ? 3 : 4)).toLocaleString("en-US");

/** More is faster. @param {Row} row */
const speed = ({ median = 0, unit }) => (unit === "ms" && median > 0 ? 1 / median : median);

/** Fastest first, by the median. @param {Comparison} comparison @param {Row["task"]} task */
const ranked = ({ rows }, task) => rows.filter((row) => row.task === task).sort((a, b) => speed(b) - speed(a));

/**
 * The speed of lenet5 divided by that of a row of the same task and number of threads; NaN where either is missing.
 * @param {Comparison} comparison @param {Row} row @param {string} [numerics]
 */
function ratio({ rows }, row, numerics = "reproducible") {
  const ours = rows.find(
    ({ name, task, threads }) => name === `lenet5, ${numerics}` && task === row.task && threads === row.threads,
  );
  return ours && speed(row) > 0 ? speed(ours) / speed(row) : Number.NaN;
}

/** A line of a table: a library with all its numbers of threads. @param {Comparison} comparison @param {Row[]} rows */
function line(comparison, rows, /** @type {number[]} */ allThreads) {
  const { name, version } = rows[0];
  const cells = allThreads.flatMap((threads) => {
    const row = rows.find((row) => row.threads === threads);
    if (row?.median === undefined) return [row ? "cannot" : "", ""];
    const [least, most] = [row.best, row.worst].sort((a, b) => Number(a) - Number(b)).map(number);
    const times = ratio(comparison, row);
    const beside = isOurs(name) || Number.isNaN(times) ? "" : times.toFixed(2);
    return [`${number(row.median)} (${least} to ${most})`, beside];
  });
  const details = rows.map(({ threads, configuration, reason }) => ({ threads, text: reason ?? configuration }));
  const same = details.every(({ text }) => text === details[0].text);
  const shown = same
    ? details[0].text
    : details.map(({ threads, text }) => `${threadsText(threads)}: ${text}`).join("; ");
  return `| ${isOurs(name) ? name : `${name} ${version}`} | ${cells.join(" | ")} | ${shown} |`;
}

/** The tables of a network, in Markdown. @param {string} network @param {Comparison} comparison */
export function tables(network, comparison) {
  const allThreads = [...new Set(comparison.rows.map(({ threads }) => threads))].sort((a, b) => b - a);
  const parts = /** @type {Row["task"][]} */ (Object.keys(titles)).map((task) => {
    const rows = ranked(comparison, task);
    const names = [...new Set(rows.map(({ name }) => name))];
    const lines = names.map((name) => {
      const own = rows.filter((row) => row.name === name).sort((a, b) => b.threads - a.threads);
      return line(comparison, own, allThreads);
    });
    const columns = allThreads.flatMap((threads) => [threadsText(threads), "lenet5 / it"]);
    const head = ["", titles[task], ...columns, "configuration", ""].join(" | ").trim();
    return [head, `|${"---|".repeat(columns.length + 2)}`, ...lines].join("\n");
  });
  const { machine, cores, node, python, date, rounds } = comparison;
  const note = `${machine}, ${cores} cores, Node ${node.slice(1)}, Python ${python}, ${date}. Medians, and in brackets the lowest and highest, of ${rounds} rounds, in which all take turns. "lenet5 / it" compares medians with lenet5's reproducible numerics on as many threads.`;
  return [`## ${networks[network].title}`, ...parts, note].join("\n\n");
}

/** The comparisons on the machine that was measured last. @param {Results} results */
const latest = (results) => /** @type {Networks} */ (Object.values(results).at(-1));

/** The fastest other library. @param {Comparison} comparison @param {Row["task"]} task @param {number} threads */
const fastest = (comparison, task, threads) =>
  ranked(comparison, task).filter((row) => row.threads === threads && !isOurs(row.name))[0];

/** The speed of lenet5 divided by that of the fastest other library, by network and machine. @param {Results} results */
function overview(results) {
  /** @type {[Row["task"], number][]} */
  const columns = [
    ["train", 2],
    ["train", 1],
    ["predict", 2],
    ["predict", 1],
  ];
  const lines = Object.keys(networks).flatMap((network) =>
    Object.entries(results).flatMap(([machine, { [network]: comparison }]) => {
      if (!comparison) return [];
      const cells = columns.map(([task, threads]) => {
        const other = fastest(comparison, task, threads);
        return ["reproducible", "fast"].map((numerics) => ratio(comparison, other, numerics).toFixed(2)).join(" / ");
      });
      return [`| ${networks[network].title} | ${machine} | ${cells.join(" | ")} |`];
    }),
  );
  const heads = columns.map(([task, threads]) => `${titles[task].split(",")[0]}, ${threadsText(threads)}`);
  return [`| network | machine | ${heads.join(" | ")} |`, `|${"---|".repeat(heads.length + 2)}`, ...lines].join("\n");
}

/**
 * lenet5 beside the fastest other library, by network and task, on the most threads of the machine that was measured
 * last. @param {Results} results
 */
export function chart(results) {
  const colours = { reproducible: "var(--training)", fast: "var(--validation)" };
  const modes = /** @type {const} */ ({ train: "training", predict: "inference" });
  const bars = Object.entries(latest(results)).flatMap(([network, comparison]) =>
    /** @type {(keyof typeof modes)[]} */ (Object.keys(modes)).flatMap((task) => {
      const threads = Math.max(...comparison.rows.map((row) => row.threads));
      const best = fastest(comparison, task, threads);
      return /** @type {(keyof typeof colours)[]} */ (Object.keys(colours)).map((numerics, i) => {
        const value = ratio(comparison, best, numerics);
        const name = `${networks[network].title}, ${modes[task]}`;
        const text = `${value.toFixed(2)} times ${best.name}`;
        const title = `${name}, ${numerics} numerics, ${threadsText(threads)}: ${text}`;
        return { name, short: i === 0 ? name : "", value, text, title, colour: colours[numerics] };
      });
    }),
  );
  const [{ machine, cores }] = Object.values(latest(results));
  const title = "Speed of lenet5 beside the fastest other library";
  const note = `images/s, divided by the other's on as many threads; dashed: as fast; ${machine}, ${cores} cores`;
  const keys = Object.entries(colours).map(([numerics, colour]) => ({ name: `${numerics} numerics`, colour }));
  const look = { colour: colours.reproducible, empty: "no results", width: 680, maxName: 320, mark: 1 };
  return barChart({ title, note, keys, bars, ...look });
}

/** What docs/peers.md has between its marks. @param {Results} results */
export const markdown = (results) =>
  [
    overview(results),
    ...Object.entries(latest(results)).map(([network, comparison]) => tables(network, comparison)),
  ].join("\n\n");

/** Writes the tables between the marks in docs/peers.md. @param {Results} results */
export function inDocs(results) {
  const path = new URL("../../docs/peers.md", import.meta.url);
  const marks = /(<!-- peers -->)[\s\S]*(<!-- \/peers -->)/;
  const text = readFileSync(path, "utf8");
  writeFileSync(
    path,
    text.replace(marks, (_, a, b) => `${a}\n\n${markdown(results)}\n\n${b}`),
  );
}
