import { basename } from "node:path";
import { joinPath, writeBeside } from "#platform";
import { InputError } from "../../index.ts";
import { spreadOf } from "../../report/statistics/spread.ts";
import { jsonText } from "../../runs/json.ts";
import type { Member } from "../ensemble/members.ts";

/** The content of `cross-validation.json`. */
export interface CrossValidation {
  /** The command that began it; null where a run does not say it. */
  readonly command: string | null;
  /** The name of the data for people. */
  readonly data: string;
  /** The seed that divided the images, and that of each training. */
  readonly seed: number;
  /**
   * By Keras's names, such as `val_accuracy`: what the model of each fold, in order, gives for its validation images, with
   * mean and sample standard deviation (denominator n - 1).
   */
  readonly metrics: Readonly<Record<string, { mean: number; deviation: number; values: readonly number[] }>>;
  readonly runs: readonly {
    /** The folder of the run, from the folder of all. */
    readonly folder: string;
    readonly trainImages: number | null;
    readonly validationImages: number | null;
    /** SHA-256 of the weights. */
    readonly checksum: string;
  }[];
  /** The model file of all models together, from the folder of all. */
  readonly committee: string;
}

/** What the finished trainings give. @throws InputError for a damaged run */
export async function crossValidationOf(
  members: readonly Member[],
  { committee, ...about }: Pick<CrossValidation, "data" | "seed" | "committee">,
): Promise<CrossValidation> {
  const found = new Map<string, number[]>();
  const runs: CrossValidation["runs"][number][] = [];
  for (const { run, model } of members) {
    const { epochs, history, chosen } = await run!.history();
    const at = epochs.indexOf(chosen ?? epochs.at(-1)!);
    for (const [name, values] of Object.entries(history)) {
      const value = values[at];
      if (name.startsWith("val_") && typeof value === "number") found.set(name, [...(found.get(name) ?? []), value]);
    }
    const { trainImages, validationImages } = run!.config.data;
    runs.push({ folder: basename(run!.folder), trainImages, validationImages, checksum: await model.checksum() });
  }
  const metrics = [...found].map(([name, values]) => {
    if (values.length < members.length)
      throw new InputError(`${name}: expected a number of each of the ${members.length} folds, got ${values.length}`);
    const { mean, deviation } = spreadOf(values)!;
    return [name, { mean, deviation, values }] as const;
  });
  const { command } = members[0]!.run!.config;
  return { command, ...about, metrics: Object.fromEntries(metrics), runs, committee: basename(committee) };
}

/** Writes the file into the folder of all runs. */
export async function writeCrossValidation(folder: string, results: CrossValidation): Promise<void> {
  await writeBeside(joinPath(folder, "cross-validation.json"), jsonText(results));
}
