import { Figure } from "../drawing/figure.ts";
import { type Html, html } from "../drawing/html.ts";
import { decimal, round } from "../drawing/numbers.ts";
import { shortened, textWidth } from "../drawing/text.ts";
import { beyondNote, fenced, type Shown } from "./fence.ts";
import type { SettingValue, SweepJson } from "./sweep-results.ts";
import { atOneEpoch, bestWord, metricText, settingsText, type ValuedTrial } from "./values.ts";

/** The width that few axes fill, the height, and the least width between the labels of two axes. */
const [WIDTH, HEIGHT, BETWEEN] = [720, 310, 64];
const PADDING = { top: 44, bottom: 16 };
/** The widest label and the widest name of an axis, and the height of a label, in pixels. */
const [MAX_LABEL, MAX_NAME, LABEL] = [120, 150, 18];
/** The height from the worst value to the best. */
const ROOM = HEIGHT - PADDING.top - PADDING.bottom - LABEL;
/** Categories that have a place of their own; more are numbers or are crowded anyway. */
const MAX_MARKS = 12;
/** More lines cannot be told apart: the best are drawn. */
const MAX_LINES = 300;

interface Mark {
  readonly text: string;
  readonly place: number;
}

/** An axis: where a value lies from 0 (bottom) to 1, and its labels, which stand on it. */
interface Axis {
  readonly name: string;
  readonly marks: readonly Mark[];
  placeOf(trial: ValuedTrial): number;
}

/** An axis with its middle, and half the width that its labels take. */
interface PlacedAxis extends Axis {
  readonly x: number;
  readonly half: number;
}

/**
 * Parallel coordinates: an axis for each setting that varies and one for the metric; a line for each trial, stronger for
 * better ones. A line is level behind the labels of an axis, so it passes behind that of its own value only.
 */
export function parallelCoordinates(sweep: SweepJson): Figure {
  const { epoch, trials } = atOneEpoch(sweep);
  const best = trials.find(({ trial }) => trial === sweep.best);
  const shown = trials.slice(0, MAX_LINES);
  const range = fenced(
    sweep,
    trials.map(({ value }) => value),
  );
  const { axes, width } = placedAxes([
    ...sweep.varied.map(({ name, log }) => settingAxis(name, log, trials)),
    metricAxis(sweep, range, trials),
  ]);
  const lineOf = (trial: ValuedTrial): Html => {
    const look =
      trial === best
        ? html`stroke="var(--validation)" stroke-width="2.5"`
        : html`stroke="var(--training)" stroke-width="1.2" stroke-opacity="${round(0.15 + 0.6 * axes.at(-1)!.placeOf(trial) ** 2)}"`;
    return html`<path d="${pathOf(trial, axes)}" fill="none" ${look}><title>trial ${trial.trial}: ${metricText(sweep, trial.value)}, ${settingsText(trial.settings)}</title></path>`;
  };
  // The best lines last, above the others.
  const lines = [...shown].reverse().filter((trial) => trial !== best);
  const left = trials.length - shown.length;
  const beyond = beyondNote(range);
  return new Figure(
    {
      title: "Trials by their settings",
      note: `a line for each trial, after epoch ${epoch}; better trials have stronger colours${left > 0 ? `; the ${shown.length} best of ${trials.length}` : ""}${beyond && `; ${beyond}`}`,
      keys: best ? [{ name: `${bestWord(best)}: trial ${best.trial}`, colour: "var(--validation)" }] : [],
      label: `Parallel coordinates of ${trials.length} trials. ${best ? `Best: ${settingsText(best.settings)}, ${metricText(sweep, best.value)}.` : ""}`,
      width,
      height: HEIGHT,
    },
    html`${axes.map(axisLine)}${lines.map(lineOf)}${best ? lineOf(best) : ""}${axes.map(axisTexts)}`,
  );
}

/** Axes from left to right, with room for their labels and names. */
function placedAxes(axes: readonly Axis[]): { readonly axes: readonly PlacedAxis[]; readonly width: number } {
  const sized = axes.map((axis) => ({
    ...axis,
    half: Math.max(0, ...axis.marks.map(({ text }) => textWidth(shortened(text, 12, MAX_LABEL), 12))) / 2 + 8,
    // Bold letters are about as wide as letters of the next font size.
    name: shortened(axis.name, 13, MAX_NAME),
  }));
  const sides = sized.map(({ half, name }) => Math.max(half, textWidth(name, 13) / 2) + 2);
  const gaps = sized.slice(1).map(({ half, name }, i) => {
    const before = sized[i]!;
    const names = (textWidth(before.name, 13) + textWidth(name, 13)) / 2 + 16;
    return Math.max(before.half + half + BETWEEN, names);
  });
  const needed = sides[0]! + sides.at(-1)! + gaps.reduce((sum, gap) => sum + gap, 0);
  const more = Math.max(0, WIDTH - needed) / Math.max(1, gaps.length);
  let x = sides[0]!;
  const placed = sized.map((axis, i) => {
    if (i > 0) x += gaps[i - 1]! + more;
    return { ...axis, x: round(x) };
  });
  return { axes: placed, width: Math.max(WIDTH, Math.ceil(needed)) };
}

const yOf = (place: number) => round(HEIGHT - PADDING.bottom - LABEL / 2 - place * ROOM);

/** A line from axis to axis, level where labels are. */
function pathOf(trial: ValuedTrial, axes: readonly PlacedAxis[]): string {
  return axes
    .map((axis, i) => {
      const y = yOf(axis.placeOf(trial));
      if (i === 0) return `M${axis.x} ${y}`;
      const before = axes[i - 1]!;
      const [from, to] = [round(before.x + before.half), round(axis.x - axis.half)];
      const middle = round((from + to) / 2);
      return `H${from}C${middle} ${yOf(before.placeOf(trial))} ${middle} ${y} ${to} ${y}H${axis.x}`;
    })
    .join("");
}

function axisLine({ x }: PlacedAxis): Html {
  return html`<path d="M${x} ${PADDING.top}V${HEIGHT - PADDING.bottom}" stroke="var(--soft)" stroke-opacity="0.5"/>`;
}

function axisTexts({ x, name, marks }: PlacedAxis): Html {
  const labels = apart(marks).map(({ text, place }) => {
    const short = shortened(text, 12, MAX_LABEL);
    const [half, y] = [textWidth(short, 12) / 2 + 5, yOf(place)];
    const box = html`<rect x="${round(x - half)}" y="${y - LABEL / 2}" width="${round(2 * half)}" height="${LABEL}" rx="4" fill="var(--card)"/>`;
    return html`<g>${short === text ? "" : html`<title>${text}</title>`}${box}<text x="${x}" y="${y + 4}" text-anchor="middle">${short}</text></g>`;
  });
  return html`${labels}<text x="${x}" y="16" text-anchor="middle" font-weight="600">${name}</text>`;
}

/** The labels that do not cover each other; the ends come first. */
function apart(marks: readonly Mark[]): Mark[] {
  const kept: Mark[] = [];
  const ends = [marks[0], marks.at(-1)].filter((mark) => mark !== undefined);
  for (const mark of [...ends, ...marks])
    if (kept.every(({ place }) => Math.abs(place - mark.place) * ROOM >= LABEL)) kept.push(mark);
  return kept;
}

/** The foot of an axis is for trials that have no place on it; where the others begin above it. */
const ABOVE_FOOT = 0.12;

/** Trials without the setting are at its foot. */
function settingAxis(name: string, log: boolean, trials: readonly ValuedTrial[]): Axis {
  const values = trials.map(({ settings }) => settings[name]);
  const known = [...new Set(values.filter((value) => value !== undefined))];
  const hasNone = known.length < new Set(values).size;
  const numbers = known.filter((value) => typeof value === "number").sort((a, b) => a - b);
  const foot = hasNone ? ABOVE_FOOT : 0;
  const none = hasNone ? [{ text: "not set", place: 0 }] : [];
  const place = (share: number) => foot + (1 - foot) * share;
  if (numbers.length === known.length && known.length > 1) {
    const [min, max] = [numbers[0]!, numbers.at(-1)!];
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

/** The better, the higher; trials that are worse than the axis shows are at its foot, with an arrow and the worst value. */
function metricAxis(sweep: SweepJson, { min, max }: Shown, trials: readonly ValuedTrial[]): Axis {
  const isLoss = sweep.metric === "val_loss";
  const worse = trials.map(({ value }) => value).filter((value) => value < min || value > max);
  const foot = worse.length > 0 ? ABOVE_FOOT : 0;
  const scaled = (value: number) => {
    if (value < min || value > max) return 0;
    const share = max > min ? (value - min) / (max - min) : 0.5;
    return foot + (1 - foot) * (isLoss ? 1 - share : share);
  };
  const worst = metricText(sweep, isLoss ? Math.max(...worse) : Math.min(...worse));
  const marks = [...new Set([min, max])].map((value) => ({ text: metricText(sweep, value), place: scaled(value) }));
  const below = worse.length > 0 ? [{ text: worse.length > 1 ? `↓ to ${worst}` : `↓ ${worst}`, place: 0 }] : [];
  return { name: sweep.metric, marks: [...below, ...marks], placeOf: ({ value }) => scaled(value) };
}
