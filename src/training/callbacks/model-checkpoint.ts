import * as v from "valibot";
import { InputError, shown } from "../../core/errors.ts";
import { type Check, checkedOptions, flag, type OptionsOf, optional, required } from "../../core/options.ts";
import { modelPath } from "../../formats/model-path.ts";
import type { Logs } from "../history.ts";
import { BatchInterval } from "./batch-interval.ts";
import type { Callback, TrainingContext } from "./callback.ts";
import { Monitor, monitorOptions } from "./monitor.ts";
import { pathTemplate } from "./path-template.ts";
import { anyNumber, rememberedBy } from "./remembered.ts";

/** "epoch", or a number of batches. */
export const frequency: Check<"epoch" | number> = (what, given) => {
  if (given === "epoch" || (Number.isSafeInteger(given) && (given as number) >= 1)) return given;
  throw new InputError(`${what}: expected "epoch" or a whole number of batches of at least 1, got ${shown(given)}`);
};

const options = {
  /**
   * Where to write. `{epoch}`, counted from 1, and the names of the epoch's numbers stand for these, in Python's format
   * if one is given: `"{epoch:02d}-{val_loss:.2f}.safetensors"`; with a `saveFreq` in batches also `{batch}`, the number
   * of batches of the epoch. Required.
   */
  path: required(modelPath),
  ...monitorOptions,
  /** Whether to write only when the watched number is the best so far. Default false: each time. */
  saveBestOnly: optional(flag, false),
  /**
   * When to write: after each epoch, or each time that so many batches have been trained, over all epochs. The numbers
   * are then the means over the epoch so far, without those of validation. Default "epoch".
   */
  saveFreq: optional(frequency, "epoch"),
};

const memory = v.object({ best: v.optional(anyNumber) });

/** Options of {@link modelCheckpoint}. */
export interface ModelCheckpointOptions extends OptionsOf<typeof options> {}

/**
 * Writes the model file after each epoch, or after some batches, each time or where the watched number is the best so
 * far. `fit` continues from such a file with the same bits: see {@link FitOptions.initialEpoch}.
 * https://keras.io/api/callbacks/model_checkpoint/
 * @throws InputError for options that are unknown, missing or out of range, and, with `saveBestOnly`, after an epoch
 * without the watched number or one that the path names
 */
export function modelCheckpoint(given: ModelCheckpointOptions): Callback {
  const config = checkedOptions("modelCheckpoint", options, given);
  const { saveBestOnly, saveFreq } = config;
  const path = pathTemplate("modelCheckpoint path", config.path);
  let monitor: Monitor;
  const save = async (place: Logs, logs: Logs, context: TrainingContext) => {
    if (saveBestOnly && !monitor.improves(monitor.value(logs))) return;
    await context.save(path({ ...place, ...logs }));
  };
  const begin: Callback = {
    ...(saveBestOnly && {
      memory: {
        name: `modelCheckpoint ${config.monitor}`,
        get: () => ({ json: { best: monitor.best } }),
        set({ json }) {
          monitor.best = rememberedBy("modelCheckpoint", memory, json).best;
        },
      },
    }),
    onTrainBegin() {
      monitor = new Monitor("modelCheckpoint", config);
    },
  };
  if (saveFreq === "epoch") return { ...begin, onEpochEnd: (epoch, logs, context) => save({ epoch }, logs, context) };
  const interval = new BatchInterval(saveFreq);
  let epoch = 0;
  return {
    ...begin,
    onEpochBegin(number, context) {
      epoch = number;
      interval.ask(context);
    },
    async onProgress(batch, logs, context) {
      if (interval.isOver(context)) await save({ epoch, batch }, logs, context);
      interval.ask(context);
    },
  };
}
