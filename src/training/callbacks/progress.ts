import { terminalColours, terminalColumns, terminalRows, terminalWritten, writeError, writeOut } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { HistoryJson } from "../../report/results.ts";
import { textCurves } from "../../report/text-chart.ts";
import { addEpoch, emptyHistory, type History, type Logs } from "../history.ts";
import type { Callback, TrainingContext } from "./callback.ts";
import { LiveLines } from "./live-lines.ts";

/** 0: silent; 1: a bar on a terminal, else a line an epoch; 2: a line an epoch. */
export type Verbosity = 0 | 1 | 2;

export interface ProgressOptions {
  /** Where to: the standard output (default) or error. */
  readonly to?: "out" | "error";
  /** Default 1. */
  readonly verbose?: Verbosity;
  /**
   * Whether loss and accuracy are drawn, in text: on a terminal that has room live below the bar, else once at the end of
   * training. Default false.
   */
  readonly chart?: boolean;
  /** Epochs before these, for the chart of a training that goes on. */
  readonly history?: HistoryJson;
}

/** A callback that can be asked to say something meanwhile. */
export interface Progress extends Callback {
  /** Writes a line above bar and chart, which what is written past this would break up. */
  print(line: string): void;
}

/** How far training is, as Keras shows it. */
export function progress(options: ProgressOptions = {}): Progress {
  const { to = "out", verbose = 1, chart = false } = options;
  const write = to === "out" ? writeOut : writeError;
  const live = new LiveLines({ columns, write, written: terminalWritten });
  let context: TrainingContext | undefined;
  let history = emptyHistory();
  let began = 0;
  let bar: ((columns: number) => string) | undefined;
  return {
    print: (line) => tell(`${line}\n`),
    onTrainBegin(training) {
      context = training;
      history = copyOf(options.history);
    },
    onEpochBegin(epoch, { epochs }) {
      began = performance.now();
      if (showsBar()) tell(`Epoch ${epoch}/${epochs}\n`);
    },
    onProgress(batches, logs, { stepsPerEpoch }) {
      if (!showsBar()) return;
      const milliseconds = performance.now() - began;
      bar = (columns) => barLine(batches, stepsPerEpoch, milliseconds, logs, columns);
      tell("");
    },
    onEpochEnd(epoch, logs, { epochs }) {
      bar = undefined;
      addEpoch(history, epoch, logs);
      if (verbose === 0) return;
      const wide = showsBar() ? columns() : Number.POSITIVE_INFINITY;
      tell(showsBar() ? `${lineOf(logs, wide)}\n` : `Epoch ${epoch}/${epochs}  ${lineOf(logs, wide)}\n`);
    },
    onTrainEnd() {
      context = undefined;
      // What is live becomes lasting; an epoch that was broken off keeps its bar.
      const lines = [...(bar ? [bar(columns())] : []), ...chartLines()];
      bar = undefined;
      if (lines.length > 0 && verbose !== 0) tell(`${lines.join("\n")}\n`);
    },
  };

  function columns(): number {
    return terminalColumns(to) ?? 80;
  }

  function showsBar(): boolean {
    return verbose === 1 && terminalColumns(to) !== undefined;
  }

  /** Writes lines that stay, above those that are live. */
  function tell(text: string): void {
    if (showsBar()) live.show(liveLines(), text);
    else write(text);
  }

  function liveLines(): string[] {
    if (!context) return [];
    const lines = bar ? [bar(columns())] : [];
    const curves = chartLines(context.epochs);
    // Besides, the bar and the row of the cursor.
    const fits = curves.length + 2 <= (terminalRows(to) ?? 0);
    return fits ? [...lines, ...curves] : lines;
  }

  /** With an empty line before them. */
  function chartLines(totalEpochs?: number): string[] {
    if (!chart) return [];
    const lines = textCurves(history, { columns: columns(), totalEpochs, colour: terminalColours(to) });
    return lines.length > 0 ? ["", ...lines] : [];
  }
}

function copyOf(earlier: HistoryJson | undefined): History {
  const { epochs, history } = earlier ?? emptyHistory();
  const columns = Object.entries(history).map(([name, values]) => [name, values.map((value) => value ?? Number.NaN)]);
  return { epochs: [...epochs], history: Object.fromEntries(columns) };
}

/** @throws InputError unless verbose is 0, 1 or 2 */
export function progressCallback(verbose: Verbosity): Callback[] {
  if (![0, 1, 2].includes(verbose)) throw new InputError(`fit verbose: expected 0, 1 or 2, got ${verbose}`);
  return verbose === 0 ? [] : [progress({ verbose })];
}

/** `120/430 ━━━━━━━━╺────── 3s left  loss 0.1234  accuracy 0.9612`, never wider than the terminal. */
export function barLine(
  batches: number,
  total: number | undefined,
  milliseconds: number,
  logs: Logs,
  columns: number,
): string {
  const metrics = metricTexts(logs);
  const numbers = metrics.join("  ");
  if (total === undefined) return fitting([`batch ${batches}`, ...metrics], columns);
  const left = Math.ceil(((milliseconds / batches) * (total - batches)) / 1000);
  const before = `${String(batches).padStart(String(total).length)}/${total} `;
  const after = ` ${timeText(left)} left  ${numbers}`;
  const width = Math.min(24, columns - 1 - before.length - after.length);
  if (width < 4) return fitting([before.trim(), `${timeText(left)} left`, ...metrics], columns);
  const done = Math.round((width * batches) / total);
  return `${before}${"━".repeat(done)}${"─".repeat(width - done)}${after}`;
}

/** An epoch's line; where it does not fit, without the speed, and then in lines that break between numbers. */
function lineOf(logs: Logs, columns: number): string {
  const { seconds = Number.NaN, images_per_second: rate } = logs;
  const time = `${seconds.toFixed(1)}s`;
  const speed = rate === undefined ? "" : ` ${Math.round(rate).toLocaleString("en-US")} images/s`;
  const metrics = metricTexts(logs);
  const whole = [`${time}${speed}`, ...metrics].join("  ");
  if (whole.length < columns) return whole;
  const lines = [""];
  for (const part of [time, ...metrics]) {
    const longer = lines.at(-1) === "" ? part : `${lines.at(-1)}  ${part}`;
    if (longer.length < columns || lines.at(-1) === "") lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.join("\n");
}

function metricTexts(logs: Logs): string[] {
  return Object.entries(logs)
    .filter(([name]) => !["seconds", "images_per_second", "learning_rate"].includes(name))
    .map(([name, value]) => `${name} ${value.toFixed(4)}`);
}

function timeText(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
}

/** As many of the parts as fit on a line, whole. */
function fitting(parts: readonly string[], columns: number): string {
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}  ${part}`;
    if (longer.length >= columns) break;
    line = longer;
  }
  return line || parts[0]!.slice(0, Math.max(1, columns - 1));
}
