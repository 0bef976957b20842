import { InputError, shown } from "../core/errors.ts";
import { type Check, type ConfigOf, flag, type OptionsOf, optional, text, within } from "../core/options.ts";
import type { TestImages } from "./results.ts";

const testImages: Check<TestImages> = (what, given) => {
  if (given?.images?.data && given.labels) return given;
  throw new InputError(
    `${what}: expected { images, labels }, such as the test part of a data set, got ${shown(given)}`,
  );
};

const texts: Check<readonly string[]> = (what, given) => {
  if (Array.isArray(given) && given.every((item) => typeof item === "string")) return given;
  throw new InputError(`${what}: expected a list of texts, got ${shown(given)}`);
};

const namedValues: Check<Readonly<Record<string, string | number>>> = (what, given) => {
  const isRecord = typeof given === "object" && given !== null && !Array.isArray(given);
  const areValues = isRecord && Object.values(given).every((value) => ["string", "number"].includes(typeof value));
  if (areValues) return given;
  throw new InputError(
    `${what}: expected texts or numbers by name, such as { Idea: "more maps" }, got ${shown(given)}`,
  );
};

const json: Check<Readonly<Record<string, unknown>>> = (what, given) => {
  if (typeof given === "object" && given !== null && !Array.isArray(given)) return given;
  throw new InputError(`${what}: expected an object of plain JSON, got ${shown(given)}`);
};

export const recordRunOptions = {
  /** The folder to write: a new one, or that of the run that is continued. Default: `runs/<date-time>`. */
  folder: optional(text, undefined),
  /**
   * Images to evaluate the model on when training is over, such as the test part of a data set. Default: none; the
   * report then shows the validation.
   */
  test: optional(testImages, undefined),
  /** Whether to write `report.html` when training is over; `run.report()` writes it at any time. Default true. */
  report: optional(flag, true),
  /**
   * Seconds between two checkpoints within an epoch, as far as groups of batches allow it; 0: none. The end of an epoch is
   * saved in any case. Default 30.
   */
  checkpointSeconds: optional(within(0), 30),
  /** The title of the report. Default: the model's name. */
  title: optional(text, undefined),
  /** The name of the data in the report. Default "own data". */
  data: optional(text, "own data"),
  /** Names of the classes, by class number. Default: those of the test or the training data, else the numbers. */
  classNames: optional(texts, undefined),
  /** Your own settings by name, shown in the report: `{ Idea: "more maps", Trial: 3 }`. Default: none. */
  notes: optional(namedValues, {}),
  /** Warnings, shown at the top of the report. Default: none. */
  notices: optional(texts, []),
  /** What else `config.json` keeps, as plain JSON, under `extra`. Default: nothing. */
  extra: optional(json, {}),
  /** The command in the report. Default: the command line of this program. */
  command: optional(text, undefined),
};

/** Options of {@link recordRun}. */
export interface RecordRunOptions extends OptionsOf<typeof recordRunOptions> {}

/** {@link RecordRunOptions}, checked, with their defaults. */
export interface RecordRunConfig extends ConfigOf<typeof recordRunOptions> {}
