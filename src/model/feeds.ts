import { InputError, shown, wholeNumber } from "../core/errors.ts";
import { random } from "../core/random.ts";
import { Augmenter } from "../data/augmentation/augmenter.ts";
import { SourceHandle } from "../engine/executable.ts";
import type { StepResult } from "../engine/messages.ts";
import { MAX_STEPS } from "../engine/program.ts";
import type { Logs } from "../training/history.ts";
import { AugmentedRuns, augmentedBatch, type Piece } from "./augmented.ts";
import type { ModelCore, TrainingState } from "./core.ts";
import { type Batches, isBatches, type LabelledImages, labelledSamples, type Samples, trainCount } from "./data.ts";
import type { FitOptions } from "./fit.ts";
import { classCount } from "./graph.ts";
import { evaluate, evaluateSamples, means } from "./inference.ts";
import { Trainer } from "./trainer.ts";

/** How long the engine works before the host looks at progress, callbacks and the abort signal, in milliseconds. */
const RUN_TIME = 80;

/** Where an epoch's batches come from. */
export interface Feed {
  /** Batches in an epoch, where that is known. */
  readonly steps: number | undefined;
  /** Trains one epoch; `seen` is told of every run and says whether to go on. With `exact`, a run is one batch. */
  epoch(epoch: number, exact: boolean, seen: (steps: readonly StepResult[]) => Promise<boolean>): Promise<void>;
  /** Brings the weights and the optimizer's memory back to the host; an epoch's end does so by itself. */
  bringBack(): Promise<void>;
  /** The `val_` numbers; none without validation data. */
  validate(): Promise<Logs>;
  release(): Promise<void>;
}

/** @throws InputError for data that do not fit the model, or options that do not fit the data */
export function feedOf(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages | Batches,
  options: FitOptions,
): Feed {
  const { validationData, validationSplit = 0 } = options;
  if (validationData && validationSplit > 0) {
    throw new InputError("fit: expected validationData or validationSplit, got both");
  }
  if (isBatches(data)) return streamFeed(core, training, data, options);
  if (options.stepsPerEpoch !== undefined) {
    throw new InputError("fit stepsPerEpoch: expected data that come in batches, got images in memory: leave it out");
  }
  return arrayFeed(core, training, data, options);
}

/** Batches drawn from images in memory. */
function arrayFeed(core: ModelCore, training: TrainingState, data: LabelledImages, options: FitOptions): Feed {
  const { shuffle = true, seed = 0, validationSplit = 0, classWeight } = options;
  if (shuffle !== "once" && typeof shuffle !== "boolean")
    throw new InputError(`fit shuffle: expected true, false or "once", got ${shown(shuffle)}`);
  const batchSize = wholeNumber("fit batchSize", options.batchSize ?? 32);
  const classes = classCount(core.graph);
  const { shape } = core.graph.input;
  const samples = labelledSamples(data, shape, classes, training.loss, classWeight);
  const count = trainCount(samples.count, validationSplit);
  // As in Keras, class weights do not count in validation; sample weights do.
  const plain = classWeight ? labelledSamples(data, shape, classes, training.loss) : samples;
  const validation = validationOf(core, training, options);
  const handle = new SourceHandle(samples.source);
  const kept = classWeight ? new SourceHandle({ ...handle.source, weights: plain.source.weights }) : handle;
  const trainer = new Trainer(core, training, seed);
  const augmenter = augmenterOf(core, samples, options);
  const augmented = augmenter && new AugmentedRuns(samples, augmenter);
  let batchesPerRun = 4;
  return {
    steps: Math.ceil(count / batchSize),
    async epoch(epoch, exact, seen) {
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      if (shuffle) random(seed, "shuffle", shuffle === "once" ? 1 : epoch).shuffle(order);
      let from = 0;
      const nextPiece = (): Piece | Promise<Piece> | undefined => {
        if (from >= count) return undefined;
        const part = order.slice(from, from + (exact ? 1 : batchesPerRun) * batchSize);
        from += part.length;
        return augmented ? augmented.prepare(part, epoch) : { source: handle, order: part };
      };
      let next = nextPiece();
      try {
        await trainer.begin(samples, handle, order);
        for (let goOn = true; goOn && next; ) {
          const piece = await next;
          const began = performance.now();
          const running = trainer.train(samples, piece.source, piece.order, Math.min(batchSize, count));
          // Distorted while the engine works; what needs no work is better cut to length afterwards.
          if (augmented) next = nextPiece();
          const steps = await running;
          const wanted = (steps.length * RUN_TIME) / (performance.now() - began);
          batchesPerRun = Math.round(Math.min(MAX_STEPS, Math.max(1, wanted)));
          if (!augmented) next = nextPiece();
          goOn = await seen(steps);
        }
      } finally {
        await Promise.resolve(next).catch(() => {});
        await trainer.bringBack();
      }
    },
    bringBack: () => trainer.bringBack(),
    async validate() {
      if (count === samples.count) return validation.run();
      const { loss, metrics } = training;
      const range = { loss, metrics, first: count, count: samples.count - count };
      const { totals } = await evaluateSamples(core, plain, kept, range);
      return means(totals, metrics, "val_");
    },
    async release() {
      handle.release();
      kept.release();
      augmented?.release();
      validation.release();
    },
  };
}

/** What distorts the images, where that was asked for. */
function augmenterOf(
  core: ModelCore,
  { bytesPerElement }: Samples,
  { augment, seed = 0 }: FitOptions,
): Augmenter | undefined {
  if (augment === undefined) return undefined;
  const { shape } = core.graph.input;
  return new Augmenter("fit augment", augment, { shape, bytes: bytesPerElement === 1, seed });
}

type BatchIterator = AsyncIterator<LabelledImages> | Iterator<LabelledImages>;

/** Batches as an iterable brings them; the next is fetched while one is learned from. */
function streamFeed(core: ModelCore, training: TrainingState, data: Batches, options: FitOptions): Feed {
  const { seed = 0, classWeight, signal, stepsPerEpoch } = options;
  for (const name of ["batchSize", "shuffle", "validationSplit"] as const) {
    if (options[name])
      throw new InputError(`fit ${name}: expected images in memory, got data that come in batches: leave it out`);
  }
  if (stepsPerEpoch !== undefined) wholeNumber("fit stepsPerEpoch", stepsPerEpoch);
  const most = stepsPerEpoch ?? Number.POSITIVE_INFINITY;
  const classes = classCount(core.graph);
  const validation = validationOf(core, training, options);
  const trainer = new Trainer(core, training, seed);
  const augmenters = new Map<number, Augmenter | undefined>();
  // An image is known by its place in the stream.
  let place = 0;
  const open = (): BatchIterator => {
    place = 0;
    return Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]();
  };
  const taken = (batch: LabelledImages, epoch: number): Samples | Promise<Samples> => {
    const samples = labelledSamples(batch, core.graph.input.shape, classes, training.loss, classWeight);
    const { bytesPerElement, count } = samples;
    if (!augmenters.has(bytesPerElement)) augmenters.set(bytesPerElement, augmenterOf(core, samples, options));
    const augmenter = augmenters.get(bytesPerElement);
    place += count;
    return augmenter ? augmentedBatch(samples, augmenter, { epoch, first: place - count }) : samples;
  };
  // With stepsPerEpoch an epoch goes on where the last one stopped.
  let left: BatchIterator | undefined;
  return {
    steps: stepsPerEpoch,
    async epoch(epoch, _, seen) {
      const take = (batch: LabelledImages) => taken(batch, epoch);
      let iterator = left ?? open();
      let next = fetched(iterator, take, signal);
      // What the last epoch used up is begun again.
      if (left && (await next)?.done) {
        iterator = open();
        next = fetched(iterator, take, signal);
      }
      left = iterator;
      let learned: SourceHandle | undefined;
      try {
        for (let step = 1; ; step++) {
          const batch = await next;
          if (!batch) break;
          if (batch.done) {
            left = undefined;
            break;
          }
          if (step < most) next = fetched(iterator, take, signal);
          const samples = batch.value;
          // The same memory for every batch: shared memory that is let go of waits for the collector, which is in no hurry.
          const handle = learned?.refill(samples.source) ? learned : new SourceHandle(samples.source);
          const order = Uint32Array.from({ length: samples.count }, (_, i) => i);
          if (step === 1) await trainer.begin(samples, handle, order);
          const steps = await trainer.train(samples, handle, order, samples.count);
          if (handle !== learned) learned?.release();
          learned = handle;
          const goOn = await seen(steps);
          if (!goOn || step >= most) break;
        }
      } finally {
        await trainer.bringBack();
        learned?.release();
      }
    },
    bringBack: () => trainer.bringBack(),
    validate: () => validation.run(),
    async release() {
      validation.release();
      // A source that never answers must not keep an aborted training from ending.
      const closing = Promise.resolve(left?.return?.());
      closing.catch(() => {});
      if (!signal?.aborted) await closing;
    },
  };
}

/** The next batch, on its way, or undefined once the signal aborts; a failure is met where it is awaited. */
function fetched(
  iterator: BatchIterator,
  take: (batch: LabelledImages) => Samples | Promise<Samples>,
  signal: AbortSignal | undefined,
): Promise<IteratorResult<Samples> | undefined> {
  const next = Promise.resolve()
    .then(() => iterator.next())
    .then(async (batch) => (batch.done ? batch : { value: await take(batch.value) }));
  const aborted = new Promise<undefined>((resolve) => {
    if (signal?.aborted) resolve(undefined);
    signal?.addEventListener("abort", () => resolve(undefined), { once: true });
  });
  const first = signal ? Promise.race([next, aborted]) : next;
  first.catch(() => {});
  return first;
}

/** Validation data of their own: images in memory are checked and handed over once. */
function validationOf(
  core: ModelCore,
  training: TrainingState,
  { validationData: data }: FitOptions,
): { run(): Promise<Logs>; release(): void } {
  if (!data) return { run: async () => ({}), release: () => {} };
  if (isBatches(data)) {
    const run = async () => {
      const result = await evaluate(core, data, training, {});
      return Object.fromEntries(Object.entries(result).map(([name, value]) => [`val_${name}`, value as number]));
    };
    return { run, release: () => {} };
  }
  const { loss, metrics } = training;
  const samples = labelledSamples(data, core.graph.input.shape, classCount(core.graph), loss);
  const handle = new SourceHandle(samples.source);
  const run = async () => {
    const range = { loss, metrics, first: 0, count: samples.count };
    const { totals } = await evaluateSamples(core, samples, handle, range);
    return means(totals, metrics, "val_");
  };
  return { run, release: () => handle.release() };
}
