import type { SweepJson, TrainingJson, TrialJson } from "../report/sweep/sweep-results.ts";
import { isHalving } from "./choice.ts";
import { isBetter, type Measure, type Metric, trainingsOf } from "./measure.ts";
import { rungsOf } from "./rungs.ts";
import type { Sweep } from "./sweep.ts";
import type { Outcome, Progress, Task } from "./task.ts";
import type { Trial } from "./trials.ts";
import { valuesText } from "./variation.ts";

interface Training extends Progress {
  readonly task: Task;
}

/** What is known of the trainings of a sweep, while it runs and at its end. */
export class Board {
  readonly sweep: Sweep;
  readonly trials: readonly Trial[];
  /** Of each trial, its trainings by their seeds or folds. */
  private readonly progress = new Map<number, Map<number, Training>>();
  private readonly failures = new Map<number, string>();
  private readonly untrained = new Set<number>();
  private readonly stopped = new Set<number>();

  constructor(sweep: Sweep, trials: readonly Trial[]) {
    this.sweep = sweep;
    this.trials = trials;
  }

  note(task: Task, outcome: Outcome): void {
    const { trial, settings, fold } = task;
    if ("failure" in outcome) {
      this.failures.set(trial, outcome.failure);
      this.untrained.add(trial);
      return;
    }
    const part = fold?.number ?? (settings.seed as number);
    const trainings = this.progress.get(trial) ?? new Map<number, Training>();
    this.progress.set(trial, trainings.set(part, { task, ...outcome }));
    if (outcome.diverged !== undefined) this.failures.set(trial, outcome.diverged);
  }

  /** Successive halving goes on without these trials. */
  stop(trials: readonly Trial[]): void {
    for (const { number } of trials) this.stopped.add(number);
  }

  /** Trials with a training that could not be done: the next command tries it again. Divergence is a result. */
  get untrainedTrials(): number {
    return this.untrained.size;
  }

  hasFailed({ number }: Trial): boolean {
    return this.failures.has(number);
  }

  /** Trials from the best to the worst by their value after an epoch; those without one at the end. */
  ranked(trials: readonly Trial[], epoch: number | undefined): Trial[] {
    const { metric } = this.sweep.measure;
    const values = new Map(trials.map((trial) => [trial, this.valueOf(trial, epoch)]));
    return [...trials].sort((a, b) => compare(metric, values.get(a), values.get(b)) || a.number - b.number);
  }

  /** The mean of the metric over a trial's trainings after an epoch, by default the last one that all have. */
  private valueOf(trial: Trial, epoch = this.epochsOf(trial)): number | undefined {
    if (this.hasFailed(trial) || epoch === 0) return undefined;
    const { measure } = this.sweep;
    const values = this.trainings(trial).flatMap(({ history }) => history[measure.metric][epoch - 1] ?? []);
    const count = trainingsOf(measure);
    return values.length < count ? undefined : values.reduce((sum, value) => sum + value, 0) / count;
  }

  /** In the order of their seeds or folds, not of their ends: a sum depends on it. */
  private trainings({ number }: Trial): Training[] {
    return [...(this.progress.get(number) ?? [])].sort(([a], [b]) => a - b).map(([, training]) => training);
  }

  /** The last epoch that all trainings of a trial have. */
  private epochsOf(trial: Trial): number {
    const trainings = this.trainings(trial);
    const { measure } = this.sweep;
    if (trainings.length < trainingsOf(measure)) return 0;
    return Math.min(...trainings.map(({ history }) => history[measure.metric].length));
  }

  /** Epochs that are trained, of those that are planned as far as it is known; undefined before the first epoch. */
  epochs(): { readonly done: number; readonly planned: number } | undefined {
    const count = trainingsOf(this.sweep.measure);
    const known = [...this.progress.values()].flatMap((trainings) => [...trainings.values()]);
    if (known.length === 0) return undefined;
    const mean = known.reduce((sum, { epochs }) => sum + epochs, 0) / known.length;
    const rungs = rungsOf(this.sweep, this.trials.length);
    const planned = rungs.reduce((sum, { until = mean, trials }, i) => {
      return sum + trials * count * (until - (rungs[i - 1]?.until ?? 0));
    }, 0);
    const done = known.reduce((sum, { history }) => sum + history.val_loss.length, 0);
    return { done, planned: Math.max(done, planned) };
  }

  /** The trials from the best to the worst: those that trained for more epochs of their settings come first. */
  results(): TrialJson[] {
    const rank = ({ state }: TrialJson) => (state === "done" ? 0 : state === "failed" ? 2 : 1);
    const { metric } = this.sweep.measure;
    return this.trials
      .map((trial) => this.resultOf(trial))
      .sort(
        (a, b) =>
          rank(a) - rank(b) ||
          (a.state === "done" ? 0 : b.epochs - a.epochs) ||
          compare(metric, a.value ?? undefined, b.value ?? undefined) ||
          a.trial - b.trial,
      );
  }

  /** What is known of a trial. */
  resultOf(trial: Trial): TrialJson {
    const { number, settings } = trial;
    const { measure, space } = this.sweep;
    const trainings = this.trainings(trial);
    const epochs = this.epochsOf(trial);
    const isWhole = trainings.length === trainingsOf(measure) && trainings.every((each) => epochs === each.epochs);
    const failure = this.failures.get(number);
    const state =
      failure !== undefined ? "failed" : isWhole ? "done" : this.stopped.has(number) ? "stopped" : "unfinished";
    return {
      trial: number,
      settings: Object.fromEntries(
        space.varied.flatMap(([name]) => (name in settings ? [[name, settings[name]!]] : [])),
      ),
      state,
      epochs,
      plannedEpochs: trainings[0]?.epochs ?? null,
      value: this.valueOf(trial) ?? null,
      trainings: trainings.map(
        ({ task, history, seconds, parameters }): TrainingJson => ({
          seed: task.settings.seed as number,
          ...(task.fold && { fold: task.fold.number }),
          values: history[measure.metric],
          seconds,
          parameters,
        }),
      ),
      ...(failure !== undefined && { failure }),
    };
  }
}

/** What the caller knows of a sweep. */
export type SweepFacts = Pick<SweepJson, "lenet5" | "command" | "name" | "validation"> & {
  /** The commands that train with these settings. */
  commandsOf(settings: SweepJson["fixed"], measure: Measure): string[];
};

/** The content of `sweep.json`. */
export function sweepJson(board: Board, { commandsOf, ...facts }: SweepFacts): SweepJson {
  const { sweep } = board;
  const trials = board.results();
  const [first] = trials;
  const best = first && first.state !== "failed" && first.value !== null ? first : undefined;
  const settings = best && board.trials.find(({ number }) => number === best.trial)!.settings;
  return {
    ...facts,
    metric: sweep.measure.metric,
    choice: choiceText(sweep),
    fixed: sweep.space.fixed,
    varied: sweep.space.varied.map(([name, { of }]) => ({
      name,
      values: valuesText(of),
      log: "log" in of ? of.log : isGeometric(of.values),
    })),
    trials,
    planned: board.trials.length,
    best: best?.trial ?? null,
    bestCommands: settings ? commandsOf(settings, sweep.measure) : [],
  };
}

/** `successive halving (eta 3) from random, seed 1` */
export function choiceText({ choose }: Pick<Sweep, "choose">): string {
  const halving = choose.by === "asha" ? "asynchronous successive halving" : "successive halving";
  const by = isHalving(choose) ? `${halving} (eta ${choose.eta}) from ${choose.from}` : choose.by;
  const isDrawn = ("from" in choose ? choose.from : choose.by) !== "grid";
  return isDrawn ? `${by}, seed ${choose.seed}` : by;
}

/** Whether numbers spread over ratios rather than differences. */
function isGeometric(values: readonly unknown[]): boolean {
  const numbers = values.filter((value) => typeof value === "number");
  return (
    numbers.length === values.length && Math.min(...numbers) > 0 && Math.max(...numbers) >= 8 * Math.min(...numbers)
  );
}

/** Below 0 where the first value is better; one that is missing is worse than any. */
function compare(metric: Metric, a: number | undefined, b: number | undefined): number {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return Number(isBetter(metric, b, a)) - Number(isBetter(metric, a, b));
}
