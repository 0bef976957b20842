/** From settings to what a session trains: data, network, optimizer, as `lenet5 train` makes them. */
import {
  type CompileOptions,
  constant,
  cosineDecay,
  type Dataset,
  digitsInSlices,
  distortions,
  elasticDistortion,
  lenet5,
  lenet5Of1998,
  type Model,
  oneCycle,
  type Schedule,
  sgd,
  stepDecay,
  type TrainTest,
  trainingOf1998,
} from "lenet5";
import { dataSet, putDataSet, servedFrom } from "../networks/data-sets.ts";
import type { DataId } from "../state/data.ts";
import type { TrainSettings } from "../state/train-settings.ts";
import { ownNetwork } from "./own-network.ts";
import type { Prepared } from "./session.ts";

/** The command line's share for validation. */
const VALIDATION = 1 / 12;

/** The digits that were drawn last. */
let drawn: { readonly images: number; readonly data: TrainTest } | undefined;

export interface Surroundings {
  /** The address of the page, beside which `mnist/` may be. */
  readonly page: string;
  /** The data of the user, where the settings name those. */
  readonly yours?: TrainTest | undefined;
  /** Says what is being prepared. */
  say(line: string): void;
}

/** @throws Error with a line for the user */
export async function prepared(settings: TrainSettings, around: Surroundings): Promise<Prepared> {
  const data = await dataOf(settings, around);
  around.say("Building the network");
  const { train, test } = data;
  const model = networkOf(settings, train);
  const split = data.validation ? 0 : settings.validation === "" ? VALIDATION : Number(settings.validation);
  const all = train.labels.length;
  const trainImages = trainCount(all, split);
  const usual =
    settings.network === "1998" ? trainingOf1998(trainImages).fit : { epochs: 12, batchSize: 64, shuffle: true };
  const epochs = settings.epochs || usual.epochs!;
  const batchSize = Math.min(settings.batchSize || usual.batchSize!, trainImages);
  const stepsPerEpoch = Math.ceil(trainImages / batchSize);
  model.compile(compileOf(settings, { stepsPerEpoch, epochs, batchSize }));
  const { augment, seed } = settings;
  return {
    model,
    train,
    test,
    validation: data.validation,
    plan: {
      settings,
      trainImages,
      validationImages: data.validation?.labels.length ?? all - trainImages,
      batchSize,
      stepsPerEpoch,
      epochs,
      classes: train.classNames.length,
      title: data.source,
      threads: model.threads,
      guessing: model.outputsDistances ? undefined : Math.log(train.classNames.length),
      notes: data.notes ?? [],
    },
    fit: {
      epochs,
      batchSize,
      shuffle: usual.shuffle!,
      seed,
      ...(data.validation ? { validationData: data.validation } : {}),
      validationSplit: split,
      ...(augment !== "" && { augment: augment === "elastic" ? elasticDistortion() : distortions() }),
    },
  };
}

async function dataOf({ data, images }: TrainSettings, { page, yours, say }: Surroundings): Promise<TrainTest> {
  servedFrom(page);
  if (yours) putDataSet(data as DataId, yours);
  const what = data === "digits" ? "Drawing the digits" : "Loading the images";
  const show = (share: number) => say(`${what}: ${Math.round(100 * share)}%`);
  if (data === "digits" && images > 0) {
    if (drawn?.images !== images) drawn = { images, data: await digitsInSlices({ train: images }, show) };
    return drawn.data;
  }
  const all = await dataSet(data as DataId, show);
  return images > 0 ? { ...all, train: firstOf(all.train, images) } : all;
}

function firstOf(data: Dataset, count: number): Dataset {
  const { images, labels } = data;
  const size = images.data.length / labels.length;
  const shape = [Math.min(count, labels.length), ...images.shape.slice(1)];
  const first = { ...images, shape, data: images.data.subarray(0, count * size) } as Dataset["images"];
  return { ...data, images: first, labels: labels.subarray(0, count) };
}

function networkOf({ network, layers, seed, threads }: TrainSettings, { images, classNames }: Dataset): Model {
  const engine = { seed, numerics: "reproducible", ...(threads > 0 && { threads }) } as const;
  const shape = images.shape.slice(1) as [number, number, number];
  const classes = classNames.length;
  if (network === "own") return ownNetwork(layers, { shape, classes }, engine);
  if (network === "1998") return lenet5Of1998({ ...engine, inputShape: shape });
  return lenet5({ ...engine, inputShape: shape, classes, c3: network === "full" ? "full" : "table1" });
}

interface Steps {
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly batchSize: number;
}

function compileOf({ network, learningRate, schedule }: TrainSettings, steps: Steps): CompileOptions {
  if (network === "1998") return trainingOf1998(steps.stepsPerEpoch).compile;
  const given = learningRate === "" ? undefined : scheduleOf(schedule, Number(learningRate), steps);
  const rate =
    given ??
    oneCycle({ learningRate: 0.1 * Math.min(1, steps.batchSize / 64), totalSteps: steps.stepsPerEpoch * steps.epochs });
  return {
    optimizer: sgd({ learningRate: rate, momentum: 0.9, nesterov: true }),
    loss: "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  };
}

/** A schedule over the planned training. */
function scheduleOf(name: string, learningRate: number, { stepsPerEpoch, epochs }: Steps): Schedule {
  const all = stepsPerEpoch * epochs;
  if (name === "oneCycle") return oneCycle({ learningRate, totalSteps: all });
  if (name === "cosineDecay") return cosineDecay({ learningRate, decaySteps: all });
  if (name === "stepDecay") return stepDecay({ learningRate, every: Math.max(1, Math.ceil(all / 3)), factor: 0.1 });
  return constant(learningRate);
}

/** Training images of all, as `fit` divides them. */
export function trainCount(all: number, split: number): number {
  return Math.floor(all * (1 - split) + 1e-6);
}
