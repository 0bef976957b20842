import * as Plot from "@observablehq/plot";
import type { Num } from "../results.ts";
import { Figure, type Key } from "./figure.ts";
import { type HoverPlace, hoverBands } from "./hover.ts";
import { html } from "./html.ts";
import { isNumber } from "./numbers.ts";
import { drawn } from "./plot.ts";
import { shortened, textWidth } from "./text.ts";
import { logTicks, wholeTicks } from "./ticks.ts";

export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly xs: readonly number[];
  /** One for each of `xs`; a missing one is a gap. */
  readonly ys: readonly Num[];
  /** As `stroke-dasharray`; default a whole line. */
  readonly dash?: string;
  /** The index of the value that has a ring around it and is called the best. */
  readonly best?: number;
  /** From the least to the most behind the line, one for each of `xs`. */
  readonly band?: readonly (readonly [least: number, most: number] | undefined)[];
}

/** A ring, or a dot, with a text beside it. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly colour: string;
  readonly text: string;
  /** For screen readers; default the text. */
  readonly label?: string;
  /** Default "right". A text that would leave the chart is moved to the left. */
  readonly side?: "right" | "above right" | "above";
  readonly filled?: boolean;
}

export interface LineChart {
  readonly title: string;
  readonly series: readonly Series[];
  /** Unit of x: "epoch". */
  readonly xLabel: string;
  readonly format: (value: Num) => string;
  /** Text of a value of x; default with commas. Given, ticks need not be whole. */
  readonly xFormat?: (x: number) => string;
  /** Default "linear". A logarithmic axis leaves out what is not above 0. */
  readonly scale?: "linear" | "log";
  /** The axis begins at 0; default false. */
  readonly fromZero?: boolean;
  /** No value is larger: the axis ends there at the latest. */
  readonly most?: number;
  /** A line from top to bottom with this text. */
  readonly mark?: { readonly x: number; readonly text: string };
  readonly points?: readonly Point[];
  readonly note?: string;
  /** Further keys of the legend. */
  readonly keys?: readonly Key[];
  /** The legend names the series; default true for several. */
  readonly legend?: boolean;
  /** Default 340: a phone shows it whole, its text at 11 pixels or more. */
  readonly width?: number;
  /** Of the chart without title; default 210. */
  readonly height?: number;
  /** Dots at the values, where there are few; default true. */
  readonly dots?: boolean;
}

const [WIDTH, HEIGHT] = [340, 210];
/** For the text of a mark: curves may reach the top. */
const MARK_HEIGHT = 14;
const PADDING = { left: 54, right: 10, top: 16, bottom: 40 };
/** With more values than this, dots would be a band. */
const MAX_DOTS = 60;

/** Numbers by epoch or step. A missing number is a gap in its line, and a text under the chart names it. */
export function lineChart(chart: LineChart): Figure {
  const { title, xLabel, format, scale = "linear", mark, points = [], width = WIDTH } = chart;
  // An interrupted run may have written a number more than it has epochs.
  const series = chart.series.map((one) => ({ ...one, ys: one.ys.slice(0, one.xs.length) }));
  const xText = chart.xFormat ?? ((x: number) => x.toLocaleString("en-US"));
  const top = PADDING.top + (mark ? MARK_HEIGHT : 0);
  const height = (chart.height ?? HEIGHT) + (mark ? MARK_HEIGHT : 0);
  const shown = series.filter(({ ys }) => ys.some(isNumber));
  const usable = (y: Num | undefined): y is number => isNumber(y) && (scale === "linear" || y > 0);
  const lines = shown.map(({ xs, ys }) => xs.map((x, i) => ({ x, y: usable(ys[i]) ? ys[i] : Number.NaN })));
  const known = lines
    .flat()
    .map(({ y }) => y)
    .filter(isNumber);
  const bands = shown.map(({ xs, band = [] }) =>
    xs.flatMap((x, i) => (band[i] ? [{ x, from: band[i][0], to: band[i][1] }] : [])),
  );
  const reached = [...known, ...bands.flat().flatMap(({ from, to }) => [from, to]), ...points.map(({ y }) => y)];
  const [least, most] = reached.length > 0 ? extent(reached) : scale === "log" ? [0.1, 1] : [0, 1];
  const xs = series.flatMap((one) => one.xs);
  const [first, last] = xs.length > 0 ? extent(xs) : [0, 1];
  const log = scale === "log";
  const range = domain(least, most, chart);
  const ticks = log ? logTicks(...range) : 5;
  const room = width - PADDING.left - PADDING.right;
  const xTicks = Math.min(8, Math.floor(room / (textWidth(xText(last), 12) + 14)));
  const few = shown.every((one) => one.xs.length <= MAX_DOTS);
  const chartOf = drawn({
    width,
    height,
    marginLeft: PADDING.left,
    marginRight: PADDING.right,
    marginTop: top,
    marginBottom: PADDING.bottom,
    x: { domain: first < last ? [first, last] : chart.xFormat ? [first, first + 1] : [first - 0.5, last + 0.5] },
    y: { type: scale, domain: range, ...(log ? { axis: null } : { nice: true }) },
    marks: [
      Plot.gridY({ ticks, stroke: "var(--ink)", strokeOpacity: 0.12 }),
      log
        ? // Of an axis, D3 would leave out some of the numbers.
          Plot.text(logTicks(...range), {
            frameAnchor: "left",
            textAnchor: "end",
            dx: -8,
            fontSize: 12,
            fontVariant: "tabular-nums",
            y: (value: number) => value,
            text: (value: number) => format(value),
          })
        : Plot.axisY({
            ticks,
            label: null,
            tickSize: 0,
            tickPadding: 8,
            fontSize: 12,
            tickFormat: format as (value: number) => string,
          }),
      Plot.axisX({
        ticks: chart.xFormat ? Math.min(5, xTicks) : wholeTicks(first, last, xTicks),
        tickFormat: xText,
        tickSize: 4,
        label: null,
        fontSize: 12,
      }),
      ...(mark ? [Plot.ruleX([mark.x], { stroke: "var(--soft)", strokeDasharray: "3,3" })] : []),
      ...bands.map((band, i) =>
        band.length > 1
          ? Plot.areaY(band, { x: "x", y1: "from", y2: "to", fill: shown[i].colour, fillOpacity: 0.25 })
          : null,
      ),
      // Each for itself: names may be equal.
      ...shown.map(({ colour, dash }, i) =>
        Plot.line(lines[i], {
          x: "x",
          y: "y",
          stroke: colour,
          strokeWidth: 2,
          strokeLinejoin: "round",
          strokeDasharray: dash,
        }),
      ),
      ...shown.map(({ colour }, i) =>
        (chart.dots ?? true) ? Plot.dot(lines[i], { x: "x", y: "y", fill: colour, r: few ? 2.8 : 1.2 }) : null,
      ),
      ...shown.map(({ colour, best }, i) =>
        best === undefined
          ? null
          : Plot.dot([lines[i][best]], { x: "x", y: "y", stroke: colour, strokeWidth: 1.5, r: 6 }),
      ),
      ...points.flatMap((point) => pointMarks(point, ((last - point.x) / (last - first || 1)) * room + PADDING.right)),
    ],
  });
  const box = { left: PADDING.left, right: width - PADDING.right, top, bottom: height - PADDING.bottom };
  const places = [...new Set(shown.flatMap((one) => one.xs))]
    .sort((a, b) => a - b)
    .map((x): HoverPlace => {
      const values = shown.flatMap(({ name, colour, xs, ys, best, band }) => {
        const i = xs.indexOf(x);
        if (i < 0) return [];
        const y = ys[i];
        const range = band?.[i] ? ` (${format(band[i][0])} to ${format(band[i][1])})` : "";
        return [
          {
            text: `${i === best ? "best " : ""}${name} ${format(y)}${range}`,
            colour,
            ...(usable(y) && { y: chartOf.place("y", y) }),
          },
        ];
      });
      return { x: chartOf.place("x", x), title: `${xLabel} ${xText(x)}`, values };
    });
  const gaps = gapTexts(series, xLabel);
  const gapRows = gaps.map(
    (text, i) => html`<text x="0" y="${height + 10 + 16 * i}" fill="var(--wrong)">${shortened(text, 12, width)}</text>`,
  );
  const empty = html`<text x="${width / 2}" y="${height / 2}" text-anchor="middle" fill="var(--soft)">nothing to draw</text>`;
  const named: readonly Key[] = (chart.legend ?? shown.length > 1) ? shown : [];
  const keys = [...named, ...(chart.keys ?? [])];
  return new Figure(
    {
      title,
      note: chart.note ?? (log ? "logarithmic" : ""),
      keys,
      width,
      height: height + (gaps.length > 0 ? 2 + 16 * gaps.length : 0),
      label: `${title.includes(" by ") ? title : `${title} by ${xLabel}`}. ${shown.map((one) => lastText(one, xLabel, xText, format)).join(" ")}${points.map(({ text, label = text }) => ` ${label}.`).join("")}${gaps.map((text) => ` ${text}.`).join("")}`,
    },
    html`${chartOf.marks}${known.length === 0 ? empty : ""}<text x="${box.right}" y="${height - 6}" text-anchor="end" fill="var(--soft)">${xLabel}</text>${mark ? markText(mark.text, chartOf.place("x", mark.x), box) : ""}${gapRows}${hoverBands(places, box)}`,
  );
}

/** `free`: pixels from the point to the chart's right edge. The text has an outline, so that no line crosses it out. */
function pointMarks({ x, y, colour, text, side = "right", filled = false }: Point, free: number): Plot.Markish[] {
  const place = [{ x, y }];
  const [right, dy] = { right: [9, 0], "above right": [7, -9], above: [0, -13] }[side];
  const width = textWidth(text, 12);
  const isBeside = dy === 0 && right + width > free;
  const dx = isBeside ? -right : Math.min(right, free - (right === 0 ? width / 2 : width));
  const textAnchor = isBeside ? "end" : right === 0 ? "middle" : "start";
  const look = filled ? { fill: colour, stroke: "var(--card)" } : { fill: "var(--card)", stroke: colour };
  return [
    Plot.dot(place, { x: "x", y: "y", r: 4, strokeWidth: 1.5, ...look }),
    Plot.text(place, {
      x: "x",
      y: "y",
      dx,
      dy,
      textAnchor,
      text: [text],
      fontSize: 12,
      fill: "var(--ink)",
      stroke: "var(--card)",
      strokeWidth: 3,
    }),
  ];
}

function domain(least: number, most: number, chart: LineChart): [number, number] {
  const from = chart.fromZero ? 0 : least;
  if (from < most) return [from, most];
  if (chart.fromZero) return [0, 1];
  if (chart.scale === "log") return [from / 2, from * 2];
  const room = Math.abs(from) * 0.1 || 0.5;
  return [from - room, Math.min(from + room, Math.max(chart.most ?? Number.POSITIVE_INFINITY, from))];
}

/** Not by spreading: there may be more values than a call takes. */
function extent(values: readonly number[]): [number, number] {
  return values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

function markText(text: string, x: number, box: { left: number; right: number; top: number }) {
  const right = x < (box.left + box.right) / 2;
  return html`<text x="${Math.round(x) + (right ? 6 : -6)}" y="${box.top - 12}" text-anchor="${right ? "start" : "end"}" fill="var(--soft)">${text}</text>`;
}

/** "training: not a number in epoch 3", for each series with a gap: a gap alone might be overlooked. */
function gapTexts(series: readonly Series[], xLabel: string): string[] {
  return series.flatMap(({ name, xs, ys }) => {
    const missing = xs.filter((_, i) => !isNumber(ys[i]));
    if (missing.length === 0) return [];
    const which = missing.length <= 3 ? missing.join(", ") : `${missing[0]} and ${missing.length - 1} more`;
    return [`${name}: not a number in ${xLabel} ${which}`];
  });
}

function lastText(
  { name, xs, ys }: Series,
  xLabel: string,
  xText: (x: number) => string,
  format: (value: Num) => string,
): string {
  const i = ys.findLastIndex(isNumber);
  return `${name}: ${format(ys[i])} at ${xLabel} ${xText(xs[i])}.`;
}
