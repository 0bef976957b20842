import { Figure } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { shortened, textWidth } from "./text.ts";

export interface Bar {
  readonly name: string;
  /** The name as it is drawn; default as much of it as there is room for. */
  readonly short?: string;
  /** Its length, from 0; NaN for none. */
  readonly value: number;
  /** Behind the bar. */
  readonly text: string;
  /** The rest of what can be said of it. */
  readonly title?: string;
}

interface BarChart {
  readonly title: string;
  readonly note?: string;
  readonly bars: readonly Bar[];
  readonly colour: string;
  /** What is said instead of a chart without bars. */
  readonly empty: string;
  /** Default 460. */
  readonly width?: number;
}

const ROW = 22;
/** Pixels that names have at most. */
export const MOST_NAME = 150;

/** A row for each bar, from top to bottom, its number behind it: nothing has to be read off an axis. */
export function barChart({ title, note, bars, colour, empty, width = 460 }: BarChart): Figure {
  const names = Math.min(MOST_NAME, Math.max(0, ...bars.map(({ name, short = name }) => textWidth(short, 12)))) + 10;
  const texts = Math.max(0, ...bars.map(({ text }) => textWidth(text, 12))) + 8;
  const most = Math.max(...bars.map(({ value }) => (value > 0 ? value : 0)));
  const room = width - names - texts;
  const rows = bars.map((bar, i) => {
    const length = most > 0 && bar.value > 0 ? Math.max(1, (room * bar.value) / most) : 0;
    const y = i * ROW;
    return html`<g><title>${bar.title ?? `${bar.name}: ${bar.text}`}</title><rect x="0" y="${y}" width="${width}" height="${ROW}" fill="transparent"/><text x="${(names - 10).toFixed(1)}" y="${y + 15}" text-anchor="end">${bar.short ?? shortened(bar.name, 12, MOST_NAME)}</text><rect x="${names.toFixed(1)}" y="${y + 5}" width="${length.toFixed(1)}" height="12" rx="2" fill="${colour}"/><text x="${(names + length + 6).toFixed(1)}" y="${y + 15}" fill="var(--soft)">${bar.text}</text></g>`;
  });
  const nothing = html`<text x="0" y="15" fill="var(--soft)">${empty}</text>`;
  const label = `${title}. ${bars.length === 0 ? empty : bars.map(({ name, text }) => `${name}: ${text}`).join("; ")}.`;
  const body: Html = bars.length === 0 ? nothing : html`${rows}`;
  return new Figure({ title, note, label, width, height: Math.max(1, bars.length) * ROW + 4 }, body);
}
