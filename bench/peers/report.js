/** bench/results.json as tables and as a chart. */
import { readFileSync, writeFileSync } from "node:fs";
import { barChart } from "../../dist/report/drawing/bar-chart.js";

/**
 * Best, median and worst of the rounds, and the numbers of cores that it and others kept busy (medians). A row without
 * them has the `reason`. `tried` is the trial that chose the configuration.
 * @typedef {{ name: string, version: string, configuration: string, task: import("./contestants.js").Task,
 *   threads: number, best?: number, median?: number, worst?: number, cores?: number, others?: number, unit: string, reason?: string,
 *   tried?: { configuration: string, threads: number, best?: number, reason?: string }[] }} Row
 * @typedef {{ machine: string, cores: number, node: string, python: string, date: string, rounds: number, rows: Row[] }} Results
 */

const titles = {
  train: "training, images/s, batch 128",
  predict: "inference, images/s, batch 1,000",
  "predict-one": "inference of one image, ms",
};

const number = (/** @type {number | undefined} */ value) =>
  value === undefined
    ? ""
    : value < 10
      ? value.toFixed(3)
      : Number(value.toPrecision(value < 1000 ? 3 : 4)).toLocaleString("en-US");

/** Fastest first, by the median. @param {Results} results @param {Row["task"]} task */
function ranked({ rows }, task) {
  const speed = (/** @type {Row} */ { median = 0 }) => (median > 0 && task === "predict-one" ? 1 / median : median);
  return rows.filter((row) => row.task === task).sort((a, b) => speed(b) - speed(a));
}

/**
 * The speed of lenet5's reproducible row with the same number of threads, divided by that of a row. @param {Results}
 * results @param {Row} row
 */
function ratio({ rows }, row) {
  const ours = rows.find(
    ({ name, task, threads }) => name === "lenet5, reproducible" && task === row.task && threads === row.threads,
  );
  if (!ours?.median || !row.median || row.name.startsWith("lenet5")) return "";
  return (row.unit === "ms" ? row.median / ours.median : ours.median / row.median).toFixed(2);
}

/** The tables, in Markdown. @param {Results} results */
export function table(results) {
  const parts = /** @type {Row["task"][]} */ (Object.keys(titles)).map((task) => {
    const lines = ranked(results, task).map((row) => {
      const { name, version, configuration, threads, best, median, worst, reason } = row;
      const who = name.startsWith("lenet5") ? name : `${name} ${version}`;
      if (reason !== undefined) return `| ${who} | cannot: ${reason} | | | | | |`;
      const numbers = [median, best, worst].map(number).join(" | ");
      return `| ${who} | ${configuration} | ${threads} | ${numbers} | ${ratio(results, row)} |`;
    });
    const head = `| ${titles[task]} | configuration | threads | median | best | worst | lenet5 / it |\n|---|---|---|---|---|---|---|`;
    return [head, ...lines].join("\n");
  });
  const { machine, cores, node, python, date, rounds } = results;
  const note = `${machine}, ${cores} cores, Node ${node.slice(1)}, Python ${python}, ${date}; ${rounds} rounds, in which all alternate. The last column compares medians with lenet5's reproducible numerics on the same number of threads.`;
  return [...parts, note].join("\n\n");
}

/** Training by the median. @param {Results} results */
export function chart(results) {
  const bars = ranked(results, "train").map(({ name, threads, median, reason, configuration }) => ({
    name: name.startsWith("lenet5") ? `${name}, ${threads}` : name,
    value: median ?? Number.NaN,
    text: median === undefined ? "cannot" : number(median),
    title: `${name}, ${configuration}, ${threads} threads: ${reason ?? `${number(median)} images/s`}`,
  }));
  const note = `images/s, batch 128, Adam; ${results.machine}, ${results.cores} cores`;
  return barChart({ title: "Training", note, bars, colour: "var(--training)", empty: "no results", width: 640 });
}

/** Writes the tables between the marks in docs/peers.md. @param {Results} results */
export function inDocs(results) {
  const path = new URL("../../docs/peers.md", import.meta.url);
  const text = readFileSync(path, "utf8");
  const marks = /(<!-- peers -->)[\s\S]*(<!-- \/peers -->)/;
  if (marks.test(text))
    writeFileSync(
      path,
      text.replace(marks, (_, a, b) => `${a}\n\n${table(results)}\n\n${b}`),
    );
}
