/** The check that a training continues from every file that is saved while it runs. */
import { expect } from "vitest";
import { random } from "../../src/core/random.ts";
import {
  type Callback,
  type CustomObject,
  type FitOptions,
  type History,
  loadModel,
  type Model,
  type TrainingContext,
} from "../../src/index.ts";

/** A training to interrupt. */
export interface Training {
  make(): Model;
  readonly data: Parameters<Model["fit"]>[0];
  readonly options: FitOptions;
  readonly epochs?: number;
  readonly custom?: readonly CustomObject[];
  /** Made anew for each call of fit. */
  callbacks?(): readonly Callback[];
  /** Whether the callback that saves is called before the others. */
  readonly savesFirst?: boolean;
}

/** Two batches at a time: there are moments within an epoch at which the host has older weights. */
const twoAtATime: Callback = {
  onTrainBegin(context) {
    context.batchesPerCall = 2;
  },
};

/** What a training ends with: the model, and the numbers of its epochs but for times. */
export async function trained(model: Model, training: Training, more: FitOptions = {}) {
  const { data, options, epochs = 3, callbacks: own = () => [], savesFirst } = training;
  const [first, last] = savesFirst ? [more.callbacks ?? [], own()] : [own(), more.callbacks ?? []];
  const callbacks = [twoAtATime, ...first, ...last];
  const history = await model.fit(data, { verbose: 0, epochs, ...options, ...more, callbacks });
  return { file: model.toBytes(), epochs: numbersOf(history) };
}

/** The numbers of each epoch, but for times. */
function numbersOf({ epochs, history }: History): Map<number, Record<string, number>> {
  const { seconds: _, images_per_second: __, ...columns } = history;
  const numbers = (i: number) =>
    Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, values[i]!]));
  return new Map(epochs.map((epoch, i) => [epoch, numbers(i)]));
}

/** Where a file is made: within an epoch, or at its end. */
const savers = {
  // The host has the weights of an earlier moment, or those of the last batch.
  onBatches: (keep) => ({ onBatches: (_, { model }) => keep(model.toBytes()) }),
  onProgress: (keep) => ({ onProgress: (_, __, { model }) => keep(model.toBytes()) }),
  onBatchEnd: (keep) => ({ onBatchEnd: (_, __, { model }) => keep(model.toBytes()) }),
  currentWeights: (keep) => ({
    async onBatches(_, context) {
      await context.currentWeights();
      keep(context.model.toBytes());
    },
  }),
  later: (keep) => {
    const calls: Promise<void>[] = [];
    const call = async (context: TrainingContext) => {
      // While the next run of batches is in progress.
      await new Promise((resolve) => setImmediate(resolve));
      await context.currentWeights();
      keep(context.model.toBytes());
    };
    return {
      onBatches: (_, context) => void calls.push(call(context)),
      onEpochEnd: () => Promise.all(calls).then(() => {}),
    };
  },
  onEpochEnd: (keep) => ({ onEpochEnd: (_, __, { model }) => keep(model.toBytes()) }),
} satisfies Record<string, (keep: (file: Uint8Array) => void) => Callback>;

/** Saves a model at moments of its training, and continues from some files, drawn at random. */
export async function checkContinues(training: Training): Promise<void> {
  const straight = await trained(training.make(), training);
  const within = new Set<number>();
  for (const [name, saver] of Object.entries(savers)) {
    const files: Uint8Array[] = [];
    const saved = await trained(training.make(), training, { callbacks: [saver((file) => files.push(file))] });
    expect(saved, `saved in ${name}`).toEqual(straight);
    const draw = random(1, name, JSON.stringify(training.options));
    for (const i of new Set([draw.integer(files.length), draw.integer(files.length)])) {
      const model = await loadModel(files[i]!, { customObjects: training.custom });
      const { epoch, within: at, stopped } = model.training!.position!;
      // Whoever continues a training that a callback has ended wants it to go on.
      if (stopped !== undefined) continue;
      if (at) within.add(at.batches);
      const end = await trained(model, training, { initialEpoch: epoch - 1 });
      expect(end.file, `file ${i} of ${name}`).toEqual(straight.file);
      expect(end.epochs, `file ${i} of ${name}`).toEqual(
        new Map([...straight.epochs].filter(([each]) => each >= epoch)),
      );
    }
  }
  expect(within.size).toBeGreaterThan(1);
}
