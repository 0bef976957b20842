import * as Plot from "@observablehq/plot";
import type { Num } from "../results.ts";
import { Figure, type Key } from "./figure.ts";
import { type HoverPlace, hoverBands, shownPlaces } from "./hover.ts";
import { html } from "./html.ts";
import { count, isNumber } from "./numbers.ts";
import { drawn } from "./plot.ts";
import { type Point, pointMark, pointTexts } from "./points.ts";
import { shortened, textWidth } from "./text.ts";
import { thinned } from "./thinned.ts";
import { logTicks, wholeTicks } from "./ticks.ts";

/** A line of the chart. */
export interface Series {
  readonly name: string;
  readonly colour: string;
  readonly xs: readonly number[];
  /** One value for each of `xs`; a missing value leaves a gap. */
  readonly ys: readonly Num[];
  /** `stroke-dasharray`; default a solid line. */
  readonly dash?: string;
  /** Index of the best value, which gets a ring; default none. */
  readonly best?: number;
  /** Band behind the line, one range for each of `xs`; default none. */
  readonly band?: readonly (readonly [min: number, max: number] | undefined)[];
}

interface LineChart {
  readonly title: string;
  readonly series: readonly Series[];
  /** Name of the x axis: "epoch". */
  readonly xLabel: string;
  /** Text of a y value. */
  readonly format: (value: Num) => string;
  /** Text of an x value, which then need not be a whole number; default whole numbers with thousands separators. */
  readonly xFormat?: (x: number) => string;
  /** Scale of the y axis; default "linear". "log" leaves out values that are not above 0. */
  readonly scale?: "linear" | "log";
  /** The y axis begins at 0; default false. */
  readonly fromZero?: boolean;
  /** The largest possible y value, where the y axis ends at the latest; default none. */
  readonly max?: number;
  /** A vertical line with this text; default none. */
  readonly mark?: { readonly x: number; readonly text: string };
  readonly points?: readonly Point[];
  readonly note?: string;
  /** Further entries of the legend. */
  readonly keys?: readonly Key[];
  /** The legend contains the series; default true for several. */
  readonly legend?: boolean;
  /** Width in pixels; default 340, which fits a phone with text of 11 pixels or more. */
  readonly width?: number;
  /** Height in pixels without the heading; default 210. */
  readonly height?: number;
  /** Dots at the values; default true. */
  readonly dots?: boolean;
}

const [WIDTH, HEIGHT] = [340, 210];
/** Extra height for the text of a mark, since curves may reach the top. */
const MARK_HEIGHT = 14;
const PADDING = { left: 54, right: 10, top: 16, bottom: 40 };
/** Numbers are drawn as if they were within these. */
const [SMALLEST, LARGEST] = [1e-300, 1e300];
/** More dots than this would merge, so they are drawn smaller. */
const MAX_DOTS = 60;
/** More dots than this, of all lines together, are left out: they would only make the lines thicker. */
const MAX_ALL_DOTS = 3000;
/** As many lines have all the points that can be seen. */
const MAX_WHOLE_LINES = 8;
/** Values in a tooltip. */
const MAX_VALUES = 20;

/**
 * Lines of values by epoch or step. A missing value leaves a gap, and a text below the chart names its epoch or step.
 */
export function lineChart(chart: LineChart): Figure {
  const { title, xLabel, format, scale = "linear", points = [], width = WIDTH } = chart;
  // The history of an interrupted run may have one value more than epochs.
  const series = chart.series.map((one) => ({ ...one, ys: one.ys.slice(0, one.xs.length) }));
  const xText = chart.xFormat ?? count;
  const shown = series.filter(({ ys }) => ys.some(isNumber));
  const log = scale === "log";
  const usable = (y: Num | undefined): y is number => isNumber(y) && (!log || y >= SMALLEST);
  const lines = shown.map(({ xs, ys }) =>
    xs.map((x, i) => {
      const y = ys[i];
      return { x: drawable(x), y: usable(y) ? drawable(y) : Number.NaN };
    }),
  );
  const known = lines.flatMap((line) => line.map(({ y }) => y).filter(isNumber));
  const bands = shown.map(({ xs, band = [] }) =>
    xs.flatMap((x, i) => (band[i] ? [{ x: drawable(x), from: drawable(band[i][0]), to: drawable(band[i][1]) }] : [])),
  );
  const reached = [...known, ...bands.flat().flatMap(({ from, to }) => [from, to]), ...points.map(({ y }) => y)];
  const [min, max] = reached.length > 0 ? extent(reached) : log ? [0.1, 1] : [0, 1];
  const xs = series.flatMap((one) => one.xs);
  const [first, last] = xs.length > 0 ? extent(xs.map(drawable)) : [0, 1];
  const mark = chart.mark && chart.mark.x >= first && chart.mark.x <= last ? chart.mark : undefined;
  const top = PADDING.top + (mark ? MARK_HEIGHT : 0);
  const height = (chart.height ?? HEIGHT) + (mark ? MARK_HEIGHT : 0);
  const range = domain(min, max, chart);
  const ticks = log ? logTicks(...range) : 5;
  const room = width - PADDING.left - PADDING.right;
  const xTicks = Math.max(1, Math.min(8, Math.floor(room / (textWidth(xText(last), 12) + 14))));
  // Of many lines, each has fewer points.
  const columns = Math.ceil(room * Math.min(1, MAX_WHOLE_LINES / lines.length));
  const drawnLines = lines.map((line) => thinned(line, [first, last], columns));
  const dots = (chart.dots ?? true) && lines.reduce((sum, line) => sum + line.length, 0) <= MAX_ALL_DOTS;
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
        ? // Plot's logarithmic axis would leave out some labels.
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
      // One mark for each series, since several may have the same name.
      ...shown.map(({ colour, dash }, i) =>
        Plot.line(drawnLines[i], {
          x: "x",
          y: "y",
          stroke: colour,
          strokeWidth: 2,
          strokeLinejoin: "round",
          strokeDasharray: dash,
        }),
      ),
      ...shown.map(({ colour }, i) =>
        dots ? Plot.dot(drawnLines[i], { x: "x", y: "y", fill: colour, r: few ? 2.8 : 1.2 }) : null,
      ),
      ...shown.map(({ colour, best }, i) =>
        best === undefined
          ? null
          : Plot.dot([lines[i][best]], { x: "x", y: "y", stroke: colour, strokeWidth: 1.5, r: 6 }),
      ),
      ...points.map(pointMark),
    ],
  });
  const box = { left: PADDING.left, right: width - PADDING.right, top, bottom: height - PADDING.bottom };
  // Of equal places, the first counts.
  const indexOf = shown.map(({ xs }) => new Map(xs.map((x, i): [number, number] => [x, i]).reverse()));
  const places = shownPlaces([...new Set(shown.flatMap((one) => one.xs))].sort((a, b) => a - b)).map(
    (x): HoverPlace => {
      const values = shown.flatMap(({ name, colour, ys, best, band }, k) => {
        const i = indexOf[k].get(x);
        if (i === undefined) return [];
        const y = ys[i];
        const range = band?.[i] ? ` (${format(band[i][0])} to ${format(band[i][1])})` : "";
        return [
          {
            text: `${i === best ? "best " : ""}${name} ${format(y)}${range}`,
            colour,
            ...(usable(y) && { y: chartOf.place("y", drawable(y)) }),
          },
        ];
      });
      return {
        x: chartOf.place("x", drawable(x)),
        title: `${xLabel} ${xText(x)}`,
        values: values.slice(0, MAX_VALUES),
      };
    },
  );
  const gaps = gapTexts(series, xLabel);
  const gapRows = gaps.map(
    (text, i) => html`<text x="0" y="${height + 10 + 16 * i}" fill="var(--wrong)">${shortened(text, 12, width)}</text>`,
  );
  const empty = html`<text x="${width / 2}" y="${height / 2}" text-anchor="middle" fill="var(--soft)">no values</text>`;
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
    html`${chartOf.marks}${points.length > 0 ? pointTexts(points, chartOf.place, width) : ""}${known.length === 0 ? empty : ""}<text x="${box.right}" y="${height - 6}" text-anchor="end" fill="var(--soft)">${xLabel}</text>${mark ? markText(mark.text, chartOf.place("x", mark.x), box) : ""}${gapRows}${hoverBands(places, box)}`,
  );
}

/** A number that a scale can place: differences of larger ones are infinite, and those of smaller ones are 0. */
function drawable(value: number): number {
  return Math.abs(value) < SMALLEST ? 0 : Math.max(-LARGEST, Math.min(LARGEST, value));
}

function domain(min: number, max: number, chart: LineChart): [number, number] {
  const from = chart.fromZero ? Math.min(0, min) : min;
  // Of numbers that differ in their last bits only, no two ticks would have different texts.
  if (max - from > 1e-9 * Math.max(Math.abs(from), Math.abs(max))) return [from, max];
  if (chart.fromZero && from === 0) return [0, 1];
  if (chart.scale === "log") return [from / 2, from * 2];
  const room = Math.abs(from) * 0.1 || 0.5;
  return [from - room, Math.min(from + room, Math.max(chart.max ?? Number.POSITIVE_INFINITY, from))];
}

/** Without spreading: a call takes a limited number of arguments. */
function extent(values: readonly number[]): [number, number] {
  return values.reduce(
    ([min, max], value) => [Math.min(min, value), Math.max(max, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  );
}

function markText(text: string, x: number, box: { left: number; right: number; top: number }) {
  const right = x < (box.left + box.right) / 2;
  return html`<text x="${Math.round(x) + (right ? 6 : -6)}" y="${box.top - 12}" text-anchor="${right ? "start" : "end"}" fill="var(--soft)">${text}</text>`;
}

/** "training: not a number in epoch 3", for each series with a gap. A gap alone might be overlooked. */
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
