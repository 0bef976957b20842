import { terminalColours, terminalColumns, terminalRows, terminalWritten, writeError, writeOut } from "#platform";
import { InputError, shown } from "../../core/errors.ts";
import { type Check, checkedOptions, choice, flag, type OptionsOf, optional } from "../../core/options.ts";
import type { TerminalText } from "../../core/visible.ts";
import type { HistoryJson } from "../../report/results.ts";
import { coloured, textCurves } from "../../report/text-chart.ts";
import { addEpoch, emptyHistory, type History, type Logs } from "../history.ts";
import type { Callback, TrainingContext } from "./callback.ts";
import { type LiveLine, LiveLines, piecesOf } from "./live-lines.ts";

/** 0: silent; 1: a progress bar on a terminal, otherwise a line per epoch; 2: a line per epoch. */
export type Verbosity = 0 | 1 | 2;

/** "auto" and true are 1, false is 0, as in Keras. */
export const verbosity: Check<Verbosity | "auto" | boolean, Verbosity> = (what, given) => {
  if (given === "auto" || given === true) return 1;
  if (given === false) return 0;
  if (given === 0 || given === 1 || given === 2) return given;
  throw new InputError(`${what}: expected 0, 1, 2, true, false or "auto", got ${shown(given)}`);
};

const earlierHistory: Check<HistoryJson> = (what, given) => {
  if (Array.isArray(given?.epochs) && typeof given.history === "object" && given.history !== null) return given;
  throw new InputError(`${what}: expected a history with "epochs" and "history", got ${shown(given)}`);
};

const options = {
  /** Where to print: the standard output or the standard error. Default "out". */
  to: optional(choice(["out", "error"]), "out"),
  /**
   * 0 or false: silent; 1, true or "auto": a progress bar on a terminal, otherwise a line per epoch; 2: a line per epoch.
   * Default 1.
   */
  verbose: optional(verbosity, 1),
  /**
   * Whether to draw curves of loss and accuracy as text: below the bar on a terminal with enough rows, otherwise once
   * at the end of training. Default false.
   */
  chart: optional(flag, false),
  /** The history before this training, for the chart of a training that continues. Default: none. */
  history: optional(earlierHistory, undefined),
};

/** Options of {@link progress}. */
export interface ProgressOptions extends OptionsOf<typeof options> {}

/** A callback that shows progress and can print lines while it does. */
export interface Progress extends Callback {
  /** Prints a line above bar and chart. Lines that are printed in another way break them up. */
  print(line: string): void;
}

/**
 * Prints the progress of training, as Keras does. `fit` adds this callback unless its option `verbose` is 0.
 * @throws InputError for options that are unknown or out of range
 */
export function progress(given: ProgressOptions = {}): Progress {
  const { to, verbose, chart, history: earlier } = checkedOptions("progress", options, given);
  const write = to === "out" ? writeOut : writeError;
  const live = new LiveLines({ columns, write, written: terminalWritten });
  let context: TrainingContext | undefined;
  let history = emptyHistory();
  let began = 0;
  /** Batches of the epoch that were done when it began here. */
  let before = 0;
  let bar: ((columns: number) => string) | undefined;
  return {
    print: (line) => print(`${line}\n`),
    onTrainBegin(training) {
      context = training;
      history = copyOf(earlier);
    },
    onEpochBegin(epoch, { epochs, continued }) {
      began = performance.now();
      before = continued?.epoch === epoch ? continued.batches : 0;
      if (showsBar()) print(`Epoch ${epoch}/${epochs}\n`);
    },
    onProgress(batches, logs, { stepsPerEpoch }) {
      if (!showsBar()) return;
      const milliseconds = performance.now() - began;
      bar = (columns) => barLine({ batches, before, total: stepsPerEpoch, milliseconds }, logs, columns);
      print("");
    },
    onEpochEnd(epoch, logs, { epochs }) {
      bar = undefined;
      addEpoch(history, epoch, logs);
      if (verbose === 0) return;
      const wide = showsBar() ? columns() : Number.POSITIVE_INFINITY;
      print(showsBar() ? `${lineOf(logs, wide)}\n` : `Epoch ${epoch}/${epochs}  ${lineOf(logs, wide)}\n`);
    },
    onTrainEnd() {
      context = undefined;
      // The live lines stay on the screen; an interrupted epoch keeps its bar.
      const lines = [...(bar ? [bar(columns())] : []), ...chartLines()];
      bar = undefined;
      if (lines.length > 0 && verbose !== 0) print(...lines.flatMap((line) => [...piecesOf(line), "\n"]));
    },
  };

  function columns(): number {
    return terminalColumns(to) ?? 80;
  }

  function showsBar(): boolean {
    return verbose === 1 && terminalColumns(to) !== undefined;
  }

  /** Prints lines that stay, above the live ones. */
  function print(...text: readonly TerminalText[]): void {
    if (showsBar()) live.show(liveLines(), ...text);
    else write(...text);
  }

  function liveLines(): LiveLine[] {
    if (!context) return [];
    const lines = bar ? [bar(columns())] : [];
    const curves = chartLines(context.epochs);
    // Two more rows: the bar, and the row of the cursor.
    const fits = curves.length + 2 <= (terminalRows(to) ?? 0);
    return fits ? [...lines, ...curves] : lines;
  }

  /** With an empty line before them. */
  function chartLines(totalEpochs?: number): LiveLine[] {
    if (!chart) return [];
    const lines = textCurves(history, { columns: columns(), totalEpochs });
    const shown: readonly LiveLine[] = terminalColours(to) ? lines.map(coloured) : lines;
    return shown.length > 0 ? ["", ...shown] : [];
  }
}

function copyOf(earlier: HistoryJson | undefined): History {
  const { epochs, history } = earlier ?? emptyHistory();
  const columns = Object.entries(history).map(([name, values]) => [name, values.map((value) => value ?? Number.NaN)]);
  return { epochs: [...epochs], history: Object.fromEntries(columns) };
}

/** The callback that `fit` adds for its option `verbose`. */
export function progressCallback(verbose: Verbosity): Callback[] {
  return verbose === 0 ? [] : [progress({ verbose })];
}

/** `120/430 ━━━━━━━━╺────── 3s left  loss 0.1234  accuracy 0.9612`, never wider than the terminal. */
function barLine(
  {
    batches,
    before: earlier,
    total,
    milliseconds,
  }: {
    readonly batches: number;
    readonly before: number;
    readonly total: number | undefined;
    readonly milliseconds: number;
  },
  logs: Logs,
  columns: number,
): string {
  const metrics = metricTexts(logs);
  const numbers = metrics.join("  ");
  if (total === undefined) return fitting([`batch ${batches}`, ...metrics], columns);
  const left = Math.ceil(((milliseconds / (batches - earlier)) * (total - batches)) / 1000);
  const before = `${String(batches).padStart(String(total).length)}/${total} `;
  const after = ` ${timeText(left)} left  ${numbers}`;
  const width = Math.min(24, columns - 1 - before.length - after.length);
  if (width < 4) return fitting([before.trim(), `${timeText(left)} left`, ...metrics], columns);
  const done = Math.round((width * batches) / total);
  return `${before}${"━".repeat(done)}${"─".repeat(width - done)}${after}`;
}

/** An epoch's line. If it is too long, it goes without the speed, and is broken between numbers. */
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

/** The first parts, as many as fit on a line. */
function fitting(parts: readonly string[], columns: number): string {
  let line = "";
  for (const part of parts) {
    const longer = line === "" ? part : `${line}  ${part}`;
    if (longer.length >= columns) break;
    line = longer;
  }
  return line || parts[0]!.slice(0, Math.max(1, columns - 1));
}
