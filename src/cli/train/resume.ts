import { joinPath, pathInfo } from "#platform";
import {
  type Augmentation,
  type FitOptions,
  InputError,
  type Model,
  openRun,
  type Run,
  type TrainingState,
} from "../../index.ts";
import { firstEpochs, noHistory } from "../../runs/history.ts";
import { lockRun, type RunLock } from "../../runs/lock.ts";
import { flagOf } from "../data-options.ts";
import { placeOfRun } from "../data-source.ts";
import { fittedData } from "../fitted-data.ts";
import { chosenNetwork } from "../networks/chosen.ts";
import { checkpointOfRun } from "../networks/custom-objects.ts";
import { moduleOfRun } from "../networks/module-of-run.ts";
import { originOf, type RunOrigin } from "../run-origin.ts";
import { runsWithin } from "../runs-within.ts";
import { newRun } from "./new-run.ts";
import { keepPlace, memoryOfRun, streamOfRun } from "./resumed-data.ts";
import { checkData, checkSums } from "./same-data.ts";
import type { Training, TrainOptions } from "./training.ts";

/** Continues a run from its last checkpoint, with the settings of its config. */
export async function resumedRun(path: string, options: TrainOptions): Promise<Training> {
  refuseSettings(options);
  await beginningOf(path);
  const lock = await lockRun(path);
  try {
    const run = await openRun(path);
    const origin = originOf(run);
    if (!origin) {
      throw new InputError(
        `"${path}": expected a run of lenet5 train, got one of recordRun: continue it with fit, as in lastCheckpoint`,
      );
    }
    const isBegun = (await run.has("model.safetensors")) || (await run.has("checkpoint.safetensors"));
    return await (isBegun ? continued(run, origin, options, lock) : begunAgain(run, origin, options, lock));
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** @throws InputError for a folder that is no run; it may be one of a training that had no time to write */
async function beginningOf(path: string): Promise<void> {
  try {
    await openRun(path);
  } catch (error) {
    if (!(error instanceof InputError) || (await pathInfo(joinPath(path, "config.json")))) throw error;
    if (await runsWithin(path))
      throw new InputError(
        `"${path}": expected the folder of a run, got one with runs in it: run the command of its sweep or cross-validation again, which goes on, or give one of the runs`,
        { cause: error },
      );
    const why = error.message.includes("start it again")
      ? ""
      : "; a training that has not printed its Run: line has saved nothing: start it again";
    throw new InputError(`${error.message}${why}`, { cause: error });
  }
}

/** A run that was killed before it had a model. */
async function begunAgain(run: Run, origin: RunOrigin, options: TrainOptions, lock: RunLock): Promise<Training> {
  const moved: string[] = [];
  const data = await placeOfRun(run, origin, (line) => moved.push(line), options.data);
  const module = origin.module && (await moduleOfRun(origin.module, run.folder));
  const again = { ...origin.options, ...options, network: origin.file ?? module ?? origin.network, data };
  const training = await newRun(again, lock);
  checkSums(run, training.data.source, { sum: training.origin.dataSum, testSum: training.origin.testSum });
  return {
    ...training,
    // As they were given first.
    network: { ...training.network, name: origin.network },
    origin: { ...training.origin, network: origin.network, ...(origin.module && { module: origin.module }) },
    command: run.config.command ?? undefined,
    notes: ["Nothing was trained yet: the run begins again", ...moved, ...training.notes],
  };
}

async function continued(run: Run, origin: RunOrigin, options: TrainOptions, lock: RunLock): Promise<Training> {
  const path = run.folder;
  const { settings } = run.config;
  const { model, initialEpoch: done } = await checkpointOfRun(run, {
    threads: options.threads,
    numerics: settings.numerics,
  });
  const saved = (await run.read("history.json")) ?? noHistory();
  const epochs = options.epochs ?? settings.epochs;
  if (epochs < done)
    throw new InputError(`--epochs: expected at least ${done}, the epochs that "${path}" has, got ${epochs}`);
  const notes = epochs === settings.epochs ? [] : [await spanEpochs(run, model, origin, epochs)];
  const moved: string[] = [];
  const print = (line: string) => moved.push(line);
  const { data, train, counts, sum, problems, mixing } = origin.stream
    ? await streamOfRun({ run, model }, origin, origin.stream, done, options, print)
    : await memoryOfRun({ run, model }, origin, options, print);
  checkData(run, data, { counts, sum });
  if (options.data !== undefined) {
    if (sum === undefined || origin.dataSum === undefined)
      moved.push(
        `Note: the run has no checksum of its training images: whether those of ${data.source} are the same is not known`,
      );
    await keepPlace(run, data);
  }
  return {
    network: { name: origin.network, phrase: await phraseOf(run, origin), title: run.config.title },
    data,
    model,
    train,
    test: fittedData(data.test, model, `"${path}"`),
    trainImages: counts.train,
    validationImages: counts.validation,
    fit: {
      ...fitOptions(run),
      ...(data.validation && { validationSplit: 0, validationData: fittedData(data.validation, model, `"${path}"`) }),
      epochs,
      initialEpoch: done,
    },
    history: firstEpochs(saved, done),
    origin,
    command: run.config.command ?? undefined,
    lock,
    notes: [...moved, ...mixing, ...notes],
    problems,
  };
}

/**
 * A learning rate that the recipe spreads over all epochs is spread over the new number of them: the epochs that are
 * left get the rates that they have in a run of that many. A constant rate and a model's own schedule stay. Returns a
 * line for the user.
 */
async function spanEpochs({ config }: Run, model: Model, origin: RunOrigin, epochs: number): Promise<string> {
  const { recipe } = origin;
  const { batchSize, epochs: before } = config.settings;
  const training = model.training as TrainingState;
  const { optimizer } = training;
  const start = `${epochs} epochs instead of ${before}`;
  if (!recipe) return `${start}: the network's own learning rate goes on`;
  if (recipe.learningRate !== null) return `${start}: the constant learning rate goes on`;
  if (optimizer.learningRate.type !== "oneCycle") return `${start}: the learning rate's schedule goes on`;
  const images = origin.stream?.images ?? config.data.trainImages ?? 0;
  const size = origin.stream?.batchSize ?? batchSize ?? 1;
  const totalSteps = Math.ceil(images / size) * epochs;
  training.optimizer = { ...optimizer, learningRate: { ...optimizer.learningRate, totalSteps } };
  return `${start}: the learning rate's schedule now spans ${epochs}`;
}

/** The network in words. The module of an own one, or the file that it was trained on from, is not needed for it. */
async function phraseOf({ config }: Run, { network, module, file }: RunOrigin): Promise<string> {
  return module === undefined && file === undefined
    ? (await chosenNetwork(network)).phrase
    : `${config.title} (${network})`;
}

/** The options of `fit` that a run was trained with. */
function fitOptions({ folder, config }: Run): FitOptions {
  const { batchSize, shuffle, seed, validationSplit, augment } = config.settings;
  const steps = Array.isArray(augment) ? (augment as (Augmentation | string)[]) : [];
  const own = steps.find((step) => typeof step === "string");
  if (own !== undefined)
    throw new InputError(`"${folder}": its augmentation "${own}" is a function: continue it with fit`);
  return {
    batchSize: batchSize ?? undefined,
    shuffle,
    seed,
    validationSplit,
    ...(steps.length > 0 && { augment: steps as Augmentation[] }),
  };
}

/** Options that may differ for a resumed run; all others are settings, which cannot change. */
const changeable: ReadonlySet<string> = new Set([
  "resume",
  "data",
  "epochs",
  "threads",
  "checkpointSeconds",
  "maxBytes",
  "tensorboard",
  "log",
  "json",
]);

function refuseSettings(options: TrainOptions): void {
  const setting = Object.keys(options).find((name) => !changeable.has(name));
  if (setting === undefined) return;
  throw new InputError(
    `--resume continues with the settings of the run: leave out ${flagOf(setting)}, or start a new run without --resume`,
  );
}
