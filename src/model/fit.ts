import { writeError } from "#platform";
import { InputError } from "../core/errors.ts";
import { checkedOptions } from "../core/options.ts";
import { type Signal, untilAborted } from "../core/signal.ts";
import { Interrupted } from "../engine/watch.ts";
import type { Layer } from "../layers/layer.ts";
import type { Callback, TrainingContext, TrainingData } from "../training/callbacks/callback.ts";
import { progressCallback } from "../training/callbacks/progress.ts";
import { addEpoch, emptyHistory, type History } from "../training/history.ts";
import type { BatchSource, Start } from "./batch-sources/batch-source.ts";
import { openBatchSource } from "./batch-sources/open.ts";
import { CallbackCalls, type HookCall } from "./callback-calls.ts";
import type { ModelCore, Moment, TrainingState } from "./core.ts";
import type { Batches, LabelledImages } from "./data.ts";
import { Diverged, keptText } from "./divergence.ts";
import { checkOrder, type EpochInProgress, secondsOf, withinOf } from "./epoch-in-progress.ts";
import { batchLogs, epochLogs } from "./epoch-logs.ts";
import { type FitConfig, type FitOptions, fitOptions } from "./fit-options.ts";
import { variablesOf } from "./graph.ts";
import { learnConfidence } from "./learn-confidence.ts";
import { type Target, targetsOf } from "./objectives.ts";
import type { Position } from "./position.ts";
import { readingOfData } from "./reading.ts";
import { RunInProgress } from "./run-in-progress.ts";
import type { ScoredStep } from "./scored-steps.ts";
import { addSteps, emptyTotals, means, restoredTotals } from "./totals.ts";
import { type Asked, type FittedModel, trainingContext } from "./training-context.ts";
import { savedState, takeAverages } from "./update.ts";
import { checkWeights } from "./weights.ts";

/** Trains; see {@link FitOptions}. @throws InputError for data that do not fit the model */
export async function fit(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages | Batches,
  given: FitOptions,
  model: FittedModel,
): Promise<History> {
  const options = checkedOptions("fit", fitOptions, given);
  const source = openBatchSource(core, training, data, options);
  checkWeights("fit", core.graph.layers);
  const { trainImages, validationImages } = source;
  const classNames = "classNames" in data && Array.isArray(data.classNames) ? data.classNames : undefined;
  core.reading = readingOfData(data, core.reading, core.graph.inputs[0]!.shape);
  const described = { trainImages, validationImages, classNames };
  const learn = () => learnConfidence(core, training, data, options);
  // Without initialEpoch, a training begins anew.
  if (given.initialEpoch === undefined || training.position?.epoch !== options.initialEpoch + 1)
    training.position = undefined;
  const call = new FitCall(core, training, source, options, model, described);
  core.fitting = () => call.moment;
  try {
    return await call.run(options.initialEpoch, learn);
  } finally {
    core.fitting = undefined;
    await call.over();
  }
}

/** One call of fit. */
class FitCall {
  private readonly layers: readonly Layer[];
  private readonly training: TrainingState;
  private readonly targets: readonly Target[];
  private readonly source: BatchSource;
  private readonly signal: Signal | undefined;
  private readonly callbacks: readonly Callback[];
  private readonly verbose: boolean;
  /** Whether a callback has the hook `onBatchEnd`: every run is then one batch. */
  private readonly exact: boolean;
  private readonly asked: Asked = {
    stopped: undefined,
    diverged: false,
    batchesPerCall: undefined,
    continued: undefined,
    within: undefined,
    hasBegun: false,
    work: new Set(),
    atEnd: [],
  };
  private readonly context: TrainingContext;
  private readonly calls: CallbackCalls;
  private readonly history = emptyHistory();
  /** The epoch in progress, or the number of the next one; undefined before the first and after the last. */
  private at: EpochInProgress | number | undefined;
  /** The batches over all epochs at {@link at}. */
  private iterations: number;
  /** The last moment at which the host had the newest weights. */
  private known: Moment;
  /** The moment of the newest copy of the weights, to which a failure goes back. */
  private copied: Moment | undefined;
  private readonly running = new RunInProgress();
  /** Where a saved stream goes on, until it is open. */
  private reopened: Position["stream"];
  /** {@link versions} when the last batch had been trained. */
  private final: number | undefined;

  constructor(
    core: ModelCore,
    training: TrainingState,
    source: BatchSource,
    options: FitConfig,
    model: FittedModel,
    data: TrainingData,
  ) {
    this.layers = core.graph.layers;
    this.training = training;
    this.targets = targetsOf(core.graph, training.objectives);
    this.source = source;
    this.signal = options.signal;
    this.verbose = options.verbose > 0;
    this.callbacks = [...options.callbacks, ...progressCallback(options.verbose)];
    this.exact = this.callbacks.some((callback) => callback.onBatchEnd);
    const bringBack = () => this.bringBack();
    this.context = trainingContext(core, training, { source, options, model, data, bringBack }, this.asked);
    this.calls = new CallbackCalls(this.callbacks, this.context);
    this.iterations = training.iterations;
    this.known = training;
  }

  /** What the host's weights belong to: the present moment, or where they are older the last one that they had. */
  get moment(): Moment {
    const { at, training } = this;
    if (at === undefined) return training;
    const { optimizer, iterations } = training;
    const isKnown = this.source.isBehind || iterations !== this.iterations;
    const moment = isKnown ? this.known : { optimizer, iterations, position: this.positionAt(at) };
    // Averages or restored weights are not those within an epoch.
    const isOther = this.final !== undefined && this.final !== this.versions;
    return moment.position?.within && isOther ? { ...moment, position: undefined } : moment;
  }

  /** @param learnConfidence called when the weights are final */
  async run(initialEpoch: number, learnConfidence: () => Promise<void>): Promise<History> {
    const begun: Callback[] = [];
    try {
      if (this.training.position) checkOrder(this.training.position, this.source);
      for (const callback of this.callbacks) {
        begun.push(callback);
        await callback.onTrainBegin?.(this.context);
      }
      this.asked.hasBegun = true;
      const from = this.training.position;
      if (from) {
        checkOrder(from, this.source);
        if (from.within) this.asked.continued = { epoch: from.epoch, batches: from.within.batches };
        await this.calls.restore(from);
      }
      const first = from?.epoch ?? initialEpoch + 1;
      // An epoch in which a callback ended training still has its end.
      const isLeft = (epoch: number) => this.isRunning || (epoch === first && from?.within && !this.signal?.aborted);
      try {
        for (let epoch = first; epoch <= this.context.epochs && isLeft(epoch); epoch++)
          await this.epoch(epoch, epoch === first ? from : undefined);
      } catch (error) {
        if (this.copied?.iterations === this.training.iterations) this.known = this.copied;
        this.running.end();
        const isAbort = this.signal?.aborted && (error instanceof Interrupted || error === this.signal.reason);
        if (!isAbort) throw error;
      }
      if (this.signal?.aborted) for (const callback of begun) await callback.onAbort?.(this.context);
    } catch (error) {
      // A failure at the end must not hide why training failed.
      await this.end(begun).catch(() => {});
      this.keepPosition(true);
      throw error;
    }
    this.final = this.versions;
    if (this.signal?.aborted) this.asked.stopped = "aborted";
    takeAverages(this.layers, this.training);
    await this.end(begun);
    // What is saved from now on is the result of a training that is over.
    if (!this.signal?.aborted) {
      this.at = undefined;
      // Of a file that was saved after the last epoch.
      if (!this.training.position?.within) this.training.position = undefined;
      await untilAborted(learnConfidence(), this.signal);
    }
    for (const callback of begun) await callback.onFitEnd?.(this.context);
    if (this.asked.stopped !== undefined) this.history.stopped = this.asked.stopped;
    this.keepPosition(this.isUnfinished);
    return this.history;
  }

  /** Does what callbacks asked to be done at the end. */
  async over(): Promise<void> {
    for (const work of this.asked.atEnd) await Promise.resolve(work()).catch(() => {});
  }

  /** Within an epoch that was not finished, training can go on. */
  private keepPosition(isUnfinished: boolean): void {
    const { position } = this.moment;
    this.training.position = isUnfinished && position?.within ? position : undefined;
  }

  private get isRunning(): boolean {
    return this.asked.stopped === undefined && !this.signal?.aborted;
  }

  private get isUnfinished(): boolean {
    return this.signal?.aborted || this.at === undefined;
  }

  /** The number of changes of all weights. */
  private get versions(): number {
    return variablesOf(this.layers).reduce((sum, { version }) => sum + version, 0);
  }

  private positionAt(at: EpochInProgress | number): Position {
    const { source, calls } = this;
    // After an abort, training can go on.
    const stopped = this.signal?.aborted ? undefined : this.asked.stopped;
    const isWithin = typeof at === "object";
    const where = isWithin ? { epoch: at.epoch, within: withinOf(at, source) } : { epoch: at };
    const stream = this.reopened ?? source.place(isWithin && at.batches > 0);
    return { ...where, stopped, stream, ...calls.state };
  }

  /** Brings the newest weights to the host. Those of a run in progress belong to no moment that training could go on from. */
  private bringBack(): Promise<void> {
    return this.running.after(() => this.source.bringBack().then(() => this.remember()));
  }

  /** Keeps the present moment for as long as the host's weights are older. */
  private remember(): void {
    if (!this.source.isBehind) this.known = this.moment;
  }

  /** @param from where the epoch goes on; undefined: at its beginning */
  private async epoch(epoch: number, from: Position | undefined): Promise<void> {
    const { callbacks, context, targets, source } = this;
    const { within } = from ?? {};
    const at: EpochInProgress = {
      epoch,
      totals: within ? restoredTotals(within.totals, targets) : emptyTotals(targets),
      batches: within?.batches ?? 0,
      seconds: within?.seconds ?? 0,
      since: undefined,
    };
    this.at = within ? at : epoch;
    this.reopened = from?.stream;
    this.iterations = this.training.iterations;
    this.training.position = undefined;
    for (const callback of callbacks) await callback.onEpochBegin?.(epoch, context);
    this.at = at;
    at.since = performance.now();
    this.remember();
    const waited = async (hook: void | Promise<void>) => {
      if (hook === undefined) return;
      at.seconds = secondsOf(at);
      at.since = undefined;
      await this.unlessAborted(hook);
      at.since = performance.now();
    };
    const known = this.known;
    const first = this.training.iterations - at.batches;
    const restore = this.source.validationImages === 0 ? undefined : savedState(this.layers, this.training);
    const most = () => {
      const { batchesPerCall = Number.POSITIVE_INFINITY, within = Number.POSITIVE_INFINITY } = this.asked;
      return this.exact ? 1 : Math.min(batchesPerCall, within);
    };
    const start: Start = {
      batches: at.batches,
      stream: from && (from.stream ?? { opened: epoch, batches: 0, images: 0 }),
    };
    const seen = async (steps: readonly ScoredStep[], iterations = this.training.iterations) => {
      addSteps(at.totals, steps);
      at.batches += steps.length;
      this.iterations = iterations;
      this.asked.within = undefined;
      const logs = means(at.totals, targets);
      const calls: HookCall[] = [
        {
          name: "onBatches",
          args: [batchLogs(epoch, steps, iterations, { targets, optimizer: this.training.optimizer })],
        },
        { name: "onProgress", args: [at.batches, logs] },
      ];
      if (this.exact) {
        await source.bringBack();
        calls.push({ name: "onBatchEnd", args: [at.batches - 1, logs] });
      }
      this.running.end();
      await this.calls.run(calls, waited);
      this.remember();
      if (source.kept === iterations)
        this.copied = { optimizer: this.training.optimizer, iterations, position: this.positionAt(at) };
      return this.isRunning;
    };
    const diverged = async (error: unknown) => {
      if (!(error instanceof Diverged)) throw error;
      const reason = error.reason(epoch, at.batches, this.training.iterations - first);
      if (error.steps.length > 0) await seen(error.steps, first + at.batches + error.steps.length);
      this.diverge(reason);
    };
    const begin = () => {
      this.reopened = undefined;
      this.running.begin();
    };
    if (this.isRunning) {
      await source.epoch(epoch, start, { most, begin, seen }).catch(diverged);
      this.running.end();
      this.reopened = undefined;
    }
    if (this.signal?.aborted || this.asked.diverged) return;
    if (at.batches === 0) {
      throw new InputError(`fit: expected batches in epoch ${epoch}, got none: can its iterator be started again?`);
    }
    const logs = await epochLogs(at, source, { targets, training: this.training });
    if (logs.val_loss !== undefined && !Number.isFinite(logs.val_loss)) {
      restore?.();
      this.known = known;
      return this.diverge(`val_loss became ${logs.val_loss} in epoch ${epoch}; ${keptText(epoch, start.batches)}`);
    }
    this.at = epoch + 1;
    await this.calls.run([{ name: "onEpochEnd", args: [epoch, logs] }], async (hook) => hook);
    addEpoch(this.history, epoch, logs);
  }

  /** Ends training whose numbers are no longer finite. */
  private diverge(reason: string): void {
    this.asked.stopped = reason;
    this.asked.diverged = true;
    if (this.verbose) writeError(`Warning: training ended: ${reason}. A smaller learning rate may help.\n`);
  }

  /** Waits for a hook until the signal aborts; what it has begun with the context is finished in any case. */
  private async unlessAborted(hook: Promise<void>): Promise<void> {
    await untilAborted(hook, this.signal);
    await Promise.allSettled(this.asked.work);
  }

  /** Calls `onTrainEnd` of every callback that began, also after a failure; then throws the first failure. */
  private async end(begun: readonly Callback[]): Promise<void> {
    const failures: unknown[] = [];
    const tried = async (work: () => unknown) => {
      try {
        await work();
      } catch (error) {
        failures.push(error);
      }
    };
    await tried(() => this.source.release());
    for (const callback of begun) await tried(() => callback.onTrainEnd?.(this.context));
    if (failures.length > 0) throw failures[0];
  }
}
