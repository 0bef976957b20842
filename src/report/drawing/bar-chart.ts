import { Figure, type Key } from "./figure.ts";
import { type Html, html } from "./html.ts";
import { shortened, textWidth } from "./text.ts";

/** A bar with its texts. */
export interface Bar {
  readonly name: string;
  /** The name as it is drawn; default the name, shortened to the space for it. */
  readonly short?: string;
  /** Length of the bar, at least 0; NaN for no bar. */
  readonly value: number;
  /** Text after the bar. */
  readonly text: string;
  /** Tooltip; default name and text. */
  readonly title?: string;
  /** Default the chart's colour. */
  readonly colour?: string;
  /** Parts of the bar from left to right, which add up to its value; default one part in the bar's colour. */
  readonly segments?: readonly { readonly value: number; readonly colour: string }[];
  /** Emphasized: bold text, and the other bars are paler; default false. */
  readonly strong?: boolean;
  /** Spread of the value, drawn as an error bar. */
  readonly range?: readonly [min: number, max: number];
}

interface BarChart {
  readonly title: string;
  readonly note?: string;
  /** Legend; default none. */
  readonly keys?: readonly Key[];
  readonly bars: readonly Bar[];
  readonly colour: string;
  /** Text where there are no bars. */
  readonly empty: string;
  /** Default 340. */
  readonly width?: number;
  /** Longer bars are cut off at this value; default none is. */
  readonly longest?: number;
  /** Maximum width of a name in pixels; default 150. */
  readonly maxName?: number;
  /** Value of a dashed line across all rows, which texts stay right of; default none. */
  readonly mark?: number;
}

const ROW = 22;
const WIDTH = 340;
/** Default maximum width of a name, in pixels. */
export const MAX_NAME = 150;

/** Horizontal bars, one in each row. The value stands after its bar; there is no axis. */
export function barChart({ title, note, keys, empty, ...chart }: BarChart): Figure {
  const { bars, width = WIDTH } = chart;
  const nothing = html`<text x="0" y="15" fill="var(--soft)">${empty}</text>`;
  const label = `${title}. ${bars.length === 0 ? empty : `${bars.map(({ name, text }) => `${name}: ${text}`).join("; ")}.`}`;
  const body: Html = bars.length === 0 ? nothing : barRows(chart);
  return new Figure({ title, note, keys, label, width, height: barsHeight(bars) }, body);
}

export function barsHeight(bars: readonly Bar[]): number {
  return Math.max(1, bars.length) * ROW + 4;
}

/** The rows alone, for a figure that contains more than bars. */
export function barRows({
  bars,
  colour,
  width = WIDTH,
  longest = Number.POSITIVE_INFINITY,
  maxName = MAX_NAME,
  mark,
}: Omit<BarChart, "title" | "note" | "keys" | "empty">): Html {
  // Bold letters are about as wide as letters of the next font size.
  const size = ({ strong }: Bar) => (strong ? 13 : 12);
  const names =
    Math.min(
      maxName,
      largestOf(bars, (bar) => textWidth(bar.short ?? bar.name, size(bar))),
    ) + 10;
  const max = Math.min(
    longest,
    Math.max(
      mark ?? 0,
      largestOf(bars, ({ value, range }) => (value > 0 ? Math.max(value, range?.[1] ?? 0) : 0)),
    ),
  );
  // The texts of cut-off bars reach farthest to the right.
  const behind = Number.isFinite(longest) ? bars.filter(({ value }) => value >= max) : bars;
  const room = width - names - largestOf(behind, (bar) => textWidth(bar.text, size(bar))) - 8;
  const lengthOf = (value: number) => (room * Math.min(max, Math.max(0, value))) / max;
  const line = mark === undefined ? 0 : names + lengthOf(mark);
  const some = bars.some(({ strong }) => strong);
  const rows = bars.map((bar, i) => {
    const length = max > 0 && bar.value > 0 ? Math.max(1, lengthOf(bar.value)) : 0;
    const y = i * ROW;
    const end = names + length;
    const broken =
      bar.value > max
        ? html`<path d="M${(end - 17).toFixed(1)} ${y + 19}l5 -16" stroke="var(--card)" stroke-width="3"/>`
        : "";
    const from = names + (max > 0 && bar.range ? lengthOf(bar.range[0]) : 0);
    const to = names + (max > 0 && bar.range ? lengthOf(bar.range[1]) : 0);
    const range = bar.range
      ? html`<path d="M${from.toFixed(1)} ${y + 8}v6M${from.toFixed(1)} ${y + 11}H${to.toFixed(1)}M${to.toFixed(1)} ${y + 8}v6" fill="none" stroke="var(--ink)" stroke-width="1.2"/>`
      : "";
    const name = bar.short ?? shortened(bar.name, size(bar), maxName);
    const pale = some && !bar.strong ? html` fill-opacity="0.45"` : "";
    const weight = bar.strong ? html` font-weight="600"` : "";
    const segments = bar.segments ?? [{ value: bar.value, colour: bar.colour ?? colour }];
    let left = names;
    const boxes = segments.map((segment) => {
      const wide = bar.segments ? lengthOf(segment.value) : length;
      const box = html`<rect x="${left.toFixed(1)}" y="${y + 5}" width="${wide.toFixed(1)}" height="12" rx="2" fill="${segment.colour}"${pale}/>`;
      left += wide;
      return box;
    });
    return html`<g><title>${bar.title ?? `${bar.name}: ${bar.text}`}</title><rect x="0" y="${y}" width="${width}" height="${ROW}" fill="transparent"/><text x="${(names - 10).toFixed(1)}" y="${y + 15}" text-anchor="end"${weight}>${name}</text>${boxes}${broken}${range}<text x="${(Math.max(end, to, line) + 6).toFixed(1)}" y="${y + 15}"${weight} fill="var(--${bar.strong ? "ink" : "soft"})">${bar.text}</text></g>`;
  });
  if (mark === undefined) return html`${rows}`;
  return html`${rows}<path d="M${line.toFixed(1)} 0V${barsHeight(bars)}" stroke="var(--ink)" stroke-dasharray="3 3"/>`;
}

/** The largest number that bars have; at least 0. */
function largestOf(bars: readonly Bar[], number: (bar: Bar) => number): number {
  return bars.reduce((most, bar) => Math.max(most, number(bar)), 0);
}
