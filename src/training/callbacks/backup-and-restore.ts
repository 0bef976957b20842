import { hasFolders, pathInfo, readBytes, remove } from "#platform";
import { InputError } from "../../core/errors.ts";
import { checkedOptions, flag, type OptionsOf, optional, positive, required } from "../../core/options.ts";
import { modelPath } from "../../formats/model-path.ts";
import { BatchInterval } from "./batch-interval.ts";
import type { Callback } from "./callback.ts";
import { frequency } from "./model-checkpoint.ts";

const options = {
  /** The file of the backup, such as "backup.safetensors". Required. */
  path: required(modelPath),
  /** Writes after every epoch, and with a number also each time that so many batches have been trained. Default "epoch". */
  saveFreq: optional(frequency, "epoch"),
  /** Writes also when so many seconds have passed since it last did. Default: not by time. */
  seconds: optional(positive, undefined),
  /** Whether to delete the backup when training has ended; after an abort it stays. Default true. */
  deleteCheckpoint: optional(flag, true),
};

/** Options of {@link backupAndRestore}. */
export interface BackupAndRestoreOptions extends OptionsOf<typeof options> {}

/**
 * Lets a training survive the end of its process: it is saved again and again while it runs, and the next `fit` with the
 * same model, data and options goes on from there by itself, and ends with the same bits as one that never stopped.
 * Its history has the epochs from there on. https://keras.io/api/callbacks/backup_and_restore/
 * @throws InputError for wrong options; when training begins: in a browser, which has no files, and for a backup of
 *   another model or training
 */
export function backupAndRestore(given: BackupAndRestoreOptions): Callback {
  const { path, saveFreq, seconds, deleteCheckpoint } = checkedOptions("backupAndRestore", options, given);
  const interval = saveFreq === "epoch" ? undefined : new BatchInterval(saveFreq);
  let saved = 0;
  return {
    async onTrainBegin(context) {
      if (!hasFolders())
        throw new InputError(
          "backupAndRestore: expected Node, Deno or Bun, got a browser, which has no files: keep model.toBytes()",
        );
      if (await pathInfo(path)) await context.restore(await readBytes(path), path);
      saved = performance.now();
    },
    onEpochBegin: (_, context) => interval?.ask(context),
    async onProgress(_, __, context) {
      const isLate = seconds !== undefined && performance.now() - saved >= seconds * 1000;
      if (isLate || interval?.isOver(context)) {
        await context.save(path);
        saved = performance.now();
      }
      interval?.ask(context);
    },
    async onEpochEnd(_, __, context) {
      await context.save(path);
      saved = performance.now();
    },
    async onFitEnd({ stopped, diverged }) {
      if (deleteCheckpoint && stopped !== "aborted" && !diverged) await remove(path);
    },
  };
}
