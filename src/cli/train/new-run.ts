import { type CompileOptions, constant, type Model, type Objective, type Recipe, recipe } from "../../index.ts";
import { defaults, recipeSettings } from "../../lenet5/recipes.ts";
import { newRunFolder, refuseExistingRun } from "../../runs/folder.ts";
import type { RunLock } from "../../runs/lock.ts";
import { sumOfTest } from "../data-sum.ts";
import { checkClasses, fittedData } from "../fitted-data.ts";
import { inputOptionsOf } from "../input-options.ts";
import { type ChosenNetwork, chosenNetwork } from "../networks/chosen.ts";
import { checkExports } from "../networks/custom-objects.ts";
import { keepModule } from "../networks/module-of-run.ts";
import { defaultNetwork } from "../networks/networks.ts";
import { dataPlaceIn, keptOptions, type RunOrigin } from "../run-origin.ts";
import { checkStream } from "./streamed.ts";
import type { Training, TrainOptions } from "./training.ts";
import { trainingData } from "./training-data.ts";

/**
 * Everything for a new run, and its locked folder.
 * @param taken the lock of that folder, where the caller has it; default: that of `--out`, which must hold no run
 */
export async function newRun(options: TrainOptions, taken?: RunLock): Promise<Training> {
  const network = await chosenNetwork(options.network ?? defaultNetwork, inputOptionsOf(options));
  const usual = recipeSettings("--recipe", network.recipe, options.recipe ?? "default");
  const { batchSize, shuffle, seed, numerics, ...settings } = { ...defaults, ...usual, ...options };
  if (options.out !== undefined && !taken) await refuseExistingRun("--out", options.out);
  const found = await trainingData(options, { batchSize, shuffle, seed, validationSplit: settings.validationSplit });
  const { data, images, validationSplit } = found;
  const { classNames, shape } = images;
  const model = await network.make({ classNames, shape, seed, numerics, threads: options.threads });
  const isPath = network.module !== undefined || network.file !== undefined;
  const what = isPath ? `--network "${network.name}"` : `--network ${network.name}`;
  checkClasses(model, images, what);
  const { recipe: name, epochs, optimizer, learningRate, augment, flip } = options;
  const made = recipe(network.recipeOf(model), {
    ...{ recipe: name, epochs, batchSize, optimizer, learningRate, augment, flip, seed },
    images: found.stream ? found.trainImages : found.train.labels.length,
    validationSplit: found.stream ? 0 : validationSplit,
    preparation: images.preparation,
  });
  const { compile, origin: compiledBy, notes } = compilation(model, made, options, network.file !== undefined);
  const batchesBefore = compile ? 0 : (model.training?.iterations ?? 0);
  if (compile) model.compile(compile);
  if (network.module !== undefined) await checkExports(what, model, network.customObjects ?? []);
  if (found.stream) checkStream(found.stream, model, what);
  const train = found.stream ?? fittedData(found.train, model, what);
  const validationData = data.validation && fittedData(data.validation, model, what);
  const test = fittedData(data.test, model, what);
  const lock = taken ?? (await newRunFolder("--out", options.out, new Date()));
  if (network.module !== undefined)
    await keepModule(network.module, lock.folder).catch((error) => lock.release().then(() => Promise.reject(error)));
  const origin: RunOrigin = {
    network: network.name,
    ...(network.module !== undefined && { module: network.module }),
    ...(network.file !== undefined && { file: network.file }),
    ...(batchesBefore > 0 && { batchesBefore }),
    ...dataPlaceIn(lock.folder, data.id),
    ...(data.readAs && { dataOptions: data.readAs }),
    ...(found.sum !== undefined && { dataSum: found.sum }),
    testSum: sumOfTest(data),
    options: keptOptions(options),
    ...(compiledBy && { recipe: compiledBy }),
    ...(found.stream && { stream: { batchSize, shuffle, seed, validationSplit, images: found.trainImages } }),
  };
  return {
    network: { name: network.name, phrase: network.phrase, title: network.title(model) },
    data,
    model,
    train,
    test,
    trainImages: found.trainImages,
    validationImages: found.validationImages,
    fit: {
      ...(found.stream ? ofStream(made.fit) : made.fit),
      initialEpoch: 0,
      ...(validationData && { validationData }),
    },
    origin,
    lock,
    notes: [...found.notes, ...notes, ...seedNotes(network, options)],
    problems: found.problems,
  };
}

/** Without the options that are not for streams. */
function ofStream({ batchSize: _, shuffle: __, validationSplit: ___, ...fit }: Recipe["fit"]) {
  return fit;
}

/**
 * How the model is compiled: by the recipe, unless it came compiled. Then its own optimizer, loss and metrics hold, and
 * options replace the optimizer or its learning rate. The schedule of a file's learning rate was for a training that has
 * ended: there, the recipe's optimizer holds.
 */
function compilation(
  { training }: Model,
  { compile, notes }: Recipe,
  { optimizer: name, learningRate }: TrainOptions,
  isTrained: boolean,
): { compile?: CompileOptions; origin?: RunOrigin["recipe"]; notes: readonly string[] } {
  const origin = { learningRate: learningRate ?? null };
  if (!training) return { compile, origin, notes };
  const [{ loss = compile.loss, metrics }] = training.objectives as [Objective];
  const { type: rates } = training.optimizer.learningRate;
  if (isTrained && rates !== "constant" && name === undefined && learningRate === undefined) {
    const note = `The network's loss and metrics go on; its learning rates (${rates}) were for the training that it had: the recipe's optimizer is used`;
    return { compile: { ...compile, loss, metrics }, origin, notes: [note] };
  }
  if (name === undefined && learningRate === undefined) {
    const { type, learningRate: rate } = training.optimizer;
    const which = isTrained && "learningRate" in rate ? ` (${type}, learning rate ${rate.learningRate})` : "";
    return { notes: [`The network came compiled: its own optimizer${which}, loss and metrics are used`] };
  }
  if (name !== undefined) return { compile: { ...compile, loss, metrics }, origin, notes: [] };
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
