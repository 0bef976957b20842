/** Files of a small network as `fit` leaves them: trained, and within an epoch; and what goes on from them. */
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type Callback,
  type Dataset,
  dense,
  earlyStopping,
  flatten,
  input,
  type Model,
  model,
  readSafetensors,
  recordRun,
  writeSafetensors,
} from "../../../src/index.ts";
import type { OneOrMore } from "../../../src/model/model-options.ts";

const CLASSES = ["a", "b", "c"];

/** Images of three classes in a shape, which a network can learn. */
function dataOf(shape: readonly number[], count: number): Dataset {
  const size = shape.reduce((product, side) => product * side, 1);
  const labels = Uint8Array.from({ length: count }, (_, i) => i % CLASSES.length);
  const data = Uint8Array.from({ length: count * size }, (_, i) => (80 * labels[Math.floor(i / size)]! + 7 * i) % 256);
  return { images: { shape: [count, ...shape], data, scale: 1 / 255 }, labels, classNames: CLASSES };
}

/** What `fit` learns from more validation images. */
const confidence = {
  temperature: 1.5,
  unsure: 0.6,
  none: 0.2,
  images: 200,
  falseAlarms: 0.01,
  caught: 0.5,
  found: 0.8,
};

const preparation = {
  size: [4, 4],
  padding: 0,
  channels: 1,
  framing: "none",
  ink: "light",
  fit: "pad",
  scale: 1 / 255,
} as const;

/** Ends a training after a batch, within the epoch. */
function aborting(epoch: number): { callback: Callback; signal: AbortSignal } {
  const controller = new AbortController();
  let now = 0;
  const callback: Callback = {
    onEpochBegin: (begun) => {
      now = begun;
    },
    onBatchEnd: () => {
      if (now >= epoch) controller.abort();
    },
  };
  return { callback, signal: controller.signal };
}

/** Calls `use` with the callbacks of a training whose run is in a folder of its own, which is then removed. */
async function withCallbacks<Result>(use: (callbacks: readonly Callback[]) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "lenet5-fuzz-"));
  try {
    return await use([earlyStopping({ patience: 9, restoreBestWeights: true }), recordRun({ folder })]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const settings = { epochs: 2, batchSize: 6, validationSplit: 0.5, seed: 1, verbose: 0 } as const;

/** The files of a network that was trained, and of one that was saved within its second epoch. */
export async function fittedFiles(): Promise<Uint8Array[]> {
  const files: Uint8Array[] = [];
  for (const epoch of [Number.POSITIVE_INFINITY, 2]) {
    const image = input({ shape: [4, 4, 1], name: "image" });
    const outputs = dense({ units: 3, activation: "softmax", name: "end" })(flatten({ name: "flat" })(image));
    const made = model({ inputs: image, outputs, seed: 1, name: "fitted", threads: 1 });
    made.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
    const data: Dataset = { ...dataOf([4, 4, 1], 48), preparation };
    await withCallbacks((callbacks) => {
      const { callback, signal } = aborting(epoch);
      return made.fit(data, { ...settings, callbacks: [...callbacks, callback], signal });
    });
    if (epoch > settings.epochs) made.reading = { preparation, classNames: CLASSES, confidence };
    files.push(withoutTimes(made.toBytes()));
  }
  return files;
}

/** The same file on every machine. */
function withoutTimes(file: Uint8Array): Uint8Array {
  const { tensors, metadata } = readSafetensors(file);
  const position = metadata.position
    ?.replaceAll(/"seconds":[\d.e-]+/g, '"seconds":1')
    .replaceAll(/"(seconds|images_per_second)":\[[^\]]*\]/g, '"$1":[1]');
  return writeSafetensors(Object.fromEntries(tensors), { ...metadata, ...(position && { position }) });
}

/** The most numbers of a layer, and multiply-adds of all, of a network that is tried: others take their time. */
const MAX_SIZE = 2 ** 16;

/** Evaluates a compiled network, and trains it for a batch from where it stands. */
export async function goOn(made: Model<OneOrMore, OneOrMore>): Promise<void> {
  if (!made.training || !("shape" in made.inputs)) return;
  const { macs, layers } = made.summaryData();
  if (![macs, ...layers.map(({ outputShape }) => outputShape.reduce((a, b) => a * b, 1))].every((n) => n <= MAX_SIZE))
    return;
  const classifier = made as Model;
  const data = dataOf(classifier.inputs.shape, 48);
  await classifier.evaluate(data);
  const { epoch } = made.training.position ?? { epoch: 1 };
  await withCallbacks((callbacks) => {
    const { callback, signal } = aborting(0);
    const more = { epochs: epoch, initialEpoch: epoch - 1, callbacks: [...callbacks, callback], signal };
    return classifier.fit(data, { ...settings, ...more });
  });
}
