import { Figure } from "../drawing/figure.ts";
import { type Html, html } from "../drawing/html.ts";
import { decimal, round } from "../drawing/numbers.ts";
import { shortened } from "../drawing/text.ts";
import { beyondNote, fenced, type Shown } from "./fence.ts";
import type { SettingValue, SweepJson } from "./sweep-results.ts";
import { atOneEpoch, metricText, settingsText, type ValuedTrial } from "./values.ts";

/** The least distance of two axes, the width that few axes fill, and the height. */
const [AXIS, WIDTH, HEIGHT] = [130, 720, 300];
const PADDING = { left: 60, right: 70, top: 34, bottom: 34 };
/** Categories that have a place of their own; more are numbers or are crowded anyway. */
const MAX_MARKS = 12;
/** More lines cannot be told apart: the best are drawn. */
const MAX_LINES = 300;

/** An axis: where a value lies from 0 (bottom) to 1, and what is written beside it. */
interface Axis {
  readonly name: string;
  readonly marks: readonly { readonly text: string; readonly place: number }[];
  placeOf(trial: ValuedTrial): number;
}

/**
 * Parallel coordinates: an axis for each setting that varies and one for the metric; a line for each trial, stronger for
 * better ones.
 */
export function parallelCoordinates(sweep: SweepJson): Figure {
  const { epoch, trials } = atOneEpoch(sweep);
  const best = trials.find(({ trial }) => trial === sweep.best);
  const shown = trials.slice(0, MAX_LINES);
  const range = fenced(
    sweep,
    trials.map(({ value }) => value),
  );
  const axes = [...sweep.varied.map(({ name, log }) => settingAxis(name, log, trials)), metricAxis(sweep, range)];
  const room = WIDTH - PADDING.left - PADDING.right;
  const apart = Math.max(AXIS, room / Math.max(1, axes.length - 1));
  const width = PADDING.left + PADDING.right + apart * (axes.length - 1);
  const [top, bottom] = [PADDING.top, HEIGHT - PADDING.bottom];
  const xOf = (i: number) => round(PADDING.left + apart * i);
  const yOf = (place: number) => round(bottom + (top - bottom) * place);
  const last = axes.at(-1)!;
  const lineOf = (trial: ValuedTrial): Html => {
    const points = axes.map((axis, i) => `${xOf(i)} ${yOf(axis.placeOf(trial))}`).join("L");
    const look =
      trial === best
        ? html`stroke="var(--validation)" stroke-width="2.5"`
        : html`stroke="var(--training)" stroke-width="1.2" stroke-opacity="${round(0.15 + 0.6 * last.placeOf(trial) ** 2)}"`;
    return html`<path d="M${points}" fill="none" ${look}><title>trial ${trial.trial}: ${metricText(sweep, trial.value)}, ${settingsText(trial.settings)}</title></path>`;
  };
  // The best lines last, above the others.
  const lines = [...shown].reverse().filter((trial) => trial !== best);
  const drawnAxes = axes.map(({ name, marks }, i) => {
    const x = xOf(i);
    const isLast = i === axes.length - 1;
    const texts = marks.map(
      ({ text, place }) =>
        html`<text x="${x + (isLast ? 8 : -8)}" y="${yOf(place) + 4}" text-anchor="${isLast ? "start" : "end"}" fill="var(--soft)" stroke="var(--card)" stroke-width="3" paint-order="stroke">${shortened(text, 12, 56)}</text>`,
    );
    const anchor = i === 0 ? "start" : isLast ? "end" : "middle";
    const at = i === 0 ? 0 : isLast ? width : x;
    return html`<path d="M${x} ${top}V${bottom}" stroke="var(--soft)"/>${texts}<text x="${at}" y="16" text-anchor="${anchor}" font-weight="600">${shortened(name, 13, apart - 10)}</text>`;
  });
  const left = trials.length - shown.length;
  const beyond = beyondNote(range);
  return new Figure(
    {
      title: "Trials by their settings",
      note: `a line for each trial, after epoch ${epoch}; better trials have stronger colours${left > 0 ? `; the ${shown.length} best of ${trials.length}` : ""}${beyond && `; ${beyond}`}`,
      keys: best ? [{ name: `best: trial ${best.trial}`, colour: "var(--validation)" }] : [],
      label: `Parallel coordinates of ${trials.length} trials. ${best ? `Best: ${settingsText(best.settings)}, ${metricText(sweep, best.value)}.` : ""}`,
      width,
      height: HEIGHT,
    },
    html`${lines.map(lineOf)}${best ? lineOf(best) : ""}${drawnAxes}`,
  );
}

/** Trials without the setting are at its foot. */
function settingAxis(name: string, log: boolean, trials: readonly ValuedTrial[]): Axis {
  const values = trials.map(({ settings }) => settings[name]);
  const known = [...new Set(values.filter((value) => value !== undefined))];
  const hasNone = known.length < new Set(values).size;
  const numbers = known.filter((value) => typeof value === "number");
  const foot = hasNone ? 0.12 : 0;
  const none = hasNone ? [{ text: "not set", place: 0 }] : [];
  const place = (share: number) => foot + (1 - foot) * share;
  if (numbers.length === known.length && known.length > 1) {
    const [min, max] = [Math.min(...numbers), Math.max(...numbers)];
    const scaled = (value: number) =>
      log && min > 0 ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
    const listed = numbers.length <= 5 ? numbers : [min, max];
    return {
      name,
      marks: [...none, ...listed.map((value) => ({ text: decimal(value), place: place(scaled(value)) }))],
      placeOf: ({ settings }) => (settings[name] === undefined ? 0 : place(scaled(settings[name] as number))),
    };
  }
  const share = (value: SettingValue) => (known.length > 1 ? known.indexOf(value) / (known.length - 1) : 0.5);
  return {
    name,
    marks: [
      ...none,
      ...known.slice(0, MAX_MARKS).map((value) => ({ text: String(value), place: place(share(value)) })),
    ],
    placeOf: ({ settings }) => (settings[name] === undefined ? 0 : place(share(settings[name]))),
  };
}

/** The better, the higher. */
function metricAxis(sweep: SweepJson, { min, max }: Shown): Axis {
  const isLoss = sweep.metric === "val_loss";
  const scaled = (value: number) => {
    const share = max > min ? Math.min(1, Math.max(0, (value - min) / (max - min))) : 0.5;
    return isLoss ? 1 - share : share;
  };
  const marks = [...new Set([min, max])].map((value) => ({ text: metricText(sweep, value), place: scaled(value) }));
  return { name: sweep.metric, marks, placeOf: ({ value }) => scaled(value) };
}
