import { EscapeSequence, type TerminalText } from "../core/visible.ts";
import { decimal, isNumber, percent } from "./drawing/numbers.ts";
import type { HistoryJson, Num } from "./results.ts";

/** Options of {@link textCurves}. */
export interface TextCurvesOptions {
  /** Width of the terminal in characters. Lines are at least one shorter, since some terminals wrap a full line. */
  readonly columns: number;
  /** Last epoch of the x axis, if the history has no later one; default the last epoch of the history. */
  readonly totalEpochs?: number;
}

/** Height of a plot in rows of characters. */
const HEIGHT = 7;
const MAX_WIDTH = 100;
const GAP = 3;

/** All signs are one column wide in every terminal: ASCII, and braille characters of 2x4 dots. */
const signs = { training: "⠒⠒", validation: "o", both: "*" };

const charts = [
  { name: "loss", format: decimal, mayBeLog: true },
  { name: "accuracy", format: (value: number) => percent(value, 2, "short"), mayBeLog: false },
];

/**
 * Loss and accuracy curves as lines of text: a line for training, marks for validation. From 70 columns on the charts
 * are side by side, below that one above the other, below 40 columns only the loss, below 24 nothing. A metric without
 * values has no chart. Missing values leave gaps, and the title gives the number of their epochs.
 */
export function textCurves({ epochs, history }: HistoryJson, options: TextCurvesOptions): string[] {
  const { columns, totalEpochs = 0 } = options;
  if (columns < 24) return [];
  const total = Math.min(columns - 1, MAX_WIDTH);
  const besides = columns >= 70;
  const width = besides ? Math.floor((total - GAP) / 2) : total;
  const [first, last] = [epochs[0] ?? 1, Math.max(epochs.at(-1) ?? 1, totalEpochs)];
  // Epochs that do not rise are drawn at the edges: a line to a place far outside would have no end.
  const places = epochs.map((epoch) =>
    first < last ? Math.max(0, Math.min(1, (epoch - first) / (last - first))) : 0.5,
  );

  const drawn = charts
    .map((chart) => ({ ...chart, training: history[chart.name], validation: history[`val_${chart.name}`] }))
    .filter(({ training, validation }) => [...(training ?? []), ...(validation ?? [])].some(isNumber))
    .slice(0, columns < 40 ? 1 : 2)
    .map((chart) => ({ ...chart, scale: scaleOf(chart) }));
  if (drawn.length === 0) return [];
  // At least six characters, so that the plot does not move when numbers change.
  const gutter = Math.max(6, ...drawn.flatMap(({ scale }) => scale.labels.map((label) => label.length)));
  const room = width - gutter - 1;

  const blocks = drawn.map(({ name, scale, training = [], validation = [] }) => {
    const series = [training, validation].filter((values) => values.some(isNumber));
    const missing = epochs.filter((_, i) => !series.every((values) => isNumber(values[i]))).length;
    const [log, gaps] = [scale.log ? " (log)" : "", missing > 0 ? `, ${missing} missing` : ""];
    const title = [`${name}${log}${gaps}`, `${name}${gaps}`, name].find((text) => text.length <= room) ?? name;
    const rows = plot({ training, validation, places, scale, width: room, span: last - first + 1 });
    const to = first === last || String(last).length > room ? "" : String(last);
    const from = [`epoch ${first}`, String(first)].find((text) => text.length + to.length < room) ?? "";
    return [
      `${" ".repeat(gutter + 1)}${title}`.padEnd(width),
      ...rows.map((row, y) => `${(scale.labels[y] ?? "").padStart(gutter)} ${row}`),
      `${" ".repeat(gutter + 1)}${from}${to.padStart(room - from.length)}`.padEnd(width),
    ];
  });
  const isValidated = drawn.some(({ validation }) => validation?.some(isNumber));
  const legend = (["training", "validation", "both"] as const).filter((key) => key === "training" || isValidated);
  const lines = besides
    ? blocks[0]!.map((_, y) => blocks.map((block) => block[y]).join(" ".repeat(GAP)))
    : blocks.flat();
  const indent = besides || columns >= 50 ? gutter + 1 : 0;
  return [...lines, ...legendLines(legend, indent, total)].map((line) => line.trimEnd());
}

interface Series {
  readonly training?: readonly Num[];
  readonly validation?: readonly Num[];
}

interface Scale {
  /** Position of a value from 0 (lowest row) to 1. */
  readonly of: (value: number) => number;
  readonly log: boolean;
  /** Labels by row, from the top. */
  readonly labels: readonly string[];
}

function scaleOf(chart: Series & { format: (value: number) => string; mayBeLog: boolean }): Scale {
  const known = [...(chart.training ?? []), ...(chart.validation ?? [])].filter(isNumber);
  const min = known.reduce((a, b) => Math.min(a, b));
  const max = known.reduce((a, b) => Math.max(a, b));
  const labels = new Array<string>(HEIGHT).fill("");
  if (min === max) {
    labels[(HEIGHT - 1) / 2] = chart.format(max);
    return { of: () => 0.5, log: false, labels };
  }
  labels[0] = chart.format(max);
  labels[HEIGHT - 1] = chart.format(min);
  // On a linear axis, a loss that falls by orders of magnitude would stay in the lowest row.
  const log = chart.mayBeLog && min > 0 && max / min > 8;
  const unit = log ? Math.log : (value: number) => value;
  // Halves: the difference of the largest numbers is infinite.
  const range = unit(max) / 2 - unit(min) / 2;
  return { of: (value) => (unit(value) / 2 - unit(min) / 2) / range, log, labels };
}

interface PlotOptions extends Required<Series> {
  /** Horizontal position of each epoch, from 0 to 1. */
  readonly places: readonly number[];
  readonly scale: Scale;
  /** In characters. */
  readonly width: number;
  /** Epochs from the left edge to the right. */
  readonly span: number;
}

function plot({ training, validation, places, scale, width, span }: PlotOptions): string[] {
  const braille = brailleDots(width);
  // The mean of the largest numbers is infinite, and a line to it would have no end.
  const dotRow = (value: number) => Math.round((1 - Math.max(0, Math.min(1, scale.of(value)))) * (4 * HEIGHT - 1));
  for (const run of runsOf(training, places, 2 * width)) {
    const [first, ...rest] = run.map(([x, value]) => [x, dotRow(value)] as const);
    // A value without neighbours gets four dots, since a single one could be overlooked.
    if (rest.length === 0)
      for (const spot of [0, 1, 2, 3]) braille.dot(first![0] ^ (spot & 1), first![1] ^ (spot >> 1));
    let from = first!;
    for (const to of rest) {
      braille.line(from, to);
      from = to;
    }
  }
  const rows = braille.rows();
  // Marks that touch would hide the line.
  const marks = 2 * span <= width ? width : Math.ceil(width / 2);
  for (const [mark, value] of runsOf(validation, places, marks).flat()) {
    const x = Math.round((mark * (width - 1)) / (marks - 1));
    const row = rows[dotRow(value) >> 2]!;
    row[x] = row[x] === " " ? signs.validation : signs.both;
  }
  return rows.map((row) => row.join(""));
}

/** Runs of [column, value] without gaps. Epochs in the same column are averaged; a missing value ends a run. */
function runsOf(values: readonly Num[], places: readonly number[], columns: number): [x: number, value: number][][] {
  const runs: { x: number; sum: number; count: number }[][] = [];
  places.forEach((place, i) => {
    const value = values[i];
    if (!isNumber(value)) return;
    if (i === 0 || !isNumber(values[i - 1])) runs.push([]);
    const x = Math.round(place * (columns - 1));
    const run = runs.at(-1)!;
    const last = run.at(-1);
    if (last?.x !== x) run.push({ x, sum: value, count: 1 });
    else {
      last.sum += value;
      last.count++;
    }
  });
  return runs.map((run) => run.map(({ x, sum, count }) => [x, sum / count]));
}

/** The bit of each dot of a braille character, by row and column (Unicode, block U+2800). */
const dotBits = [
  [0x01, 0x08],
  [0x02, 0x10],
  [0x04, 0x20],
  [0x40, 0x80],
];

function brailleDots(width: number) {
  const rows = Array.from({ length: HEIGHT }, () => new Uint8Array(width));
  function dot(x: number, y: number): void {
    rows[y >> 2]![x >> 1]! |= dotBits[y & 3]![x & 1]!;
  }
  return {
    dot,
    line([x0, y0]: readonly [number, number], [x1, y1]: readonly [number, number]): void {
      const steps = Math.max(Math.abs(x1 - x0), Math.abs(y1 - y0));
      for (let i = 0; i <= steps; i++) {
        dot(Math.round(x0 + ((x1 - x0) * i) / steps), Math.round(y0 + ((y1 - y0) * i) / steps));
      }
    },
    /** The characters; a space where there is no dot. */
    rows: (): string[][] =>
      rows.map((row) => Array.from(row, (bits) => (bits === 0 ? " " : String.fromCharCode(0x2800 + bits)))),
  };
}

function legendLines(keys: readonly (keyof typeof signs)[], indent: number, width: number): string[] {
  const lines: string[] = [];
  let used = Number.POSITIVE_INFINITY;
  for (const key of keys) {
    const entry = `${signs[key]} ${key}`;
    if (used + 2 + entry.length <= width) {
      lines.push(`${lines.pop()}  ${entry}`);
      used += 2 + entry.length;
    } else {
      lines.push(" ".repeat(indent) + entry);
      used = indent + entry.length;
    }
  }
  return lines;
}

const [BLUE, ORANGE] = [new EscapeSequence("\u001b[38;5;33m"), new EscapeSequence("\u001b[38;5;208m")];
const PLAIN = new EscapeSequence("\u001b[39m");

/**
 * A line of {@link textCurves} in 256 colours: the line of training is blue, the marks of validation are orange. Marks
 * of both keep the default colour.
 */
export function coloured(line: string): TerminalText[] {
  // An o in a word is no mark.
  return line.split(/([\u2801-\u28ff]+|(?<![a-z])o+(?![a-z]))/).flatMap((piece, i) => {
    if (piece === "") return [];
    return i % 2 === 0 ? [piece] : [piece.startsWith("o") ? ORANGE : BLUE, piece, PLAIN];
  });
}
