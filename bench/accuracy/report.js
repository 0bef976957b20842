/** bench/accuracy.json as the tables of docs/accuracy.md, and its figures. */
import { readFileSync, writeFileSync } from "node:fs";
import { lineChart } from "../../dist/report/drawing/line-chart.js";
import { duration } from "../../dist/report/drawing/numbers.js";
import { spreadOf, spreadsOf } from "../../dist/report/statistics/spread.js";
import { front } from "./front.js";

/**
 * Errors are shares of the images; `seconds` those of one training.
 * @typedef {{ name: string, command: string, machine: string, node: string, lenet5: string, date: string,
 *   parameters: number, epochs: number, runs: import("./training.js").Run[],
 *   views?: { count: number, share: number }, committee?: { test: number, views: number } }} Row
 * @typedef {Record<string, Row[]>} Results by data set
 */

/** @type {Record<string, string>} */
const titles = { mnist: "MNIST", "fashion-mnist": "Fashion-MNIST" };

const percent = (/** @type {number} */ share, places = 2) => `${(100 * share).toFixed(places)}%`;

/** @param {import("./training.js").Run[]} runs @param {(run: import("./training.js").Run) => number | undefined} value */
function spread(runs, value) {
  const found = spreadOf(runs.map(value));
  return found && `${percent(found.mean, 3)} ± ${percent(found.deviation, 3)}`;
}

/** A row, and those of its views and its committee. @param {Row} row */
function lines({ name, command, parameters, epochs, runs, views, committee }) {
  const seconds = spreadOf(runs.map((run) => run.seconds))?.mean ?? 0;
  const time = duration(seconds);
  const size = `${epochs} | ${parameters.toLocaleString("en-US")}`;
  /** @param {(run: import("./training.js").Run) => number | undefined} value */
  const error = (value) => spread(runs, value) ?? "";
  const [test, validation] = [error((run) => run.test), error((run) => run.validation)];
  const all = [`| ${name} | ${size} | ${test} | ${validation} | ${runs.length} | ${time} | \`${command}\` |`];
  if (views) {
    const [test, validation] = [error((run) => run.views?.test), error((run) => run.views?.validation)];
    all.push(`| ${name}, ${views.count} views | | | ${test} | ${validation} | ${runs.length} | ${time} | |`);
  }
  if (committee) {
    const together = `${name}, ${runs.length} networks together`;
    const end = `| one | ${duration(seconds * runs.length)} | |`;
    all.push(`| ${together} | | | ${percent(committee.test)} | ${end}`);
    all.push(`| ${together}, ${views?.count} views | | | ${percent(committee.views)} | ${end}`);
  }
  return all;
}

/** The table of a data set, in Markdown. @param {string} data @param {Row[]} rows */
export function tables(data, rows) {
  const head = [
    "| trained | epochs | parameters | test error | validation error | seeds | CPU time | command |",
    "|---|---|---|---|---|---|---|---|",
  ];
  /** @type {Map<string, string[]>} */
  const machines = new Map();
  for (const { name, machine, node, lenet5, date } of rows) {
    const key = `${machine}, Node ${node.slice(1)}, lenet5 ${lenet5}, 1 thread${date && `, ${date}`}`;
    machines.set(key, [...(machines.get(key) ?? []), name]);
  }
  const notes = [...machines].map(([key, names]) => (machines.size > 1 ? `${key}: ${names.join("; ")}.` : `${key}.`));
  return [`## ${titles[data] ?? data}`, [...head, ...rows.flatMap(lines)].join("\n"), ...notes].join("\n\n");
}

/** Validation error by epoch. @param {Row[]} rows */
function curves(rows) {
  const colours = { article: "var(--training)", "article, best": "var(--third)", modern: "var(--validation)" };
  const series = Object.entries(colours).flatMap(([name, colour]) => {
    const runs = rows.find((row) => row.name === name)?.runs ?? [];
    const spreads = spreadsOf(runs.map(({ curve }) => curve ?? []));
    if (spreads.length === 0) return [];
    return {
      ...{ name, colour, xs: spreads.map((_, i) => i + 1), ys: spreads.map((one) => one?.mean ?? null) },
      band: spreads.map((one) => one && /** @type {const} */ ([one.min, one.max])),
    };
  });
  return lineChart({
    ...{ title: "Validation error by epoch", note: "mean of the seeds, lowest to highest; logarithmic", series },
    ...{ xLabel: "epoch", scale: "log", legend: true, dots: false, width: 680, height: 300 },
    format: (value) => percent(value ?? Number.NaN, 1),
  });
}

/** Names and contents of the files in docs. @param {Results} results @returns {Record<string, string>} */
export function figures({ mnist = [] }) {
  const drawn = { accuracy: front(mnist), "accuracy-curves": curves(mnist) };
  return Object.fromEntries(
    Object.entries(drawn).flatMap(([name, figure]) => [
      [`${name}.svg`, figure.svg],
      [`${name}-dark.svg`, figure.themed("dark")],
    ]),
  );
}

/** What docs/accuracy.md has between its marks. @param {Results} results */
export const markdown = (results) =>
  Object.entries(results)
    .map(([data, rows]) => tables(data, rows))
    .join("\n\n");

/** Writes the tables between the marks in docs/accuracy.md. @param {Results} results */
export function inDocs(results) {
  const path = new URL("../../docs/accuracy.md", import.meta.url);
  const marks = /(<!-- accuracy -->)[\s\S]*(<!-- \/accuracy -->)/;
  const text = readFileSync(path, "utf8");
  writeFileSync(
    path,
    text.replace(marks, (_, a, b) => `${a}\n\n${markdown(results)}\n\n${b}`),
  );
}
