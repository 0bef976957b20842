/** From settings to what a session trains: data, network and optimizer as `lenet5 train` makes them. */
import {
  cosineDecay,
  type Dataset,
  digitsInSlices,
  lenet5,
  lenet5Of1998,
  type Model,
  modern,
  oneCycle,
  type RecipeOptions,
  recipe,
  type Schedule,
  stepDecay,
  type TrainTest,
} from "lenet5";
import { dataSet, putDataSet, servedFrom } from "../networks/data-sets.ts";
import type { DataId } from "../state/data.ts";
import type { TrainSettings } from "../state/train-settings.ts";
import { firstOf, trainCount, turnsByClass } from "./datasets.ts";
import { ownNetwork } from "./own-network.ts";
import type { Prepared } from "./session.ts";

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
  const { train, test, validation } = data;
  const model = networkOf(settings, train);
  const { compile, fit, notes } = recipe(settings.network === "own" ? model : (settings.network as "article"), {
    ...recipeOptions(settings),
    images: train.labels.length,
    preparation: train.preparation,
    ...(validation && { validationSplit: 0 }),
  });
  const trainImages = trainCount(train.labels.length, fit.validationSplit);
  const batchSize = Math.min(fit.batchSize, trainImages);
  const stepsPerEpoch = Math.ceil(trainImages / batchSize);
  const rate = scheduleOf(settings, stepsPerEpoch * fit.epochs);
  model.compile(rate ? { ...compile, optimizer: { ...compile.optimizer, learningRate: rate } } : compile);
  return {
    ...{ model, train, test, validation },
    plan: {
      ...{ settings, trainImages, batchSize, stepsPerEpoch },
      validationImages: validation?.labels.length ?? train.labels.length - trainImages,
      epochs: fit.epochs,
      classes: train.classNames.length,
      title: data.source,
      threads: model.threads,
      guessing: model.outputsDistances ? undefined : Math.log(train.classNames.length),
      notes: [...(data.notes ?? []), ...notes],
    },
    fit: { ...fit, ...(validation && { validationData: validation }) },
  };
}

/** The settings as options of the recipe; those that are not given are left out. */
function recipeOptions({ seed, ...given }: TrainSettings): Omit<RecipeOptions, "images"> {
  return {
    seed,
    ...(given.epochs > 0 && { epochs: given.epochs }),
    ...(given.batchSize > 0 && { batchSize: given.batchSize }),
    ...(given.optimizer !== "" && { optimizer: given.optimizer as NonNullable<RecipeOptions["optimizer"]> }),
    ...(given.learningRate !== "" && { learningRate: Number(given.learningRate) }),
    ...(given.augment !== "" && { augment: given.augment as NonNullable<RecipeOptions["augment"]> }),
    ...(given.validation !== "" && { validationSplit: Number(given.validation) }),
  };
}

/** A schedule over all batches of the planned training; undefined for the recipe's, or a constant rate. */
function scheduleOf({ schedule, learningRate: given }: TrainSettings, batches: number): Schedule | undefined {
  const learningRate = Number(given);
  if (schedule === "oneCycle") return oneCycle({ learningRate, totalSteps: batches });
  if (schedule === "cosineDecay") return cosineDecay({ learningRate, decaySteps: batches });
  if (schedule === "stepDecay") return stepDecay({ learningRate, every: Math.ceil(batches / 3), factor: 0.1 });
  return undefined;
}

/** The digits that were drawn last. */
let drawn: { readonly images: number; readonly data: TrainTest } | undefined;

async function dataOf({ data, images }: TrainSettings, { page, yours, say }: Surroundings): Promise<TrainTest> {
  servedFrom(page);
  if (yours) putDataSet(data as DataId, data === "yours" ? { ...yours, train: turnsByClass(yours.train) } : yours);
  const what = data === "digits" ? "Drawing the digits" : "Loading the images";
  const show = (share: number) => say(`${what}: ${Math.round(100 * share)}%`);
  if (data === "digits" && images > 0) {
    if (drawn?.images !== images) drawn = { images, data: await digitsInSlices({ train: images }, show) };
    return drawn.data;
  }
  const all = await dataSet(data as DataId, show);
  return images > 0 ? { ...all, train: firstOf(all.train, images) } : all;
}

/** All printable ASCII, digits and letters first: the 1998 network has a bitmap for each. */
const CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~ ";

function networkOf({ network, layers, seed, threads }: TrainSettings, { images, classNames }: Dataset): Model {
  const engine = { seed, numerics: "reproducible", ...(threads > 0 && { threads }) } as const;
  const inputShape = images.shape.slice(1) as [number, number, number];
  const classes = classNames.length;
  if (network === "own") return ownNetwork(layers, { shape: inputShape, classes }, engine);
  if (network === "1998") return lenet5Of1998({ ...engine, inputShape, characters: charactersOf(classNames) });
  if (network === "modern") return modern({ ...engine, inputShape, classes });
  return lenet5({ ...engine, inputShape, classes, c3: network === "full" ? "full" : "table1" });
}

/** A character for each class: its name, if all are different characters. */
function charactersOf(names: readonly string[]): string {
  const areCharacters = names.every((name) => name.length === 1 && CHARACTERS.includes(name));
  return areCharacters && new Set(names).size === names.length ? names.join("") : CHARACTERS.slice(0, names.length);
}
