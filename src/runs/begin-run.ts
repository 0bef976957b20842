import { commandLine, hasFolders, joinPath, machine, pathInfo } from "#platform";
import type { Augment } from "../augmentation/augmentations.ts";
import { InputError } from "../core/errors.ts";
import { version } from "../core/version.ts";
import { type AugmentByInput, isAugmentByInput } from "../model/fit-options.ts";
import type { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";
import type { TrainingContext } from "../training/callbacks/callback.ts";
import { newRunFolder } from "./folder.ts";
import { firstEpochs, noHistory } from "./history.ts";
import { plainJson } from "./json.ts";
import { lockRun, type RunLock } from "./lock.ts";
import type { RecordRunConfig } from "./record-run-options.ts";
import { openRun, Run, writeRunFile } from "./run.ts";
import type { RunConfig, RunHistory } from "./run-files.ts";
import { memoryOfModel } from "./run-memory.ts";
import { beginOf, within } from "./run-writer.ts";

/** A run that is about to be trained. */
export interface BegunRun {
  readonly run: Run;
  readonly lock: RunLock;
  /** The history so far. */
  readonly history: RunHistory;
  /** What the folder keeps, for people. */
  readonly kept: string;
  /** Whether the folder has the model with all its records: of a finished run, they are in other files. */
  readonly isComplete: boolean;
}

/**
 * Makes the folder of a new run with its config, or opens that of a run to be continued, and locks it.
 * @param taken the lock of that folder, where the caller has it
 */
export async function beginRun(
  options: RecordRunConfig,
  context: TrainingContext,
  taken: RunLock | undefined,
): Promise<BegunRun> {
  if (!hasFolders()) {
    throw new InputError(
      "recordRun: expected Node, Deno or Bun, got a browser, which has no folders: keep the history of fit and model.toBytes()",
    );
  }
  checkTest(options, context.model as Model);
  const { folder } = options;
  const isRun = folder !== undefined && (await pathInfo(joinPath(folder, "config.json"))) !== undefined;
  const now = new Date();
  const lock = taken ?? (await (isRun ? lockRun(folder) : newRunFolder("recordRun folder", folder, now)));
  try {
    const begun = isRun ? await continued(await openRun(folder), options, context) : undefined;
    if (begun) return { ...begun, lock };
    const config = configOf(options, context, now);
    const run = new Run(lock.folder, config);
    // The first of all files: a folder with a config can be continued, whenever the program is killed.
    await writeRunFile(run, "config.json", config);
    return { run, lock, history: noHistory(), kept: "its settings", isComplete: false };
  } catch (error) {
    await lock.release();
    throw error;
  }
}

/** An error about the test images must not come after hours of training. */
function checkTest({ test }: RecordRunConfig, { inputs, outputs }: Model<OneOrMore, OneOrMore>): void {
  if (!test) return;
  if (!("shape" in inputs && "shape" in outputs) || outputs.shape.length !== 1) {
    throw new InputError(
      "recordRun test: expected a model with one input and one output [N, classes], got another: leave out test",
    );
  }
  const given = test.images.shape.slice(1);
  if (given.join() !== inputs.shape.join()) {
    throw new InputError(
      `recordRun test: expected images [${["N", ...inputs.shape].join(", ")}], as the model takes them, got [${["N", ...given].join(", ")}]`,
    );
  }
}

/** A run that goes on; undefined for one that has nothing to lose or to continue, and begins anew. */
async function continued(
  { folder, config }: Run,
  options: RecordRunConfig,
  context: TrainingContext,
): Promise<Omit<BegunRun, "lock"> | undefined> {
  const run = new Run(folder, config);
  const { initialEpoch } = context.settings;
  const memory = memoryOfModel(context.model as Model);
  const saved = memory?.history ?? (await run.read("history.json")) ?? noHistory();
  const isWithin = await run.has("checkpoint.safetensors");
  if (!memory && saved.epochs.length === 0 && !isWithin) return undefined;
  const done = saved.epochs.indexOf(initialEpoch) + 1;
  if (done === 0 && !(memory && initialEpoch === 0)) {
    const what = saved.epochs.length > 0 ? `of ${saved.epochs.at(-1)} epochs` : "that ended in its first epoch";
    throw new InputError(
      `recordRun folder: "${folder}" holds a run already, ${what}, and fit begins with epoch ${initialEpoch + 1}: give another folder, or go on with the model and the initialEpoch of its lastCheckpoint()`,
    );
  }
  const begun = {
    history: firstEpochs(saved, done),
    kept: keptBy(context.model as Model, done),
    isComplete: memory !== undefined,
  };
  if (initialEpoch >= context.epochs) return { run, ...begun };
  const { settings, compiled } = configOf(options, context, new Date());
  const other = `From epoch ${initialEpoch + 1} on, training continued with other settings: those that are listed here.`;
  const isOther = settingsText({ settings, compiled }) !== settingsText(config);
  const notices = isOther ? [...config.notices, other] : config.notices;
  const changed = { ...config, notices, compiled, settings };
  const goingOn = new Run(folder, changed);
  await writeRunFile(goingOn, "config.json", changed);
  return { run: goingOn, ...begun };
}

function keptBy({ training }: Model, epochs: number): string {
  return training?.position?.within ? within(epochs + 1, training.iterations) : beginOf(epochs + 1);
}

/** The settings that decide the weights of an epoch; the last epoch and the number of threads do not. */
function settingsText({ settings, compiled }: Pick<RunConfig, "settings" | "compiled">): string {
  const { epochs: _, threads: __, ...deciding } = settings;
  return JSON.stringify([deciding, compiled]);
}

function configOf(options: RecordRunConfig, context: TrainingContext, started: Date): RunConfig {
  const { title, data, test, classNames, notes, notices, extra, command } = options;
  const model = context.model as Model;
  const { settings, data: given } = context;
  const { optimizer, objectives } = model.training!;
  const { runtime, ...hardware } = machine();
  const { classWeight, stepsPerEpoch, batchSize } = settings;
  return {
    lenet5: version,
    runtime,
    command: command ?? commandLine() ?? null,
    started: started.toISOString(),
    title: title ?? model.name,
    notices: [...notices],
    notes: { ...notes },
    extra: plainJson(extra) as RunConfig["extra"],
    compiled: plainJson({ optimizer, objectives }) as RunConfig["compiled"],
    settings: {
      epochs: settings.epochs,
      batchSize: batchSize ?? null,
      shuffle: settings.shuffle,
      augment: augmentConfig(settings.augment),
      seed: settings.seed,
      validationSplit: settings.validationSplit,
      classWeight: typeof classWeight === "object" ? { ...classWeight } : (classWeight ?? null),
      stepsPerEpoch: stepsPerEpoch ?? null,
      numerics: model.numerics,
      threads: model.threads,
    },
    data: {
      name: data,
      classNames: [...(classNames ?? test?.classNames ?? given.classNames ?? [])],
      trainImages: given.trainImages ?? null,
      validationImages: given.validationImages ?? null,
      testImages: test?.images.shape[0] ?? null,
      preparation: model.reading?.preparation ?? null,
    },
    machine: hardware,
  };
}

function augmentConfig(augment: Augment | AugmentByInput = []): RunConfig["settings"]["augment"] {
  const steps = isAugmentByInput(augment)
    ? Object.fromEntries(Object.entries(augment).map(([name, each]) => [name, [each].flat()]))
    : [augment].flat();
  return plainJson(steps) as RunConfig["settings"]["augment"];
}
