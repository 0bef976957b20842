import * as Plot from "@observablehq/plot";
import { Figure } from "../drawing/figure.ts";
import { hoverBands } from "../drawing/hover.ts";
import { html } from "../drawing/html.ts";
import { count, duration, isNumber } from "../drawing/numbers.ts";
import { drawn } from "../drawing/plot.ts";
import { beyondNote, fenced } from "./fence.ts";
import type { SweepJson } from "./sweep-results.ts";
import { isBetter, metricName, metricText, settingsText, type ValuedTrial, valued } from "./values.ts";

/** What a better value may cost. */
export type Cost = "parameters" | "seconds";

const costs: { readonly [Name in Cost]: { readonly title: string; readonly text: (value: number) => string } } = {
  parameters: { title: "parameters", text: count },
  seconds: { title: "training time", text: duration },
};

const [WIDTH, HEIGHT] = [340, 230];
const PADDING = { left: 58, right: 12, top: 14, bottom: 40 };

interface Priced {
  readonly trial: ValuedTrial;
  readonly x: number;
  readonly y: number;
}

/** The trials that no other trial beats in the value without a higher cost; from the lowest cost to the highest. */
export function frontOf(sweep: SweepJson, cost: Cost): ValuedTrial[] {
  return front(sweep, priced(sweep, cost)).map(({ trial }) => trial);
}

/** Value against cost, one dot for each trial; a line connects those of {@link frontOf}. */
export function costFront(sweep: SweepJson, cost: Cost): Figure {
  const known = priced(sweep, cost);
  const shown = fenced(
    sweep,
    known.map(({ y }) => y),
  );
  const all = known.map((point) => ({ ...point, y: Math.min(Math.max(point.y, shown.min), shown.max) }));
  const best = front(sweep, known).filter(({ y }) => y >= shown.min && y <= shown.max);
  const { title, text } = costs[cost];
  const format = (value: number) => metricText(sweep, value);
  const others = all.filter(({ trial }) => !best.some((one) => one.trial === trial));
  const chart = drawn({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: PADDING.left,
    marginRight: PADDING.right,
    marginTop: PADDING.top,
    marginBottom: PADDING.bottom,
    x: { domain: domainOf(all.map(({ x }) => x)) },
    y: { domain: domainOf([shown.min, shown.max]), nice: true },
    marks: [
      Plot.gridY({ ticks: 5, stroke: "var(--ink)", strokeOpacity: 0.12 }),
      Plot.axisY({ ticks: 5, label: null, tickSize: 0, tickPadding: 8, fontSize: 12, tickFormat: format }),
      Plot.axisX({ ticks: 3, label: null, tickSize: 4, fontSize: 12, tickFormat: text }),
      Plot.line(best, { x: "x", y: "y", stroke: "var(--validation)", strokeWidth: 1.5, curve: "step-after" }),
      Plot.dot(others, { x: "x", y: "y", r: 3, fill: "var(--training)", fillOpacity: 0.6 }),
      Plot.dot(best, { x: "x", y: "y", r: 4, fill: "var(--validation)" }),
    ],
  });
  const box = { left: PADDING.left, right: WIDTH - PADDING.right, top: PADDING.top, bottom: HEIGHT - PADDING.bottom };
  const places = best.map(({ trial, x, y }) => ({
    x: chart.place("x", x),
    title: `trial ${trial.trial}: ${text(x)}`,
    values: [{ text: format(y), colour: "var(--validation)", y: chart.place("y", y) }],
  }));
  const words = best.map(
    ({ trial, x, y }) => `trial ${trial.trial}: ${format(y)}, ${text(x)}, ${settingsText(trial.settings)}`,
  );
  return new Figure(
    {
      title: `${metricName(sweep)} by ${title}`.replace(/^v/, "V"),
      note: beyondNote(shown),
      keys: [
        { name: "front: no trial is better at this cost", colour: "var(--validation)" },
        { name: "other trials", colour: "var(--training)" },
      ],
      label: `${metricName(sweep)} by ${title}. Front: ${words.join("; ")}.`,
      width: WIDTH,
      height: HEIGHT,
    },
    html`${chart.marks}<text x="${box.right}" y="${HEIGHT - 6}" text-anchor="end" fill="var(--soft)">${title}</text>${hoverBands(places, box)}`,
  );
}

function priced(sweep: SweepJson, cost: Cost): Priced[] {
  return valued(sweep).flatMap((trial) => {
    const known = trial.trainings.map((training) => training[cost]).filter(isNumber);
    if (known.length === 0) return [];
    return [{ trial, x: known.reduce((sum, each) => sum + each, 0) / known.length, y: trial.value }];
  });
}

function front(sweep: SweepJson, points: readonly Priced[]): Priced[] {
  const best: Priced[] = [];
  const cheapest = [...points].sort((a, b) => a.x - b.x || (isBetter(sweep, a.y, b.y) ? -1 : 1));
  for (const point of cheapest) if (best.length === 0 || isBetter(sweep, point.y, best.at(-1)!.y)) best.push(point);
  return best;
}

/** With some room, also for equal numbers. */
function domainOf(values: readonly number[]): [number, number] {
  if (values.length === 0) return [0, 1];
  const [min, max] = [Math.min(...values), Math.max(...values)];
  const room = (max - min) * 0.06 || Math.abs(max) * 0.1 || 0.5;
  return [min - room, max + room];
}
