import { sha256, writeBeside } from "#platform";
import { checkedOptions } from "../core/options.ts";
import type { Model } from "../model/model.ts";
import type { Callback, TrainingContext } from "../training/callbacks/callback.ts";
import { addEpoch, type History } from "../training/history.ts";
import { beginRun } from "./begin-run.ts";
import { historyCsv, noHistory } from "./history.ts";
import { type RecordRunOptions, recordRunOptions } from "./record-run-options.ts";
import { type Recorders, recordersOf } from "./recorders.ts";
import { saveResults, type TestResults, testResults } from "./results.ts";
import { type Run, removeResults, writeRunFile } from "./run.ts";
import type { RunHistory } from "./run-files.ts";

/** The callback {@link recordRun}. */
export interface RunRecorder extends Callback {
  /** The run; undefined before training begins. */
  readonly run: Run | undefined;
  /** Results on the test images; undefined before training has ended, and without test images. */
  readonly results: TestResults | undefined;
  /** The path of the report; undefined before training has ended. */
  readonly report: string | undefined;
  /** Whether training was ended because the loss or a weight became NaN or infinite. */
  readonly diverged: boolean;
}

/**
 * A callback that writes the folder of a run, as `lenet5 train` does, for any model and any data:
 * `callbacks: [recordRun({ folder: "runs/first", test })]`.
 *
 * - When training begins: `config.json` (settings, data, machine, versions) and the model.
 * - After each epoch: `model.safetensors`, `history.json`, `history.csv`, `steps.json`, `weights.json`.
 * - When training has ended: `report.html` and, with `test`, `evaluation.json`, `predictions.json` and `examples.json`.
 *
 * A folder that holds a run is continued if `fit` begins with a later epoch (`initialEpoch`), else refused. A training
 * whose loss or weights become NaN or infinite is ended; the folder keeps the model of the last good epoch. After an
 * abort (`signal`) nothing is evaluated. {@link openRun} opens the folder again.
 * @throws InputError for wrong options; when training begins: in a browser, which has no folders, and for a folder that
 * holds a run or cannot be written
 */
export function recordRun(given: RecordRunOptions = {}): RunRecorder {
  const config = checkedOptions("recordRun", recordRunOptions, given);
  let run: Run | undefined;
  let results: TestResults | undefined;
  let report: string | undefined;
  let diverged = false;
  let history = noHistory();
  let recorders: Recorders;
  /** The SHA-256 of all weights at the end of each epoch. */
  let sums = new Map<number, string>();
  const each = async (call: (callback: Callback) => unknown) => {
    for (const callback of recorders.callbacks) await call(callback);
  };
  return {
    get run() {
      return run;
    },
    get results() {
      return results;
    },
    get report() {
      return report;
    },
    get diverged() {
      return diverged;
    },
    async onTrainBegin(context) {
      results = undefined;
      report = undefined;
      diverged = false;
      sums = new Map();
      ({ run, history } = await beginRun(config, context));
      recorders = await recordersOf(run, history.epochs.at(-1) ?? 0, batchesOf(context));
      // Results of the earlier model must not be mistaken for those of the model that is being trained.
      if (context.settings.initialEpoch < context.epochs) await removeResults(run);
      await each((callback) => callback.onTrainBegin?.(context));
    },
    onEpochBegin: (epoch, context) => each((callback) => callback.onEpochBegin?.(epoch, context)),
    onBatches: (batches, context) => each((callback) => callback.onBatches?.(batches, context)),
    async onEpochEnd(epoch, logs, context) {
      await each((callback) => callback.onEpochEnd?.(epoch, logs, context));
      addEpoch(history as History, epoch, logs);
      history.iterations.push(batchesOf(context));
      sums.set(epoch, await sumOf(context.getWeights()));
      await saveHistory(run!, history);
      await recorders.save();
      await context.save(run!.file("model.safetensors"));
    },
    async onFitEnd(context) {
      const { stopped } = context;
      diverged = context.diverged;
      if (stopped !== undefined) history = { ...history, stopped };
      const chosen = await restoredEpoch(sums, context);
      const model = context.model as Model;
      if (chosen !== undefined) history = { ...history, chosen };
      if (chosen !== undefined || (model.reading?.confidence && !diverged))
        await context.save(run!.file("model.safetensors"));
      await saveHistory(run!, history);
      if (diverged || stopped === "aborted") return;
      if (config.test) {
        results = await testResults(model, { ...config.test, classNames: run!.config.data.classNames });
        await saveResults(run!, results, config.test);
      }
      // The code that draws takes a while to load, and is not needed before.
      const { writeReport } = await import("#report");
      report = await writeReport(run!, run!.file("report.html"), model);
    },
  };
}

/** The number of batches that the model was trained on, also before this call of `fit`. */
function batchesOf({ model }: TrainingContext): number {
  return (model as Model).training!.iterations;
}

async function saveHistory(run: Run, history: RunHistory): Promise<void> {
  await writeRunFile(run, "history.json", history);
  await writeBeside(run.file("history.csv"), historyCsv(history));
}

/** The epoch whose weights a callback restored when training had ended; undefined where the last epoch's stayed. */
async function restoredEpoch(sums: ReadonlyMap<number, string>, context: TrainingContext): Promise<number | undefined> {
  const epochs = [...sums.keys()];
  const last = epochs.at(-1);
  if (last === undefined) return undefined;
  const sum = await sumOf(context.getWeights());
  return sum === sums.get(last) ? undefined : epochs.findLast((epoch) => sums.get(epoch) === sum);
}

async function sumOf(weights: ReadonlyMap<string, Float32Array>): Promise<string> {
  const sums: string[] = [];
  for (const { buffer, byteOffset, byteLength } of weights.values())
    sums.push(await sha256(new Uint8Array(buffer, byteOffset, byteLength)));
  return sums.join();
}
