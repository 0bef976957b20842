import { type Html, html } from "../drawing/html.ts";
import { round } from "../drawing/numbers.ts";
import { textWidth } from "../drawing/text.ts";
import type { SweepJson } from "./sweep-results.ts";
import { bestWord, metricText, type ValuedTrial } from "./values.ts";

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** The height of the strip at the worse end of the axis where arrows stand. */
export const STRIP = 26;

/** A ring around the best trial; its name is above the chart, where it covers no dot and no line. */
export function bestMark({ trial, x, y }: { trial: ValuedTrial; x: number; y: number }, { left, right }: Box): Html {
  const name = `${bestWord(trial)}: trial ${trial.trial}`;
  const width = 20 + textWidth(name, 13);
  const from = round(Math.max(left, Math.min(x - width / 2, right - width)));
  const ring = (x: number, y: number, r: number) =>
    html`<circle cx="${round(x)}" cy="${round(y)}" r="${r}" fill="none" stroke="var(--ink)" stroke-width="1.5"/>`;
  return html`${ring(x, y, 7.5)}${ring(from + 7, 9, 6)}<circle cx="${round(from + 7)}" cy="9" r="3" fill="var(--validation)"/><text x="${round(from + 18)}" y="13" font-weight="600">${name}</text>`;
}

/** Trials that are worse than the axis shows: open arrows at its end, with their values as far as there is room. */
export function beyondMarks(
  sweep: SweepJson,
  points: readonly { readonly trial: ValuedTrial; readonly x: number }[],
  { left, right, top, bottom }: Box,
): Html {
  const isUp = sweep.metric === "val_loss";
  const y = isUp ? top + 8 : bottom - 8;
  const [tip, base] = isUp ? [y - 5, y + 4] : [y + 5, y - 4];
  const taken = points.map(({ x }) => [x - 6, x + 6] as const);
  return html`${points.map(({ trial, x }) => {
    const text = metricText(sweep, trial.value);
    const width = textWidth(text, 12);
    const free = [x + 8, x - 8 - width].find(
      (from) =>
        from >= left && from + width <= right && taken.every(([start, end]) => from + width <= start || end <= from),
    );
    if (free !== undefined) taken.push([free, free + width]);
    const label = free === undefined ? "" : html`<text x="${round(free)}" y="${round(y + 4)}">${text}</text>`;
    return html`<g><title>trial ${trial.trial}: ${text}</title><path d="M${round(x - 5)} ${round(base)}H${round(x + 5)}L${round(x)} ${round(tip)}Z" fill="var(--card)" stroke="var(--training)" stroke-width="1.5" stroke-linejoin="round"/>${label}</g>`;
  })}`;
}
