import { terminalColumns, writeError, writeOut } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { Logs } from "../history.ts";
import type { Callback } from "./callback.ts";

/** 0: silent; 1: a bar on a terminal, else a line an epoch; 2: a line an epoch. */
export type Verbosity = 0 | 1 | 2;

export interface ProgressOptions {
  /** Where to: the standard output (default) or error. */
  readonly to?: "out" | "error";
  /** Default 1. */
  readonly verbose?: Verbosity;
}

/** How far training is, as Keras shows it. */
export function progress(options: ProgressOptions = {}): Callback {
  const { to = "out", verbose = 1 } = options;
  const write = to === "out" ? writeOut : writeError;
  let began = 0;
  return {
    onEpochBegin(epoch, context) {
      began = performance.now();
      if (showsBar()) write(`Epoch ${epoch}/${context.epochs}\n`);
    },
    onProgress(batches, logs, context) {
      const columns = terminalColumns(to);
      if (!showsBar() || columns === undefined) return;
      write(`\r${barLine(batches, context.stepsPerEpoch, performance.now() - began, logs, columns)}\u001b[K`);
    },
    onEpochEnd(epoch, logs, context) {
      if (showsBar()) write(`\r${lineOf(logs)}\u001b[K\n`);
      else write(`Epoch ${epoch}/${context.epochs}  ${lineOf(logs)}\n`);
    },
  };

  function showsBar(): boolean {
    return verbose === 1 && terminalColumns(to) !== undefined;
  }
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

function lineOf(logs: Logs): string {
  const { seconds = Number.NaN, images_per_second: rate } = logs;
  const speed = rate === undefined ? "" : ` ${Math.round(rate).toLocaleString("en-US")} images/s`;
  return `${seconds.toFixed(1)}s${speed}  ${metricTexts(logs).join("  ")}`;
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
