import { relative, resolve } from "node:path";
import type { CompileOptions, Model, Objective, Preparation } from "../../index.ts";
import { newRunFolder, refuseExistingRun } from "../../runs/folder.ts";
import { checkClasses, fittedData } from "../fitted-data.ts";
import { type ChosenNetwork, chosenNetwork } from "../networks/chosen.ts";
import { checkExports } from "../networks/custom-objects.ts";
import { defaultNetwork } from "../networks/networks.ts";
import { augmentationFor, defaults, objectiveOf, optimizerFor, usualOptimizer } from "../recipe.ts";
import type { RunOrigin } from "../run-origin.ts";
import { checkStream } from "./streamed.ts";
import type { Training, TrainOptions } from "./training.ts";
import { trainingData } from "./training-data.ts";

/** Everything for a new run, and its empty folder. */
export async function newRun(options: TrainOptions): Promise<Training> {
  const network = await chosenNetwork(options.network ?? defaultNetwork);
  const { epochs, batchSize, shuffle, seed, numerics, ...settings } = { ...defaults, ...network.recipe, ...options };
  if (options.out !== undefined) await refuseExistingRun("--out", options.out);
  const found = await trainingData(options, { batchSize, shuffle, seed, validationSplit: settings.validationSplit });
  const { data, images, validationSplit } = found;
  const { classNames, shape } = images;
  const model = await network.make({ classNames, shape, seed, numerics, threads: options.threads });
  const what = network.module === undefined ? `--network ${network.name}` : `--network "${network.name}"`;
  checkClasses(model, images, what);
  const stepsPerEpoch = Math.ceil(found.trainImages / batchSize);
  const steps = { batchSize, stepsPerEpoch, epochs };
  const { compile, recipe, notes } = await compilation(model, network, options, steps, images.preparation);
  if (compile) model.compile(compile);
  if (network.module !== undefined) await checkExports(what, model, network.customObjects ?? []);
  const augment = options.augment === undefined ? undefined : await augmentationFor(options.augment, network);
  if (found.stream) checkStream(found.stream, model, what);
  const train = found.stream ?? fittedData(found.train, model, what);
  const validationData = data.validation && fittedData(data.validation, model, what);
  const folder = await newRunFolder(options.out, new Date());
  const origin: RunOrigin = {
    network: network.name,
    ...(network.module !== undefined && { module: network.module }),
    data: data.id,
    ...(data.id !== "mnist" && data.id !== "digits" && { dataFromRun: relative(resolve(folder), data.id) }),
    ...(data.readAs && { dataOptions: data.readAs }),
    ...(recipe && { recipe }),
    ...(found.stream && { stream: { batchSize, shuffle, seed, validationSplit, images: found.trainImages } }),
  };
  return {
    network: { name: network.name, phrase: network.phrase, title: network.title(model) },
    data,
    model,
    train,
    test: fittedData(data.test, model, what),
    trainImages: found.trainImages,
    validationImages: found.validationImages,
    fit: {
      ...{ epochs, initialEpoch: 0, seed },
      ...(!found.stream && { batchSize, shuffle }),
      ...(validationData ? { validationData } : !found.stream && { validationSplit }),
      ...(augment && { augment }),
    },
    origin,
    folder,
    notes: [...found.notes, ...notes, ...seedNotes(network, options)],
    problems: found.problems,
  };
}

/**
 * How the model is compiled: by the recipe, unless it came compiled. Then its own optimizer, loss and metrics hold, and
 * options replace the optimizer or its learning rate.
 */
async function compilation(
  model: Model,
  { recipe: usual }: ChosenNetwork,
  { optimizer: name, learningRate }: TrainOptions,
  steps: { readonly batchSize: number; readonly stepsPerEpoch: number; readonly epochs: number },
  preparation: Preparation | undefined,
): Promise<{ compile?: CompileOptions; recipe?: RunOrigin["recipe"]; notes: string[] }> {
  const { training } = model;
  if (training && name === undefined && learningRate === undefined)
    return { notes: ["The network came compiled: its own optimizer, loss and metrics are used"] };
  const chosen = name === undefined ? usualOptimizer(usual, preparation) : { name, notes: [] };
  const recipe = { optimizer: chosen.name, learningRate: learningRate ?? null };
  const fresh = () => optimizerFor(recipe.optimizer, { ...steps, learningRate });
  if (!training) {
    const { loss, metrics, notes } = await objectiveOf(model);
    return { compile: { optimizer: await fresh(), loss, metrics }, recipe, notes: [...chosen.notes, ...notes] };
  }
  const [{ loss = (await objectiveOf(model)).loss, metrics }] = training.objectives as [Objective];
  if (name !== undefined) return { compile: { optimizer: await fresh(), loss, metrics }, recipe, notes: [] };
  const { constant } = await import("../../index.ts");
  const optimizer = { ...training.optimizer, learningRate: constant(learningRate!) };
  return {
    compile: { optimizer, loss, metrics },
    notes: ["The network came compiled: --learning-rate replaces its own"],
  };
}

/** A module that does not pass the seed on makes the same initial weights for every seed. */
function seedNotes({ ignoresSeed, name }: ChosenNetwork, { seed }: TrainOptions): string[] {
  if (seed === undefined || !ignoresSeed?.()) return [];
  return [`Note: ${name} does not use \`seed\`, so --seed does not change the initial weights: pass it to model()`];
}
