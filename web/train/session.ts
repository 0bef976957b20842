/** One training: the library's `fit`, which can pause, go on by one batch, and keeps weights of earlier moments. */
import type { Callback, Dataset, Model, TrainingContext } from "lenet5";
import { examples } from "lenet5/figures";
import type { EpochEvaluation, Moment, TrainingPlan } from "../state/training.ts";
import { lastOf } from "./datasets.ts";
import { Gate } from "./gate.ts";
import { isKept, mostMoments, thinned, untilNext } from "./moments.ts";
import type { TrainEvent, Weights } from "./train-api.ts";

/** Milliseconds between two reports of the weights, and a thousandth for each weight: copies take time. */
const REPORT = 100;

interface Kept extends Moment {
  readonly weights: Weights;
}

/** What a session trains. */
export interface Prepared {
  readonly plan: TrainingPlan;
  /** Compiled. */
  readonly model: Model;
  readonly train: Dataset;
  readonly test: Dataset;
  readonly validation: Dataset | undefined;
  readonly fit: Parameters<Model["fit"]>[1] & { readonly epochs: number; readonly validationSplit: number };
}

export class Session {
  readonly model: Model;
  private readonly prepared: Prepared;
  private readonly report: (event: TrainEvent) => unknown;
  private readonly params: number;
  private readonly gate = new Gate();
  private readonly halt = new AbortController();
  private kept: readonly Kept[] = [];
  private batches = 0;
  private epochs = 0;
  private reported = 0;
  private began = 0;
  private fault = "";

  constructor(prepared: Prepared, report: (event: TrainEvent) => unknown) {
    this.prepared = prepared;
    this.model = prepared.model;
    this.params = prepared.model.summaryData().params;
    this.report = report;
  }

  /** Trains the planned epochs. */
  run(): Promise<boolean> {
    return this.fit(this.prepared.plan.epochs, undefined, true);
  }

  /** Trains more epochs after complete ones. A learning rate stays constant; without one it goes on as it was. */
  goOn(epochs: number, learningRate: number | undefined): Promise<boolean> {
    return this.fit(this.epochs + epochs, learningRate, false);
  }

  pause(): void {
    this.gate.close();
  }

  resume(): void {
    this.gate.open();
  }

  step(): void {
    this.gate.letOne();
  }

  stop(): void {
    this.halt.abort();
    this.gate.open();
  }

  /** Of the weights as they stand, between batches those of the last epoch. */
  checksum(): Promise<string> {
    return this.model.checksum();
  }

  weightsAt(batches: number): { readonly weights: Weights; readonly epoch: number } | undefined {
    const found = this.kept.find((moment) => moment.batches === batches);
    return found && { weights: found.weights, epoch: found.epoch ?? 0 };
  }

  private async fit(last: number, learningRate: number | undefined, isFirst: boolean): Promise<boolean> {
    const { model, prepared, halt } = this;
    const callbacks = [this.callback(learningRate, isFirst)];
    const { stopped } = await model.fit(prepared.train, {
      ...prepared.fit,
      epochs: last,
      initialEpoch: this.epochs,
      verbose: 0,
      callbacks,
      signal: halt.signal,
    });
    this.epochs = last;
    const isComplete = stopped === undefined && this.fault === "";
    if (this.fault === "") await this.send(this.batches, model.weights);
    const evaluation = isComplete ? await model.evaluate(prepared.test) : undefined;
    this.report({
      type: "ended",
      line: this.fault || (isComplete ? "" : `Stopped after ${this.batches.toLocaleString("en-US")} batches`),
      checksum: await model.checksum(),
      testAccuracy: evaluation?.accuracy,
      isComplete,
    });
    return isComplete;
  }

  private callback(learningRate: number | undefined, isFirst: boolean): Callback {
    const { plan } = this.prepared;
    return {
      onTrainBegin: async (context) => {
        this.began = performance.now();
        if (learningRate !== undefined) context.learningRate = learningRate;
        this.limit(context, 1);
        if (!isFirst) return;
        this.keep(this.model.weights, undefined);
        await this.report({ type: "begun", plan, model: this.model.toBytes() });
        await this.send(0, this.model.weights);
        await this.wait(context);
      },
      onEpochBegin: (epoch, context) => this.limit(context, epoch),
      onBatches: async (steps, context) => {
        const { iteration, epoch, learningRate: rate } = steps.at(-1)!;
        const losses = Float32Array.from(steps, ({ logs }) => logs.loss!);
        const time = performance.now() - this.began;
        const bad = losses.findIndex((loss) => !Number.isFinite(loss));
        // Takes the losses along.
        this.report({ type: "batches", first: this.batches, losses, learningRate: rate, time });
        this.batches = iteration + 1;
        if (bad >= 0) {
          this.fault = divergence(steps[bad]!.iteration + 1, steps[bad]!.learningRate);
          this.halt.abort();
          return;
        }
        await this.afterBatches(epoch, context);
        this.began = performance.now();
      },
      onEpochEnd: async (epoch, logs) => {
        this.epochs = epoch;
        if (this.fault) return;
        this.keep(this.model.weights, epoch);
        const found = await this.validated(epoch);
        await this.send(this.batches, this.model.weights);
        await this.report({ type: "epoch", epoch, logs, found });
        this.began = performance.now();
      },
      onTrainEnd: (context) => {
        if (context.diverged) this.fault ||= divergence(this.batches, context.learningRate);
      },
    };
  }

  private async afterBatches(epoch: number, context: TrainingContext): Promise<void> {
    const { settings, stepsPerEpoch } = this.prepared.plan;
    const isMoment = epoch === 1 && isKept(this.batches) && this.batches < stepsPerEpoch;
    const isDue = performance.now() - this.reported >= Math.max(REPORT, this.params / 1000);
    if (isMoment || isDue || this.gate.isClosed) {
      const weights = this.tensors(await context.currentWeights());
      if (isMoment) this.keep(weights, undefined);
      if (isDue || this.gate.isClosed) await this.send(this.batches, weights);
    }
    if (this.batches === settings.until) this.stop();
    await this.wait(context);
    this.limit(context, epoch);
  }

  /** Waits while training is paused. */
  private async wait(context: TrainingContext): Promise<void> {
    if (!this.gate.isClosed) return;
    const model = this.model.clone();
    model.setWeights(await context.currentWeights());
    this.report({ type: "paused", checksum: await model.checksum() });
    await this.gate.passed();
  }

  /** How many batches may run until the next call: to the next moment, or one. */
  private limit(context: TrainingContext, epoch: number): void {
    const { until } = this.prepared.plan.settings;
    const limits = [
      ...(this.gate.isClosed ? [1] : []),
      ...(epoch === 1 ? [untilNext(this.batches)] : []),
      ...(until > this.batches ? [until - this.batches] : []),
    ];
    context.batchesPerCall = limits.length > 0 ? Math.min(...limits) : undefined;
  }

  private keep(weights: Weights, epoch: number | undefined): void {
    const { trainImages, batchSize, stepsPerEpoch } = this.prepared.plan;
    const { batches } = this;
    const images =
      Math.floor(batches / stepsPerEpoch) * trainImages + Math.min(trainImages, (batches % stepsPerEpoch) * batchSize);
    const moment = { batches, images, weights: copied(weights), ...(epoch !== undefined && { epoch }) };
    this.kept = thinned([...this.kept.filter((other) => other.batches !== batches), moment], mostMoments(this.params));
    this.report({ type: "moments", moments: this.kept.map(({ weights: _, ...facts }) => facts) });
  }

  private async send(batches: number, weights: Weights): Promise<void> {
    this.reported = performance.now();
    await this.report({ type: "weights", epoch: this.epochs, batches, weights: copied(weights) });
  }

  /** Arrays by path with the shapes of the model's weights. */
  private tensors(values: ReadonlyMap<string, Float32Array>): Weights {
    return new Map([...this.model.weights].map(([path, { shape }]) => [path, { shape, data: values.get(path)! }]));
  }

  private async validated(epoch: number): Promise<EpochEvaluation | undefined> {
    const { model, prepared } = this;
    const { validation, train } = prepared;
    const data = validation ?? lastOf(train, prepared.fit.validationSplit);
    if (data.labels.length === 0) return undefined;
    const { classNames } = train;
    const options = { confusionMatrix: true, predictions: true, classNames } as const;
    const { predictions, ...evaluation } = await model.evaluate(data, options);
    const errors = examples(predictions, data, { worst: 24, perCell: { wrong: 10, right: 0 }, max: 250 });
    return { epoch, evaluation, errors };
  }
}

function divergence(batch: number, learningRate: number): string {
  return `The loss is no number any more at batch ${batch.toLocaleString("en-US")}: the learning rate, ${Number(learningRate.toPrecision(2))} there, is too high. Lower it and start again.`;
}

/** Copies that can be given away. */
function copied(weights: Weights): Weights {
  return new Map([...weights].map(([path, { shape, data }]) => [path, { shape, data: data.slice() }]));
}
