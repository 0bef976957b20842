import { writeError } from "#platform";
import { random } from "../../core/random.ts";
import type { Source } from "../../engine/messages.ts";
import { MAX_STEPS } from "../../engine/program.ts";
import { SourceHandle } from "../../engine/source-handle.ts";
import { balancedWeights, type ClassWeight } from "../../training/class-weight.ts";
import { AugmentedRuns, distortionBy, type Piece } from "../augmented.ts";
import type { ModelCore, TrainingState } from "../core.ts";
import { type DataShape, dataShape, type LabelledImages, labelledSamples, type Samples, trainCount } from "../data.ts";
import type { FitConfig } from "../fit-options.ts";
import { targetsOf } from "../objectives.ts";
import { splitWarning } from "../split.ts";
import { Trainer } from "../trainer.ts";
import { augmentersOf } from "./augmenter.ts";
import type { BatchSource } from "./batch-source.ts";
import { validated, validationOf } from "./validation.ts";

/** Milliseconds that a run of batches takes. Between runs the host handles progress, callbacks and the abort signal. */
const RUN_TIME = 80;

/** Batches of images in memory, in a new order every epoch. */
export function imagesInMemory(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages,
  options: FitConfig,
): BatchSource {
  const { batchSize = 32, shuffle = true, seed, validationSplit = 0, classWeight, signal } = options;
  const shape = dataShape(core.graph, targetsOf(core.graph, training.objectives));
  // As in Keras, class weights do not count in validation; sample weights do.
  const plain = labelledSamples(data, shape);
  const count = trainCount(plain.count, validationSplit);
  const samples = classWeight ? labelledSamples(data, shape, weightsOf(classWeight, plain, shape, count)) : plain;
  warnOfMissingClasses(plain, shape, count);
  const validation = validationOf(core, training, options);
  const handle = new SourceHandle(samples.source);
  const validationHandle = classWeight ? new SourceHandle(unweighted(handle.source, plain.source)) : handle;
  const trainer = new Trainer(core, training, seed, signal);
  const augmenters = augmentersOf(core, samples, options);
  const byThreads = (epoch: number) => augmenters && distortionBy(augmenters, epoch, 0);
  const augmented = augmenters && !byThreads(1) ? new AugmentedRuns(samples, augmenters) : undefined;
  let batchesPerRun = 4;
  return {
    trainImages: count,
    validationImages: count < samples.count ? samples.count - count : validation.images,
    steps: Math.ceil(count / batchSize),
    order: { images: count, batchSize, shuffle, seed },
    place: () => undefined,
    get isBehind() {
      return trainer.isBehind;
    },
    get kept() {
      return trainer.kept;
    },
    async epoch(epoch, { batches: done }, { most, begin, seen }) {
      const order = Uint32Array.from({ length: count }, (_, i) => i);
      if (shuffle) random(seed, "shuffle", shuffle === "once" ? 1 : epoch).shuffle(order);
      let from = done * batchSize;
      const nextPiece = (): Piece | Promise<Piece> | undefined => {
        if (from >= count) return undefined;
        const part = order.slice(from, from + Math.min(batchesPerRun, most()) * batchSize);
        from += part.length;
        if (augmented) return augmented.prepare(part, epoch);
        return { source: handle, order: part, distortion: byThreads(epoch) };
      };
      let next = nextPiece();
      try {
        if (done === 0) await trainer.begin(samples, handle, order);
        for (let goOn = true; goOn && next; ) {
          const { source, order, distortion } = await next;
          // A piece may have been cut before a callback asked for smaller runs.
          for (let at = 0; goOn && at < order.length; ) {
            const part = order.slice(at, at + most() * batchSize);
            const began = performance.now();
            begin();
            const batched = { source, order: part, batchSize: Math.min(batchSize, count), distortion };
            const running = trainer.train(samples, batched);
            // Functions of the user change the next piece while the engine trains on this one.
            if (augmented && at === 0) next = nextPiece();
            const steps = await running;
            const wanted = (steps.length * RUN_TIME) / (performance.now() - began);
            batchesPerRun = Math.round(Math.min(MAX_STEPS, Math.max(1, wanted)));
            at += part.length;
            goOn = await seen(steps);
          }
          // Without them it is cut when the time of this one is known, and what the callbacks ask for.
          if (!augmented) next = nextPiece();
        }
      } finally {
        await Promise.resolve(next).catch(() => {});
        await trainer.bringBack();
      }
    },
    bringBack: () => trainer.bringBack(),
    async validate() {
      if (count === samples.count) return validation.run();
      const range = { first: count, count: samples.count - count, signal };
      return validated(core, training, plain, validationHandle, range);
    },
    async release() {
      handle.release();
      validationHandle.release();
      augmented?.release();
      validation.release();
    },
  };
}

/** The shared arrays of a source, with the sample weights of `plain`, which lack those of classes. */
function unweighted({ targets, ...images }: Source, plain: Source): Source {
  return { ...images, targets: targets.map(({ labels }, t) => ({ labels, weights: plain.targets[t]!.weights })) };
}

/** Class weights as numbers; "balanced" depends on the training images, which are the first `count`. */
function weightsOf(
  given: ClassWeight,
  { source }: Samples,
  { targets }: DataShape,
  count: number,
): Readonly<Record<number, number>> {
  return given === "balanced" ? balancedWeights(source.targets[0]!.labels, count, targets[0]!.classes) : given;
}

/** Warns where the images after the first `count` lack a class that the others have, or the reverse. */
function warnOfMissingClasses({ count: all, source }: Samples, { targets }: DataShape, count: number): void {
  const [target] = targets;
  if (count === all || targets.length > 1 || target?.labels !== "classes") return;
  const warning = splitWarning(source.targets[0]!.labels, target.classes, count);
  if (warning !== undefined) writeError(`Warning: ${warning}\n`);
}
