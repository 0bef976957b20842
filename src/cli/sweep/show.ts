import { terminalColumns, terminalRows, terminalWritten, writeError, writeOut } from "#platform";
import { cut, widest } from "../../core/columns.ts";
import { visible } from "../../core/visible.ts";
import { count, counted, duration } from "../../report/drawing/numbers.ts";
import type { TrialJson } from "../../report/sweep/sweep-results.ts";
import type { Board } from "../../sweep/board.ts";
import { isHalving } from "../../sweep/choice.ts";
import { meanText, trainingsOf } from "../../sweep/measure.ts";
import type { SweepWatcher } from "../../sweep/run-sweep.ts";
import { partOf, type Task } from "../../sweep/task.ts";
import { LiveLines } from "../../training/callbacks/live-lines.ts";
import type { Print } from "../output.ts";
import type { Earlier } from "./earlier.ts";
import { metricText, settingsText, trendText, valueText } from "./texts.ts";

/** The progress of a sweep for people. */
interface ShownProgress extends SweepWatcher {
  /** Prints the first lines. */
  begin(...lines: readonly string[]): void;
  /** Prints a line that stays. */
  readonly print: Print;
  /** The live lines stay as they are. */
  end(): void;
}

interface ShownOptions {
  readonly to: "out" | "error";
  /** Aborted when the sweep has to end before its trials. */
  readonly stop: AbortSignal;
  /** Results that are not new. */
  readonly earlier: Pick<Earlier, "has">;
}

/** Trials in the live table, where the terminal has the rows. */
const MAX_ROWS = 20;
const MAX_TREND = 24;
/** Milliseconds between two tables, unless a training begins or ends: short epochs would write all the time. */
const PAUSE = 100;
const SECOND = 1000;

/** On a terminal a live table of the trials, the best first; otherwise a line for each training that ends. */
export function shownProgress(board: Board, { to, stop, earlier }: ShownOptions): ShownProgress {
  const write = to === "out" ? writeOut : writeError;
  const live = new LiveLines({ columns: () => terminalColumns(to) ?? 80, write, written: terminalWritten });
  const isLive = terminalColumns(to) !== undefined;
  const running = new Set<Task>();
  /** Trainings of a trial up to an epoch that have ended, and whether one of them is new. */
  const ends = new Map<string, { count: number; hasNew: boolean }>();
  const isRunning = (trial: number) => [...running].some((task) => task.trial === trial);
  let [began, epochs, isOver] = [0, 0, false];
  let shown = 0;
  let clock: NodeJS.Timeout | undefined;
  const show = (...above: string[]) => {
    shown = performance.now();
    live.show(tableLines(), ...above);
  };
  const print = (line: string) => (isLive && !isOver ? show(`${line}\n`) : write(`${line}\n`));
  return {
    print,
    begin(...lines) {
      began = performance.now();
      for (const line of lines) print(line);
      // Times pass during long epochs, too.
      if (isLive) clock = setInterval(() => running.size > 0 && show(), SECOND).unref();
    },
    onBegin(task) {
      running.add(task);
      if (isLive) show();
    },
    onProgress() {
      epochs++;
      if (isLive && performance.now() - shown >= PAUSE) show();
    },
    onOutcome(task) {
      running.delete(task);
      if (isLive) show();
      else for (const line of endedTexts(task)) write(`${line}\n`);
    },
    end() {
      clearInterval(clock);
      if (isOver) return;
      isOver = true;
      if (clock !== undefined) show();
    },
  };

  /** That of a new training, and where it is the last of its trial, the mean of all. */
  function endedTexts(task: Task): string[] {
    const isNew = !earlier.has(task);
    const trial = board.resultOf(board.trials[task.trial - 1]!);
    const name = `${task.trial} ${task.until}`;
    const { count, hasNew } = ends.get(name) ?? { count: 0, hasNew: false };
    const end = { count: count + 1, hasNew: hasNew || isNew };
    ends.set(name, end);
    const { measure } = board.sweep;
    const mean = end.hasNew && end.count === trainingsOf(measure) && trial.value !== null && meanText(measure);
    return [
      ...(isNew ? [endedText(task)] : []),
      ...(mean
        ? [`Trial ${trial.trial}, ${mean}: ${valueText(trial, measure)} (${settingsText(trial.settings)})`]
        : []),
    ];
  }

  function endedText(task: Task): string {
    const { trial, settings, fold } = task;
    const found = board.resultOf(board.trials[trial - 1]!);
    const training = found.trainings.find((each) => each.seed === settings.seed && each.fold === fold?.number);
    const { measure } = board.sweep;
    const { metric } = measure;
    const of = trainingsOf(measure) > 1 ? `, ${partOf(task).replace("-", " ")}` : "";
    const result =
      found.failure ??
      `${metric} ${metricText(metric, training?.values.at(-1))} after ${counted(training?.values.length ?? 0, "epoch")}, ${duration(training?.seconds)}`;
    return `Trial ${trial}${of}: ${result} (${settingsText(found.settings)})`;
  }

  function tableLines(): string[] {
    const columns = (terminalColumns(to) ?? 80) - 1;
    const trials = board.results().filter(({ trial, epochs }) => epochs > 0 || isRunning(trial));
    const rows = trials.slice(0, Math.max(1, Math.min(MAX_ROWS, (terminalRows(to) ?? 24) - 4)));
    const all = trials.flatMap(({ trainings }) =>
      trainings.flatMap(({ values }) => values.filter((each) => each !== null)),
    );
    const range = [Math.min(...all), Math.max(...all)] as const;
    const more = trials.length - rows.length;
    const tables = forms.map((form) => rows.map((trial) => visible(rowText(trial, range, form))));
    const table = tables.find((lines) => widest(lines) <= columns) ?? tables.at(-1)!;
    return [
      ...table.map((line) => cut(line, columns)),
      ...(more > 0 ? [`and ${counted(more, "more trial")}`] : []),
      stateText(columns),
    ];
  }

  function rowText(
    { trial, state, epochs, value, trainings, settings }: TrialJson,
    range: readonly [number, number],
    { hasTrend, hasNames }: (typeof forms)[number],
  ): string {
    const { metric } = board.sweep.measure;
    const mark = isRunning(trial) ? ">" : state === "failed" ? "x" : state === "stopped" ? "-" : " ";
    const trend = hasTrend ? ` ${trendText((trainings[0]?.values ?? []).slice(-MAX_TREND), range)}` : "";
    const number = String(trial).padStart(String(board.trials.length).length);
    const result = state === "failed" ? "failed" : metricText(metric, value);
    const values = hasNames ? settingsText(settings) : Object.values(settings).join(", ");
    return `${mark} ${number} ${result.padStart(8)}${trend} ${epochs > 0 ? `epoch ${epochs}  ` : ""}${values}`;
  }

  /** `3 of 8 trials, 12.3 s, about 40 s left`; on a narrow terminal without the parts that matter less. */
  function stateText(columns: number): string {
    const seconds = (performance.now() - began) / 1000;
    const mean = meanText(board.sweep.measure);
    const what = mean === undefined ? "" : `each value the ${mean}`;
    const [progress, time] = [progressText(board), duration(seconds)];
    const state = isOver ? "" : stop.aborted ? "stopping" : leftText(seconds);
    const wideFirst = [
      [progress, what, time, state],
      [progress, time, state],
      [progress, state],
      [shortProgress(board), state],
    ];
    const lines = wideFirst.map((parts) => parts.filter((part) => part !== "").join(", "));
    return cut(lines.find((line) => widest([line]) <= columns) ?? lines.at(-1)!, columns);
  }

  /** Until the last trial ends, or if that is sooner, until the time of the sweep is over. */
  function leftText(seconds: number): string {
    const { done, planned } = board.epochs() ?? { done: 0, planned: 0 };
    if (epochs === 0 || planned === done) return "";
    const { minutes = Number.POSITIVE_INFINITY } = board.sweep;
    const left = (seconds / epochs) * (planned - done);
    const until = Math.max(0, 60 * minutes - seconds);
    return left <= until ? `about ${duration(left)} left` : `stops in ${duration(until)}`;
  }
}

/** What rows have, from wide terminals to narrow ones. */
const forms = [
  { hasTrend: true, hasNames: true },
  { hasTrend: true, hasNames: false },
  { hasTrend: false, hasNames: false },
] as const;

/** `3 of 8 trials`; with halving, whose trials end together or with all others, `12 of about 54 epochs (9 trials)`. */
export function progressText(board: Board): string {
  const work = epochsOf(board);
  return work ? `${count(work.done)} of about ${work.planned} (${trialsText(board)})` : trialsProgress(board);
}

/** The same without what can be left out: `12 of 54 epochs`. */
function shortProgress(board: Board): string {
  const work = epochsOf(board);
  return work ? `${count(work.done)} of ${work.planned}` : trialsProgress(board);
}

/** The epochs of a sweep by halving, once one is known. */
function epochsOf(board: Board): { readonly done: number; readonly planned: string } | undefined {
  const work = isHalving(board.sweep.choose) ? board.epochs() : undefined;
  return work && { done: work.done, planned: counted(Math.round(work.planned), "epoch") };
}

function trialsProgress(board: Board): string {
  const ended = board.trials.filter((trial) => board.resultOf(trial).state !== "unfinished").length;
  return `${count(ended)} of ${trialsText(board)}`;
}

const trialsText = ({ trials }: Board) => counted(trials.length, "trial");
