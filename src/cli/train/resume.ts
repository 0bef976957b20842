import { type Augmentation, type FitOptions, InputError, openRun, type Run } from "../../index.ts";
import { firstEpochs, noHistory } from "../../runs/history.ts";
import { openData } from "../data-source.ts";
import { chosenNetwork } from "../networks/chosen.ts";
import { originOf } from "../run-origin.ts";
import type { Training, TrainOptions } from "./training.ts";

/** Continues a run from its last whole epoch, with the settings of its config. */
export async function resumedRun(path: string, options: TrainOptions): Promise<Training> {
  refuseSettings(options);
  const run = await openRun(path);
  const { settings } = run.config;
  const origin = originOf(run);
  if (!origin) {
    throw new InputError(
      `"${path}": expected a run of lenet5 train, got one of recordRun: continue it with fit, with initialEpoch and the same data`,
    );
  }
  const model = await run.model({ threads: options.threads, numerics: settings.numerics });
  const saved = (await run.read("history.json")) ?? noHistory();
  // The history is written before the model: an epoch that only the history has is trained again.
  const trained = model.training?.iterations ?? Number.NaN;
  const done = trained === 0 ? 0 : saved.iterations.indexOf(trained) + 1;
  if (trained !== 0 && done === 0) {
    throw new InputError(
      `"${path}": expected a history with the epoch at whose end its model was saved, after ${trained} batches, got ${saved.epochs.length} epochs: is a file of the run missing, or from another run?`,
    );
  }
  const epochs = settings.epochs;
  const data = await openData(origin.data);
  checkData(run, data);
  return {
    network: await chosenNetwork(origin.network),
    data,
    model,
    fit: { ...fitOptions(run), epochs, initialEpoch: done },
    history: firstEpochs(saved, done),
    origin,
    command: run.config.command ?? undefined,
    folder: path,
    notes: [],
  };
}

/** The options of `fit` that a run was trained with. */
function fitOptions({ folder, config }: Run): FitOptions {
  const { batchSize, shuffle, seed, validationSplit, augment } = config.settings;
  const steps = augment instanceof Array ? augment : [];
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

function checkData({ folder, config }: Run, { train, test, source }: Training["data"]): void {
  const { trainImages, validationImages, testImages, classNames } = config.data;
  const counts = [train.labels.length, test.labels.length, train.classNames.length];
  const known = [(trainImages ?? 0) + (validationImages ?? 0), testImages, classNames.length];
  if (counts.join() === known.join()) return;
  throw new InputError(
    `"${folder}": expected the run's data (${known.join(", ")} training images, test images and classes), got ${counts.join(", ")} from ${source}`,
  );
}

/** Options that may differ for a resumed run; all others are settings, which cannot change. */
const changeable: ReadonlySet<string> = new Set(["resume", "threads", "tensorboard", "log", "json"]);

function refuseSettings(options: TrainOptions): void {
  const setting = Object.keys(options).find((name) => !changeable.has(name));
  if (setting === undefined) return;
  const flag = setting.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new InputError(
    `--resume continues with the settings of the run: leave out --${flag}, or start a new run without --resume`,
  );
}
