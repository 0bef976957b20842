import { remove, sha256, writeBeside } from "#platform";
import { allEnded } from "../core/all-ended.ts";
import { checkedOptions } from "../core/options.ts";
import type { Model } from "../model/model.ts";
import type { Callback, TrainingContext } from "../training/callbacks/callback.ts";
import { addEpoch, type History } from "../training/history.ts";
import { beginRun } from "./begin-run.ts";
import { firstEpochs, historyCsv, noHistory } from "./history.ts";
import { type RunLock, refuseLink } from "./lock.ts";
import { type RecordRunConfig, type RecordRunOptions, recordRunOptions } from "./record-run-options.ts";
import { type Recorders, recordersOf, savedRecords, saveRecords } from "./recorders.ts";
import { saveResults, type TestResults, testResults } from "./results.ts";
import { type Run, type RunFile, removeResults, writeRunFile } from "./run.ts";
import { MEMORY, type RunMemory, runMemoryFrom } from "./run-memory.ts";
import { beginOf, endOf, RunWriter, within } from "./run-writer.ts";

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
 * - Within an epoch, every 30 seconds (`checkpointSeconds`), and after an abort: `checkpoint.safetensors`.
 * - When training has ended: `report.html` and, with `test`, `evaluation.json`, `predictions.json` and `examples.json`.
 *
 * A folder that holds a run is continued if `fit` begins with a later epoch (`initialEpoch`), else refused; so is one
 * that another training writes to. {@link Run.lastCheckpoint} opens the model of a run that ended early, to go on with
 * the same bits. Where the disk is full or fails, training goes on, and what it has reached is saved later; an error
 * says where the last saving failed. A training whose loss or weights become NaN or infinite is ended; the folder keeps
 * the model of the last good epoch. After an abort (`signal`) nothing is evaluated. {@link openRun} opens the folder again.
 * @throws InputError for wrong options; when training begins: in a browser, which has no folders, and for a folder that
 * holds a run, is in use or cannot be written; when it ends: for a folder that cannot be written
 */
export function recordRun(given: RecordRunOptions = {}): RunRecorder {
  return runRecorder(checkedOptions("recordRun", recordRunOptions, given));
}

/** {@link recordRun}, for a caller that has locked the folder. */
export function runRecorder(config: RecordRunConfig, lock?: RunLock): RunRecorder {
  let writer: RunWriter | undefined;
  let results: TestResults | undefined;
  let report: string | undefined;
  let diverged = false;
  let history = noHistory();
  let recorders: Recorders;
  /** A sum of all weights at the end of each epoch. */
  let sums: (readonly [epoch: number, sum: string])[] = [];
  /** Whether the folder has a model file from which training goes on with all its records. */
  let isComplete = false;
  /** When the training was saved last, in milliseconds. */
  let saved = 0;
  const each = async (call: (callback: Callback) => unknown) => {
    for (const callback of recorders.callbacks) await call(callback);
  };
  const file = (name: RunFile) => writer!.run.file(name);
  const saveHistory = async () => {
    await writeRunFile(writer!.run, "history.json", history);
    await refuseLink(file("history.csv"));
    await writeBeside(file("history.csv"), historyCsv(history));
  };
  /** Everything at the end of an epoch. The model is the last: readers do not mind a history that is ahead of it. */
  const saveAll = async (context: TrainingContext) => {
    await allEnded([saveHistory(), saveRecords(writer!.run, recorders)]);
    await context.save(file("model.safetensors"));
    await remove(file("checkpoint.safetensors"));
  };
  return {
    get run() {
      return writer?.run;
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
    memory: {
      name: MEMORY,
      get() {
        // Copies of lists only, since it is asked for several times a second: what is in them no longer changes.
        const done = firstEpochs(history, history.epochs.length);
        const records = recorders.callbacks.map(({ memory }) => memory!.get().json);
        return { json: { history: done, sums: [...sums], records } satisfies RunMemory };
      },
      set({ json }) {
        const memory = runMemoryFrom(json);
        history = memory.history;
        sums = [...memory.sums];
        for (const [i, { memory: own }] of recorders.callbacks.entries()) own!.set({ json: memory.records[i] });
      },
    },
    async onTrainBegin(context) {
      results = undefined;
      report = undefined;
      diverged = false;
      sums = [];
      saved = performance.now();
      const begun = await beginRun(config, context, lock);
      context.atEnd(() => writer!.release());
      const { run, kept } = begun;
      isComplete = begun.isComplete;
      writer = new RunWriter(run, begun.lock, kept);
      history = begun.history;
      recorders = recordersOf(await savedRecords(run, history.epochs.at(-1) ?? 0, batchesOf(context)));
      // Results of the earlier model must not be mistaken for those of the model that is being trained.
      if (context.settings.initialEpoch < context.epochs) await removeResults(run);
    },
    async onEpochBegin(epoch, context) {
      await each((callback) => callback.onEpochBegin?.(epoch, context));
      if (!isComplete) await writer!.save(beginOf(epoch), () => context.save(file("model.safetensors")));
      isComplete = true;
    },
    async onBatches(batches, context) {
      await each((callback) => callback.onBatches?.(batches, context));
      const { checkpointSeconds } = config;
      if (checkpointSeconds === 0 || performance.now() - saved < checkpointSeconds * 1000) return;
      const { epoch, iteration } = batches.at(-1)!;
      await writer!.tryToSave(within(epoch, iteration + 1), () => context.save(file("checkpoint.safetensors")));
      saved = performance.now();
    },
    async onEpochEnd(epoch, logs, context) {
      await each((callback) => callback.onEpochEnd?.(epoch, logs, context));
      addEpoch(history as History, epoch, logs);
      history.iterations.push(batchesOf(context));
      sums.push([epoch, await sumOf(context.getWeights())]);
      await writer!.tryToSave(endOf(epoch), () => saveAll(context));
      saved = performance.now();
    },
    async onAbort(context) {
      const epoch = (history.epochs.at(-1) ?? context.settings.initialEpoch) + 1;
      // Before the first epoch, the folder has no model yet that a checkpoint could be newer than.
      const name = isComplete ? "checkpoint.safetensors" : "model.safetensors";
      await writer!.save(within(epoch, batchesOf(context)), async () => {
        if (!isComplete) await saveHistory();
        await context.save(file(name));
      });
    },
    async onFitEnd(context) {
      const { run } = writer!;
      const { stopped } = context;
      const model = context.model as Model;
      const last = history.epochs.at(-1) ?? context.settings.initialEpoch;
      diverged = context.diverged;
      if (stopped !== undefined) history = { ...history, stopped };
      if (stopped === "aborted") return saveHistory();
      // The folder keeps the last good model.
      if (diverged) return writer!.save(beginOf(last + 1), saveHistory);
      const chosen = await restoredEpoch(sums, context);
      if (chosen !== undefined) history = { ...history, chosen };
      await writer!.save("all that was trained", () => saveAll(context));
      if (config.test) {
        results = await testResults(model, { ...config.test, classNames: run.config.data.classNames });
        await saveResults(run, results, config.test);
      }
      if (!config.report) return;
      // The code that draws takes a while to load, and is not needed before.
      const { writeReport } = await import("#report");
      report = await writeReport(run, run.file("report.html"), model);
    },
  };
}

/** The number of batches that the model was trained on, also before this call of `fit`. */
function batchesOf({ model }: TrainingContext): number {
  return (model as Model).training!.iterations;
}

/** The epoch whose weights a callback restored when training had ended; undefined where the last epoch's stayed. */
async function restoredEpoch(
  sums: readonly (readonly [epoch: number, sum: string])[],
  context: TrainingContext,
): Promise<number | undefined> {
  const last = sums.at(-1);
  if (!last) return undefined;
  const sum = await sumOf(context.getWeights());
  return sum === last[1] ? undefined : sums.findLast(([, other]) => other === sum)?.[0];
}

async function sumOf(weights: ReadonlyMap<string, Float32Array>): Promise<string> {
  const sums: string[] = [];
  for (const { buffer, byteOffset, byteLength } of weights.values())
    sums.push(await sha256(new Uint8Array(buffer, byteOffset, byteLength)));
  return sha256(new TextEncoder().encode(sums.join()));
}
