import * as Plot from "@observablehq/plot";
import { Figure, type Key } from "../drawing/figure.ts";
import { hoverBands } from "../drawing/hover.ts";
import { html } from "../drawing/html.ts";
import { count, counted, duration, isNumber } from "../drawing/numbers.ts";
import { drawn } from "../drawing/plot.ts";
import { textWidth } from "../drawing/text.ts";
import { beyondNote, fenced } from "./fence.ts";
import { bestMark, beyondMarks, STRIP } from "./front-marks.ts";
import type { SweepJson } from "./sweep-results.ts";
import {
  isBetter,
  metricName,
  metricText,
  secondsOf,
  settingsText,
  severalText,
  type ValuedTrial,
  valued,
} from "./values.ts";

/** What a better value may cost. */
export type Cost = "parameters" | "seconds";

interface CostTexts {
  readonly title: string;
  readonly text: (value: number) => string;
  of(trial: ValuedTrial): number | null | undefined;
}

const costs: { readonly [Name in Cost]: CostTexts } = {
  parameters: { title: "parameters", text: count, of: ({ trainings }) => trainings[0]?.parameters },
  seconds: { title: "training time", text: duration, of: secondsOf },
};

const [WIDTH, HEIGHT] = [340, 242];
const PADDING = { left: 58, right: 12, top: 30, bottom: 40 };

/** Round numbers with wider texts, in pixels, would touch: ticks are at the lowest and the highest cost instead. */
const WIDE_TICK = 46;

interface Priced {
  readonly trial: ValuedTrial;
  readonly x: number;
  readonly y: number;
}

/** The trials that no other trial beats in the value without a higher cost; from the lowest cost to the highest. */
export function frontOf(sweep: SweepJson, cost: Cost): ValuedTrial[] {
  return front(sweep, priced(sweep, cost)).map(({ trial }) => trial);
}

/** Whether trials differ in a cost. */
export function hasCosts(sweep: SweepJson, cost: Cost): boolean {
  return new Set(priced(sweep, cost).map(({ x }) => x)).size > 1;
}

/**
 * Value against cost, one dot for each trial; a line connects those that no other trial beats in the value without a
 * higher cost. Trials of fewer epochs than others have rings, and those that are worse than the axis shows have arrows.
 */
export function costFront(sweep: SweepJson, cost: Cost): Figure {
  const known = priced(sweep, cost);
  const shown = fenced(
    sweep,
    known.map(({ y }) => y),
  );
  const isWithin = ({ y }: Priced) => y >= shown.min && y <= shown.max;
  const all = known.filter(isWithin);
  const best = front(sweep, known).filter(isWithin);
  const { title, text } = costs[cost];
  const format = (value: number) => metricText(sweep, value);
  const others = all.filter(({ trial }) => !best.some((one) => one.trial === trial));
  const most = Math.max(0, ...known.map(({ trial }) => trial.epochs));
  const dots = (points: readonly Priced[], r: number, colour: string) => [
    Plot.dot(
      points.filter(({ trial }) => trial.epochs === most),
      { x: "x", y: "y", r, fill: colour, fillOpacity: 0.75 },
    ),
    Plot.dot(
      points.filter(({ trial }) => trial.epochs < most),
      { x: "x", y: "y", r, stroke: colour, strokeWidth: 1.5, fill: "var(--card)" },
    ),
  ];
  const prices = known.map(({ x }) => x);
  const costsShown = domainOf(prices);
  const ends = [...new Set([Math.min(...prices), Math.max(...prices)])];
  // The last tick may be at the end of the axis, with its text in the middle below it.
  const tick = Math.max(...costsShown.map((value) => Math.ceil(textWidth(text(value), 12))));
  const right = Math.max(PADDING.right, Math.ceil(tick / 2));
  const strip = shown.beyond > 0 ? STRIP : 0;
  const chart = drawn({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: PADDING.left,
    marginRight: right,
    marginTop: PADDING.top,
    marginBottom: PADDING.bottom,
    x: { domain: costsShown },
    y: {
      domain: domainOf([shown.min, shown.max], sweep.metric === "val_accuracy" ? 1 : undefined),
      nice: true,
      ...(sweep.metric === "val_loss" ? { insetTop: strip } : { insetBottom: strip }),
    },
    marks: [
      Plot.gridY({ ticks: 5, stroke: "var(--ink)", strokeOpacity: 0.12 }),
      Plot.axisY({ ticks: 5, label: null, tickSize: 0, tickPadding: 8, fontSize: 12, tickFormat: format }),
      Plot.axisX({ ticks: tick > WIDE_TICK ? ends : 3, label: null, tickSize: 4, fontSize: 12, tickFormat: text }),
      Plot.line(best, { x: "x", y: "y", stroke: "var(--validation)", strokeWidth: 1.5, curve: "step-after" }),
      ...dots(others, 3, "var(--training)"),
      ...dots(best, 4, "var(--validation)"),
    ],
  });
  const box = { left: PADDING.left, right: WIDTH - right, top: PADDING.top, bottom: HEIGHT - PADDING.bottom };
  const epochs = ({ trial }: Priced) => counted(trial.epochs, "epoch");
  const places = best.map((point) => ({
    x: chart.place("x", point.x),
    title: `trial ${point.trial.trial}: ${text(point.x)}, ${epochs(point)}`,
    values: [{ text: format(point.y), colour: "var(--validation)", y: chart.place("y", point.y) }],
  }));
  const words = best.map(
    (point) =>
      `trial ${point.trial.trial}: ${format(point.y)}, ${text(point.x)}, ${epochs(point)}, ${settingsText(point.trial.settings)}`,
  );
  const placed = (points: readonly Priced[]) =>
    points.map(({ trial, x, y }) => ({ trial, x: chart.place("x", x), y: chart.place("y", y) }));
  const beyond = placed(known.filter((point) => !isWithin(point)));
  const first = placed(all).find(({ trial }) => trial.trial === sweep.best);
  const several = cost === "seconds" ? severalText(sweep) : undefined;
  const axis = several === undefined ? title : `${title}, sum of ${several}`;
  return new Figure(
    {
      title: `${metricName(sweep)} by ${title}`.replace(/^v/, "V"),
      note: beyondNote(shown),
      keys: [
        { name: "front: no trial is better at this cost", colour: "var(--validation)" },
        { name: "other trials", colour: "var(--training)" },
        ...epochKeys(known, most),
      ],
      label: `${metricName(sweep)} by ${title}. Front: ${words.join("; ")}.`,
      width: WIDTH,
      height: HEIGHT,
    },
    html`${chart.marks}${beyondMarks(sweep, beyond, box)}${first ? bestMark(first, box) : ""}<text x="${box.right}" y="${HEIGHT - 6}" text-anchor="end" fill="var(--soft)">${axis}</text>${hoverBands(places, box)}`,
  );
}

/** What a full dot and a ring mean, where trials differ in their epochs. */
function epochKeys(points: readonly Priced[], most: number): Key[] {
  const fewer = [...new Set(points.map(({ trial }) => trial.epochs))].filter((each) => each < most);
  if (fewer.length === 0) return [];
  fewer.sort((a, b) => a - b);
  const text = fewer.length > 2 ? `${fewer[0]} to ${fewer.at(-1)}` : fewer.join(" or ");
  return [
    { name: counted(most, "epoch"), colour: "var(--soft)" },
    { name: `${text} ${text === "1" ? "epoch" : "epochs"}`, colour: "var(--soft)", open: true },
  ];
}

function priced(sweep: SweepJson, cost: Cost): Priced[] {
  return valued(sweep).flatMap((trial) => {
    const x = costs[cost].of(trial);
    return isNumber(x) ? [{ trial, x, y: trial.value }] : [];
  });
}

function front(sweep: SweepJson, points: readonly Priced[]): Priced[] {
  const best: Priced[] = [];
  const cheapest = [...points].sort((a, b) => a.x - b.x || (isBetter(sweep, a.y, b.y) ? -1 : 1));
  for (const point of cheapest) if (best.length === 0 || isBetter(sweep, point.y, best.at(-1)!.y)) best.push(point);
  return best;
}

/** With some room, also for equal numbers, but not beyond 0 and `most`. */
function domainOf(values: readonly number[], most = Number.POSITIVE_INFINITY): [number, number] {
  if (values.length === 0) return [0, 1];
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const room = (max - min) * 0.06 || Math.abs(max) * 0.1 || 0.5;
  return [min < 0 ? min - room : Math.max(0, min - room), max > most ? max : Math.min(most, max + room)];
}
