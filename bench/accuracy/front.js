/** Test error by the time of a training, both logarithmic: the lower left is better. */
import * as Plot from "@observablehq/plot";
import { Figure } from "../../dist/report/drawing/figure.js";
import { html } from "../../dist/report/drawing/html.js";
import { drawn } from "../../dist/report/drawing/plot.js";
import { pointMark, pointTexts } from "../../dist/report/drawing/points.js";
import { logTicks } from "../../dist/report/drawing/ticks.js";
import { spreadOf } from "../../dist/report/statistics/spread.js";

const [WIDTH, HEIGHT] = [680, 380];
const PADDING = { left: 54, right: 16, top: 16, bottom: 44 };

/** Networks by the names of their rows. Built-in digits are another task; rows with all training images hide others. */
const groups = [
  {
    name: "article",
    colour: "var(--training)",
    of: (/** @type {string} */ name) => /^article(, \d+ epochs?)?$/.test(name),
  },
  { name: "article, best", colour: "var(--third)", of: (/** @type {string} */ name) => name === "article, best" },
  {
    name: "modern",
    colour: "var(--validation)",
    of: (/** @type {string} */ name) => /^modern(, \d+ epochs?)?$/.test(name),
  },
  { name: "1998", colour: "var(--fourth)", of: (/** @type {string} */ name) => name.startsWith("1998") },
];

const percent = (/** @type {number} */ share) => `${Number((100 * share).toFixed(2))}%`;

/** The points of a row: its networks alone, with views, and together. @param {import("./report.js").Row} row @param {string} colour */
function pointsOf({ name, epochs, runs, views, committee }, colour) {
  const seconds = spreadOf(runs.map((run) => run.seconds))?.mean ?? 0;
  const error = spreadOf(runs.map(({ test }) => test));
  const viewed = spreadOf(runs.map((run) => run.views?.test));
  /** @param {number} x @param {{ mean: number, min: number, max: number } | undefined} spread @param {string} text @param {boolean} filled */
  const point = (x, spread, text, filled) =>
    spread
      ? [{ x, y: spread.mean, ...spread, colour, text, filled, label: `${name}, ${text}: ${percent(spread.mean)}` }]
      : [];
  const what = name.startsWith("1998, ") ? "distorted" : `${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
  const one = committee && { mean: committee.views, min: committee.views, max: committee.views };
  return [
    ...point(seconds, error, what, true),
    ...point(seconds, viewed, `${views?.count} views`, false),
    ...point(seconds * runs.length, one, `${runs.length} networks, ${views?.count} views`, false).map((one) => ({
      ...one,
      // Beside its ring, the text would touch that of the views.
      side: /** @type {const} */ ("above"),
    })),
  ];
}

/** @param {import("./report.js").Row[]} rows */
export function front(rows) {
  const series = groups.map(({ name, colour, of }) => {
    const points = rows.filter((row) => of(row.name)).flatMap((row) => pointsOf(row, colour));
    return { name, colour, points: points.sort((a, b) => a.x - b.x) };
  });
  const points = series.flatMap((one) => one.points);
  const xs = points.map(({ x }) => x);
  const ys = points.flatMap(({ min, max }) => [min, max]);
  /** @type {[number, number]} */
  const across = xs.length > 0 ? [Math.min(...xs) * 0.8, Math.max(...xs) * 1.3] : [1, 10];
  /** @type {[number, number]} */
  const up = ys.length > 0 ? [Math.min(...ys) * 0.8, Math.max(...ys) * 1.1] : [0.001, 0.01];
  const axis = { fontSize: 12, fontVariant: "tabular-nums" };
  const chart = drawn({
    ...{ width: WIDTH, height: HEIGHT, marginLeft: PADDING.left, marginRight: PADDING.right },
    ...{ marginTop: PADDING.top, marginBottom: PADDING.bottom },
    x: { type: "log", domain: across, axis: null },
    y: { type: "log", domain: up, axis: null },
    marks: [
      Plot.gridY(logTicks(...up), { stroke: "var(--ink)", strokeOpacity: 0.12 }),
      Plot.text(logTicks(...up), {
        ...{ frameAnchor: "left", textAnchor: "end", dx: -8, ...axis },
        y: (/** @type {number} */ y) => y,
        text: percent,
      }),
      Plot.text(logTicks(...across), {
        ...{ frameAnchor: "bottom", dy: 16, ...axis },
        x: (/** @type {number} */ x) => x,
        text: (/** @type {number} */ x) => `${x.toLocaleString("en-US")} s`,
      }),
      ...series.map(({ colour, points }) => {
        const alone = points.filter(({ filled }) => filled);
        return Plot.line(alone, { x: "x", y: "y", stroke: colour, strokeOpacity: 0.5, strokeWidth: 1.5 });
      }),
      Plot.ruleX(points, { x: "x", y1: "min", y2: "max", stroke: "colour", strokeWidth: 2 }),
      ...points.map(pointMark),
    ],
  });
  const keys = series.filter(({ points }) => points.length > 0).map(({ name, colour }) => ({ name, colour }));
  return new Figure(
    {
      title: "Test error by CPU time of a training",
      note: "mean of the seeds, lowest to highest; rings: views of each image, networks together; logarithmic",
      label: `Test error by CPU time of a training. ${points.map(({ label }) => `${label}.`).join(" ")}`,
      ...{ keys, width: WIDTH, height: HEIGHT },
    },
    html`${chart.marks}${pointTexts(points, chart.place, WIDTH)}<text x="${WIDTH - PADDING.right}" y="${HEIGHT - 6}" text-anchor="end" fill="var(--soft)">CPU seconds</text>`,
  );
}
