import * as Plot from "@observablehq/plot";
import { type Html, html } from "./html.ts";
import { isNumber, type Num } from "./numbers.ts";
import { svgOf } from "./plot.ts";

/** The numbers of a run by epoch, as `history.json` has them. */
export interface HistoryJson {
  readonly epochs: readonly number[];
  readonly history: Readonly<Record<string, readonly Num[]>>;
}

interface CurveOptions {
  readonly title: string;
  /** The number's name in the history; `val_<name>` is drawn beside it. */
  readonly name: string;
  readonly format: (value: Num) => string;
  /** Whether the axis may be logarithmic, for numbers that fall over orders of magnitude. */
  readonly mayBeLog?: boolean;
  /** No value is larger. */
  readonly most?: number;
  /** Axis of a history without any number. */
  readonly empty: readonly [number, number];
}

/** A number by epoch, on the training and the validation images. Epochs in which it is missing leave a gap. */
export function curveFigure({ epochs, history }: HistoryJson, options: CurveOptions): Html {
  const { title, name, format } = options;
  const series = [
    { key: "training", values: history[name] },
    { key: "validation", values: history[`val_${name}`] },
  ].filter(({ values }) => values?.some(isNumber));
  const points = series.flatMap(({ key, values }) =>
    epochs.map((epoch, i) => ({ key, epoch, value: values[i] ?? Number.NaN })),
  );
  const known = points.map(({ value }) => value).filter(isNumber);
  const least = known.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const most = known.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
  const log = Boolean(options.mayBeLog) && least > 0 && most / least > 8;
  const [first, last] = [epochs[0] ?? 1, epochs.at(-1) ?? 1];
  const ticks = log ? logTicks(least, most) : 5;
  const stroke = ({ key }: { key: string }) => `var(--${key})`;
  const figure = svgOf(
    {
      width: 440,
      height: 270,
      marginLeft: 52,
      marginRight: 12,
      marginTop: 12,
      marginBottom: 36,
      style: { fontSize: "12px" },
      x: { domain: first === last ? [first - 0.5, last + 0.5] : [first, last], label: "epoch", labelArrow: "none" },
      y: {
        ...(log ? { type: "log" } : { nice: true }),
        domain:
          known.length === 0
            ? options.empty
            : least === most && least > 0
              ? [least * 0.9, Math.min(most * 1.1, options.most ?? Number.POSITIVE_INFINITY)]
              : [least, most],
      },
      marks: [
        Plot.gridY({ ticks, strokeOpacity: 0.12 }),
        Plot.axisY({ ticks, label: null, tickSize: 0, tickPadding: 8, tickFormat: (value: number) => format(value) }),
        Plot.axisX({
          ticks: wholeTicks(first, last),
          tickFormat: String,
          label: "epoch",
          labelArrow: "none",
          tickSize: 4,
        }),
        Plot.line(points, { x: "epoch", y: "value", z: "key", stroke, strokeWidth: 2 }),
        Plot.dot(points, {
          ...{ x: "epoch", y: "value", fill: stroke, r: epochs.length > 40 ? 1.5 : 3 },
          title: ({ key, epoch, value }) => `epoch ${epoch}, ${key}: ${format(value)}`,
        }),
      ],
    },
    `${title} by epoch`,
  );
  const keys = series.map(({ key }) => html`<span class="key" style="--colour: var(--${key})">${key}</span>`);
  const note = log ? html` <small>logarithmic</small>` : "";
  return html`<figure class="curve"><figcaption><b>${title}</b>${note}<span class="keys">${keys}</span></figcaption>${figure}</figure>`;
}

/** 1, 2 and 5 times powers of ten within the range; powers alone where those are many. */
export function logTicks(least: number, most: number): number[] {
  const powers = Array.from({ length: 24 }, (_, i) => i - 12);
  const of = (digits: number[]) =>
    powers
      .flatMap((power) => digits.map((digit) => Number(`${digit}e${power}`)))
      .filter((tick) => tick >= least && tick <= most);
  return of([1, 2, 5]).length <= 7 ? of([1, 2, 5]) : of([1]);
}

/** At most eight whole numbers from first to last, evenly spread. */
export function wholeTicks(first: number, last: number): number[] {
  const steps = [1, 2, 5]
    .flatMap((digit) => [1, 10, 100, 1000, 10_000].map((unit) => digit * unit))
    .sort((a, b) => a - b);
  const step = steps.find((candidate) => (last - first) / candidate < 8) ?? last - first;
  const ticks: number[] = [];
  for (let tick = Math.ceil(first / step) * step; tick <= last; tick += step) ticks.push(tick);
  return ticks;
}
