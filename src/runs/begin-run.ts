import { commandLine, hasFolders, joinPath, machine, pathInfo } from "#platform";
import { InputError } from "../core/errors.ts";
import { version } from "../core/version.ts";
import type { Augment } from "../data/augmentation/augmentations.ts";
import { type AugmentByInput, isAugmentByInput } from "../model/fit-options.ts";
import type { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";
import type { TrainingContext } from "../training/callbacks/callback.ts";
import { newRunFolder, refuseExistingRun } from "./folder.ts";
import { firstEpochs, noHistory } from "./history.ts";
import { plainJson } from "./json.ts";
import type { RecordRunConfig } from "./record-run-options.ts";
import { openRun, Run, writeRunFile } from "./run.ts";
import type { RunConfig, RunHistory } from "./run-files.ts";

/** A run that is about to be trained, and its history so far. */
export interface BegunRun {
  readonly run: Run;
  readonly history: RunHistory;
}

/** Makes the folder of a new run with its config and its untrained model, or opens that of a run to be continued. */
export async function beginRun(options: RecordRunConfig, context: TrainingContext): Promise<BegunRun> {
  if (!hasFolders()) {
    throw new InputError(
      "recordRun: expected Node, Deno or Bun, got a browser, which has no folders: keep the history of fit and model.toBytes()",
    );
  }
  checkTest(options, context.model as Model);
  const { folder } = options;
  if (folder !== undefined && (await pathInfo(joinPath(folder, "config.json")))) {
    const run = await openRun(folder);
    const saved = (await run.read("history.json")) ?? noHistory();
    // A run that ended in its first epoch has nothing to lose or to continue: it begins anew.
    if (saved.epochs.length > 0) return continued(run, saved, options, context);
  } else if (folder !== undefined) await refuseExistingRun("recordRun folder", folder);
  const now = new Date();
  const config = configOf(options, context, now);
  const run = new Run(await newRunFolder(folder, now), config);
  // The model first: a folder with a config can then be continued, even if the program is killed in its first epoch.
  await context.save(run.file("model.safetensors"));
  await writeRunFile(run, "config.json", config);
  return { run, history: noHistory() };
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

async function continued(
  { folder, config }: Run,
  saved: RunHistory,
  options: RecordRunConfig,
  context: TrainingContext,
): Promise<BegunRun> {
  const { initialEpoch } = context.settings;
  const done = saved.epochs.indexOf(initialEpoch) + 1;
  if (done === 0) {
    throw new InputError(
      `recordRun folder: "${folder}" holds a run already, of ${saved.epochs.at(-1)} epochs, and fit begins with epoch ${initialEpoch + 1}: give another folder, or its number of epochs as initialEpoch to continue it`,
    );
  }
  if (initialEpoch >= context.epochs) return { run: new Run(folder, config), history: saved };
  const { settings, compiled } = configOf(options, context, new Date());
  const other = `From epoch ${initialEpoch + 1} on, training continued with other settings: those that are listed here.`;
  const isOther = settingsText({ settings, compiled }) !== settingsText(config);
  const notices = isOther ? [...config.notices, other] : config.notices;
  const changed = { ...config, notices, compiled, settings };
  const run = new Run(folder, changed);
  await writeRunFile(run, "config.json", changed);
  return { run, history: firstEpochs(saved, done) };
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
