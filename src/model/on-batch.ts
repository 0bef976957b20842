import { InputError } from "../core/errors.ts";
import { type Check, checkedOptions, type OptionsOf, optional, wholeSeed } from "../core/options.ts";
import { SourceHandle } from "../engine/source-handle.ts";
import { classWeighting } from "../training/class-weight.ts";
import type { Logs } from "../training/history.ts";
import { definitionOf } from "../training/optimizers/table.ts";
import type { BatchTraining, ModelCore, TrainingState } from "./core.ts";
import { dataShape, type LabelledImages, labelledSamples } from "./data.ts";
import { Diverged } from "./divergence.ts";
import { targetsOf } from "./objectives.ts";
import { addSteps, emptyTotals, means } from "./totals.ts";
import { Trainer } from "./trainer.ts";

const byClass: Check<Readonly<Record<number, number>>> = (what, given) => {
  const weights = classWeighting(what, given);
  if (weights !== "balanced") return weights;
  throw new InputError(`${what}: expected an object such as { 0: 1, 1: 2 }, got "balanced", which needs all batches`);
};

const trainOptions = {
  /** The weight of each class in the loss, at least 0, by class number; 1 for classes without one. Default: 1 for all. */
  classWeight: optional(byClass, undefined),
  /** Seed of dropout and noise. Default 0. */
  seed: optional(wholeSeed, 0),
};

/** Options of {@link Model.trainOnBatch}. */
export interface TrainOnBatchOptions extends OptionsOf<typeof trainOptions> {}

/** What a model keeps between calls of `trainOnBatch`: the trainer with its program, and memory for a batch. */
class KeptTraining implements BatchTraining {
  readonly training: TrainingState;
  readonly seed: number;
  private readonly core: ModelCore;
  private readonly trainer: Trainer;
  private handle: SourceHandle | undefined;

  constructor(core: ModelCore, training: TrainingState, seed: number) {
    this.core = core;
    this.training = training;
    this.seed = seed;
    this.trainer = new Trainer(core, training, seed);
  }

  async train(data: LabelledImages, classWeight: Readonly<Record<number, number>> | undefined): Promise<Logs> {
    const { core, training, trainer } = this;
    const targets = targetsOf(core.graph, training.objectives);
    const samples = labelledSamples(data, dataShape(core.graph, targets), classWeight);
    const { handle } = this;
    const source = handle?.refill(samples.source) ? handle : new SourceHandle(samples.source);
    try {
      const order = Uint32Array.from({ length: samples.count }, (_, i) => i);
      const steps = await trainer
        .train(samples, { source, order, batchSize: samples.count })
        .catch((error: unknown) => {
          if (!(error instanceof Diverged)) throw error;
          throw new InputError(
            `trainOnBatch: ${error.message}; the weights are those after ${training.iterations} batches: a smaller learning rate may help`,
          );
        });
      await trainer.lend();
      const totals = emptyTotals(targets);
      addSteps(totals, steps);
      return means(totals, targets);
    } finally {
      if (source !== handle) handle?.release();
      this.handle = source;
    }
  }

  settle(): void {
    this.trainer.settle();
  }
}

/** Trains on one batch, and returns its own loss and metrics. @throws InputError for data that do not fit the model */
export async function trainOnBatch(
  core: ModelCore,
  training: TrainingState,
  data: LabelledImages,
  given: TrainOnBatchOptions,
): Promise<Logs> {
  const { classWeight, seed } = checkedOptions("trainOnBatch", trainOptions, given);
  refuseStream("trainOnBatch", data);
  const { optimizer } = training;
  if (definitionOf(optimizer).curvature?.(optimizer)) {
    throw new InputError(
      `trainOnBatch: expected an optimizer without second derivatives, which are estimated before each epoch, got "${optimizer.type}": use fit`,
    );
  }
  let kept = core.onBatch;
  if (!(kept instanceof KeptTraining) || kept.training !== training || kept.seed !== seed) {
    kept?.settle();
    kept = new KeptTraining(core, training, seed);
    core.onBatch = kept;
  }
  return (kept as KeptTraining).train(data, classWeight);
}

/** @throws InputError for data that are not one batch of images with labels */
export function refuseStream(what: string, data: LabelledImages): void {
  if (typeof data === "object" && data !== null && "images" in data && "labels" in data) return;
  throw new InputError(
    `${what}: expected one batch { images, labels }, got something else: use fit or evaluate for more`,
  );
}
