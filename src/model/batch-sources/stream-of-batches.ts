import { InputError } from "../../core/errors.ts";
import { type Signal, untilAborted } from "../../core/signal.ts";
import { checkPlace } from "../../data/stream-place.ts";
import type { Distortion } from "../../engine/messages.ts";
import { SourceHandle } from "../../engine/source-handle.ts";
import { type Augmenters, augmentedBatch, distortionBy } from "../augmented.ts";
import type { ModelCore, TrainingState } from "../core.ts";
import { type Batches, dataShape, type LabelledImages, labelledSamples, type Samples } from "../data.ts";
import type { FitConfig } from "../fit-options.ts";
import { targetsOf } from "../objectives.ts";
import { Trainer } from "../trainer.ts";
import { augmentersOf } from "./augmenter.ts";
import type { BatchSource, StreamPlace } from "./batch-source.ts";
import { validationOf } from "./validation.ts";

/** A batch, and how threads distort its images. */
interface Taken {
  readonly samples: Samples;
  readonly distortion?: Distortion | undefined;
}

type BatchIterator = AsyncIterator<LabelledImages> | Iterator<LabelledImages>;

/** The batches of an iterable. While the engine trains on one, the next is fetched. */
export function streamOfBatches(
  core: ModelCore,
  training: TrainingState,
  data: Batches,
  options: FitConfig,
): BatchSource {
  const { seed, classWeight, signal, stepsPerEpoch } = options;
  for (const name of ["batchSize", "shuffle", "validationSplit"] as const) {
    if (options[name])
      throw new InputError(`fit ${name}: expected images in memory, got data that come in batches: leave it out`);
  }
  if (classWeight === "balanced") {
    throw new InputError(
      'fit classWeight: expected images in memory for "balanced", got data that come in batches: give the weights',
    );
  }
  const maxSteps = stepsPerEpoch ?? Number.POSITIVE_INFINITY;
  const shape = dataShape(core.graph, targetsOf(core.graph, training.objectives));
  const validation = validationOf(core, training, options);
  const trainer = new Trainer(core, training, seed, signal);
  const augmenters = new Map<string, Augmenters | undefined>();
  // Distortions depend on an image's place in the stream.
  let fetchedImages = 0;
  let place: StreamPlace = { opened: options.initialEpoch, batches: 0, images: 0 };
  const open = (): BatchIterator => {
    fetchedImages = 0;
    place = { opened: place.opened + 1, batches: 0, images: 0 };
    return iteratorOf(data);
  };
  const openAt = async (at: StreamPlace): Promise<BatchIterator> => {
    fetchedImages = at.images;
    place = at;
    return iteratorAt(data, at, signal, (batch) => labelledSamples(batch, shape, classWeight).count);
  };
  const taken = async (batch: LabelledImages, epoch: number): Promise<Taken> => {
    const samples = labelledSamples(batch, shape, classWeight);
    const { inputs, count } = samples;
    const kind = inputs.map(({ bytesPerElement }) => bytesPerElement).join();
    if (!augmenters.has(kind)) augmenters.set(kind, augmentersOf(core, samples, options));
    const own = augmenters.get(kind);
    fetchedImages += count;
    if (!own) return { samples };
    const first = fetchedImages - count;
    const distortion = distortionBy(own, epoch, first);
    return distortion ? { samples, distortion } : { samples: await augmentedBatch(samples, own, { epoch, first }) };
  };
  // With stepsPerEpoch an epoch continues where the last one stopped.
  let left: BatchIterator | undefined;
  return {
    trainImages: undefined,
    validationImages: validation.images,
    steps: stepsPerEpoch,
    order: { seed },
    place(isWithin) {
      if (isWithin) return place;
      return stepsPerEpoch === undefined ? undefined : left && place;
    },
    get isBehind() {
      return trainer.isBehind;
    },
    get kept() {
      return trainer.kept;
    },
    async epoch(epoch, { batches: done, stream }, { begin, seen }) {
      if (stream) left = await openAt(stream);
      const take = (batch: LabelledImages) => taken(batch, epoch);
      let iterator = left ?? open();
      let next = done < maxSteps ? fetched(iterator, take, signal) : undefined;
      // The last epoch used up the stream: start it again.
      if (left && done === 0 && (await next)?.done) {
        iterator = open();
        next = fetched(iterator, take, signal);
      }
      left = iterator;
      let trained: SourceHandle | undefined;
      try {
        for (let step = done + 1; step <= maxSteps; step++) {
          const batch = await next;
          if (!batch) break;
          if (batch.done) {
            left = undefined;
            break;
          }
          if (step < maxSteps) next = fetched(iterator, take, signal);
          const { samples, distortion } = batch.value;
          // Reuses the last batch's memory: released shared memory stays allocated until the garbage collector runs.
          const handle = trained?.refill(samples.source) ? trained : new SourceHandle(samples.source);
          const order = Uint32Array.from({ length: samples.count }, (_, i) => i);
          if (step === 1) await trainer.begin(samples, handle, order);
          begin();
          const steps = await trainer.train(samples, { source: handle, order, batchSize: samples.count, distortion });
          if (handle !== trained) trained?.release();
          trained = handle;
          place = { ...place, batches: place.batches + 1, images: place.images + samples.count };
          if (!(await seen(steps))) break;
        }
      } finally {
        await trainer.bringBack();
        trained?.release();
      }
    },
    bringBack: () => trainer.bringBack(),
    validate: () => validation.run(),
    async release() {
      validation.release();
      // An iterator that never returns must not keep an aborted training from ending.
      const closing = Promise.resolve(left?.return?.());
      closing.catch(() => {});
      if (!signal?.aborted) await closing;
    },
  };
}

function iteratorOf(data: Batches): BatchIterator {
  return Symbol.asyncIterator in data ? data[Symbol.asyncIterator]() : data[Symbol.iterator]();
}

/** The stream after its first batches, which it passes over by itself if it can. */
async function iteratorAt(
  data: Batches,
  { opened, ...place }: StreamPlace,
  signal: Signal | undefined,
  countOf: (batch: LabelledImages) => number,
): Promise<BatchIterator> {
  if (data.startAt) return data.startAt({ epoch: opened, ...place });
  const iterator = iteratorOf(data);
  let [batches, images] = [0, 0];
  for (; batches < place.batches; batches++) {
    const batch = await untilAborted(Promise.resolve(iterator.next()), signal);
    if (!batch || batch.done) break;
    images += countOf(batch.value);
  }
  if (!signal?.aborted) checkPlace("fit", place, { batches, images });
  return iterator;
}

/** A promise of the next batch, or of undefined once the signal aborts. A failure is handled where it is awaited. */
function fetched(
  iterator: BatchIterator,
  take: (batch: LabelledImages) => Promise<Taken>,
  signal: Signal | undefined,
): Promise<IteratorResult<Taken> | undefined> {
  const next = Promise.resolve()
    .then(() => iterator.next())
    .then(async (batch) => (batch.done ? batch : { value: await take(batch.value) }));
  const first = untilAborted(next, signal);
  first.catch(() => {});
  return first;
}
