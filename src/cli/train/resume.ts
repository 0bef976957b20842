import { InputError } from "../../index.ts";
import { openData } from "../data-source.ts";
import { firstEpochs, savedHistory, stepsPerEpoch } from "../run/history.ts";
import { recordersOf } from "../run/recorders.ts";
import { openRun } from "../run/run.ts";
import type { Training, TrainOptions } from "./training.ts";

/** Continues a run from its last whole epoch, with the settings of its config. */
export async function resumedRun(path: string, options: TrainOptions): Promise<Training> {
  refuseSettings(options);
  const run = await openRun(path);
  const { settings, data: expected } = run.config;
  const model = await run.loadModel({ threads: options.threads, numerics: settings.numerics });
  const steps = stepsPerEpoch(run.config);
  const done = (model.training?.iterations ?? Number.NaN) / steps;
  if (!Number.isInteger(done)) {
    throw new InputError(
      `"${path}": its model was not saved at the end of an epoch, so the run cannot be continued; start a new one`,
    );
  }
  const saved = await savedHistory(run);
  if (saved.epochs.length < done || done > settings.epochs) {
    throw new InputError(
      `"${path}": expected a history of the ${done} epochs its model was trained for, at most ${settings.epochs}, got ${saved.epochs.length}: is a file of the run missing, or from another run?`,
    );
  }
  const data = await openData(expected.id);
  const counts = [data.train.labels.length, data.test.labels.length, data.train.classNames.length];
  const known = [expected.trainImages + expected.validationImages, expected.testImages, expected.classNames.length];
  if (counts.join() !== known.join()) {
    throw new InputError(
      `"${path}": expected the run's data (${known.join(", ")} training images, test images and classes), got ${counts.join(", ")} from ${data.source}`,
    );
  }
  // The history is written before the model: an epoch that only the history has is trained again.
  return {
    run,
    data,
    model,
    history: firstEpochs(saved, done),
    recorders: await recordersOf(run, done, done * steps),
  };
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
