import { basename, resolve, sep } from "node:path";
import { terminalColumns, writeError } from "#platform";
import { keptDigits } from "../data/digits/kept-digits.ts";
import { readDataFor } from "../data/read-data.ts";
import { TEST_SPLIT } from "../data/read-data-options.ts";
import { placeOf } from "../data/sources/source.ts";
import {
  type DigitsOptions,
  digits,
  InputError,
  type MnistOptions,
  MnistUnavailable,
  type Model,
  mnist,
  type Preparation,
  type ReadDataOptions,
  type Run,
  type TrainTest,
} from "../index.ts";
import { homeFolder } from "../platform/node/home-folder.ts";
import { rewrittenLine } from "../training/callbacks/live-lines.ts";
import { dataOptionsOf, flagOf } from "./data-options.ts";
import type { Print } from "./output.ts";
import { originOf, type RunOrigin } from "./run-origin.ts";

/** The data set of a command. */
export interface OpenedData extends TrainTest {
  /** "mnist", "digits", or the absolute path of a folder: the value of `--data` for the same data again. */
  readonly id: string;
  /** A warning for the user: the data are not those that they may expect. */
  readonly notice?: string;
  /** How data in a folder or a file were read, with the share and the seed where they were divided. */
  readonly readAs?: ReadDataOptions;
}

/** Lines for people about data: what they may not expect, how they are divided, what was skipped. */
export function notesOf({ notice, split, notes = [] }: Pick<OpenedData, "notice" | "split" | "notes">): string[] {
  return [
    ...(notice === undefined ? [] : [`Note: ${notice}`]),
    ...(split === undefined ? [] : [`Split: ${split}`]),
    ...notes.map((note) => `Note: ${note}`),
  ];
}

/** Where data are from, with the notes on how they were read: `pictures in letters (Left out: letters/a/3.png: ...)`. */
export function sourceText({ source, notes = [] }: Pick<OpenedData, "source" | "notes">): string {
  return notes.length > 0 ? `${source} (${notes.join("; ")})` : source;
}

/** The name of data for people, without a local path: `MNIST`, `built-in digits`, `pictures in "letters"`. */
export function dataName({ id, source }: Pick<OpenedData, "id" | "source">): string {
  if (id === "mnist") return "MNIST";
  return id === "digits" ? "built-in digits" : `${source.replace(/ in .*$/s, "")} in "${basename(id)}"`;
}

/** A short path of data: the name, or the last parts of the folder's path (`~/data/kmnist`, `.../data/kmnist`). */
export function dataPlace({ id, source }: Pick<OpenedData, "id" | "source">): string {
  if (id === "mnist" || id === "digits") return dataName({ id, source });
  const home = homeFolder();
  const path = home !== undefined && id.startsWith(home + sep) ? `~${id.slice(home.length)}` : id;
  const parts = path.split(sep);
  return parts.length > 4 ? ["...", ...parts.slice(-2)].join(sep) : path;
}

/**
 * The data that `--data` names; without it MNIST where it is on this machine or can be downloaded, else built-in
 * digits. Images come to the size and channels of a model that was trained on images of the preparation `like`.
 * @param drawn how many of the built-in digits are drawn, where not all are needed
 * @throws InputError for a name that is neither known nor there, for options that known data do not have, and for data that cannot be read
 */
export async function openData(
  choice: string | undefined,
  options: ReadDataOptions = {},
  like?: Preparation,
  drawn: DigitsOptions = {},
): Promise<OpenedData> {
  const read = dataOptionsOf(options);
  if (choice !== undefined && choice !== "digits" && choice !== "mnist") return storedData(choice, read, like);
  const [unused] = Object.keys(read);
  if (unused !== undefined) {
    const name = choice ?? "data that come with the package";
    throw new InputError(`${flagOf(unused)}: expected with a folder or a file for --data, got ${name}; leave it out`);
  }
  if (choice === "digits") return { ...(await builtInDigits(drawn)), id: "digits" };
  if (choice === "mnist") return { ...(await downloadedMnist()), id: "mnist" };
  try {
    return { ...(await downloadedMnist()), id: "mnist" };
  } catch (error) {
    if (!(error instanceof MnistUnavailable)) throw error;
    const notice =
      "MNIST is neither on this machine nor reachable, so built-in digits are used: the accuracy is theirs, not MNIST's. " +
      "For MNIST, connect to the internet, or set LENET5_DATA to a folder with its four files.";
    return { ...(await builtInDigits(drawn)), id: "digits", notice };
  }
}

/** Fewer digits than all are drawn from random numbers of their own. */
function builtInDigits(drawn: DigitsOptions): TrainTest | Promise<TrainTest> {
  return Object.keys(drawn).length === 0 ? keptDigits() : digits(drawn);
}

/**
 * The data that a run was trained on, or those of `--data`. Where its folder is no longer there, it is looked for at the
 * same place relative to the run, as when both were moved together; `print` says so.
 * @throws InputError where it is not there either
 */
export async function openDataOfRun(
  { run, model }: OpenedRun,
  choice: string | undefined,
  print: Print,
  given: ReadDataOptions = {},
): Promise<OpenedData> {
  const origin = originOf(run);
  if (choice !== undefined) return otherData(choice, given, origin, likeOf(model));
  if (!origin) {
    if (run.config.data.testImages === null) return openData(choice, given);
    throw new InputError(`"${run.folder}": its data are known to the program that trained it: give them with --data`);
  }
  const { maxBytes, ...others } = dataOptionsOf(given);
  const [setting] = Object.keys(others);
  if (setting !== undefined) {
    throw new InputError(
      `${flagOf(setting)}: expected with --data, as the run's own data are read as they were; leave it out`,
    );
  }
  return openData(await placeOfRun(run, origin, print), { ...origin.dataOptions, maxBytes });
}

/**
 * Where the data of a run are: the value of `--data`.
 * @param given their place, where the user says it
 * @throws InputError where they are not there
 */
export async function placeOfRun(
  run: Run,
  { data, dataFromRun }: RunOrigin,
  print: Print,
  given?: string,
): Promise<string> {
  if (given !== undefined) {
    await refuseMissingData("--data", given);
    return given;
  }
  if (data === "mnist" || data === "digits" || (await isThere(data))) return data;
  const moved = dataFromRun === undefined ? undefined : resolve(run.folder, dataFromRun);
  if (moved !== undefined && (await isThere(moved))) {
    print(`Note: the run's data are no longer in ${data}; found at the same place from the run: ${moved}`);
    return moved;
  }
  throw new InputError(`"${run.folder}": its data, ${data}, are no longer there: give their place with --data`);
}

/** A run with its model. */
export interface OpenedRun {
  readonly run: Run;
  readonly model: Model;
}

/**
 * How pictures are prepared for a model; of one that does not know it, the shape of its input.
 */
export function likeOf({ reading, inputs }: Model): Preparation | undefined {
  const known = reading?.preparation;
  const [rows, columns, channels, ...more] = Array.isArray(inputs) ? [] : inputs.shape;
  if (known || !rows || !columns || more.length > 0) return known;
  if (channels !== 1 && channels !== 3 && channels !== 4) return undefined;
  return { size: [rows, columns], padding: 0, channels, framing: "none", ink: "light", fit: "pad", scale: 1 / 255 };
}

/**
 * Data of `--data` for a run. They may be the run's own in another place: those of the same name are read as the run's
 * were, and where data have no test set of their own, they are divided as the run's.
 */
async function otherData(
  choice: string,
  given: ReadDataOptions,
  origin: RunOrigin | undefined,
  like: Preparation | undefined,
): Promise<OpenedData> {
  if (choice === "mnist" || choice === "digits") return openData(choice, given);
  const { testSplit, splitSeed, ...form } = origin?.dataOptions ?? {};
  const isNamedSo = origin !== undefined && basename(resolve(choice)) === basename(origin.data);
  const options = { ...(isNamedSo && form), ...dataOptionsOf(given) };
  const opened = await openData(choice, options, like);
  const { readAs = {} } = opened;
  const isDividedSo = readAs.testSplit === testSplit && readAs.splitSeed === splitSeed;
  if (readAs.testSplit === undefined || testSplit === undefined || isDividedSo) return opened;
  if (given.testSplit !== undefined || given.splitSeed !== undefined) return opened;
  return openData(choice, { ...options, testSplit, splitSeed }, like);
}

/** Whether there are files at a path, or files whose names begin so. */
export async function isThere(path: string): Promise<boolean> {
  return placeOf(path).then(
    () => true,
    () => false,
  );
}

/** @throws InputError for data that are neither known by name nor there; `flag` gave them */
export async function refuseMissingData(flag: string, choice: string): Promise<void> {
  if (choice === "mnist" || choice === "digits" || (await isThere(resolve(choice)))) return;
  throw new InputError(
    `${flag}: expected "mnist", "digits", a folder or a file, got "${choice}": there is no such file or folder`,
  );
}

async function storedData(path: string, options: ReadDataOptions, like: Preparation | undefined): Promise<OpenedData> {
  const id = resolve(path); // the folder's name may name the data set
  await refuseMissingData("--data", path);
  const data = await readDataFor(like, id, options).catch(throwWithFlag);
  const { maxBytes: _, ...form } = options;
  return { ...data, id, readAs: withSplit(form, data.split) };
}

/** Throws an error about an option of readData or streamData as one about the command's flag. */
export function throwWithFlag(error: unknown): never {
  const message = error instanceof InputError ? error.message : "";
  const [, name, problem] = /^(?:read|stream)Data (\w+)(:.*)$/s.exec(message) ?? [];
  throw name === undefined ? error : new InputError(`${flagOf(name)}${problem}`, { cause: error });
}

/** The options with a split that the reader made: it is made again when the run is opened, whatever the default is by then. */
export function withSplit(options: ReadDataOptions, split: string | undefined): ReadDataOptions {
  if (!split?.includes("seed")) return options;
  return { ...options, testSplit: options.testSplit ?? TEST_SPLIT, splitSeed: options.splitSeed ?? 0 };
}

async function downloadedMnist(): Promise<TrainTest> {
  const bar = downloadBar();
  try {
    return await mnist({ onProgress: bar.show });
  } catch (error) {
    if (!(error instanceof MnistUnavailable)) throw error;
    const message = error.message.replace("or use digits()", "or use --data digits");
    throw new MnistUnavailable(message, { cause: error.cause });
  } finally {
    bar.end();
  }
}

type Progress = Parameters<NonNullable<MnistOptions["onProgress"]>>[0];

/** On a terminal a progress bar, else one line for each file. */
function downloadBar(): { show(progress: Progress): void; end(): void } {
  let file = "";
  const columns = terminalColumns("error");
  return {
    show(progress) {
      const isNew = progress.file !== file;
      if (columns === undefined) {
        if (isNew) writeError(`Downloading ${progress.file}${sizeText(progress.total)}\n`);
      } else {
        if (isNew && file !== "") writeError("\n");
        writeError(...rewrittenLine(downloadLine(progress, columns)));
      }
      file = progress.file;
    },
    end() {
      if (file !== "" && columns !== undefined) writeError("\n");
    },
  };
}

/** `━━━━━━━━────────  52%  5.1 of 9.9 MB  train-images-idx3-ubyte.gz`, never wider than the terminal. */
export function downloadLine({ file, received, total }: Progress, columns: number): string {
  const mega = (bytes: number) => (bytes / 1e6).toFixed(1);
  if (total === undefined) return `${mega(received)} MB  ${file}`.slice(0, columns - 1);
  const done = Math.round((16 * received) / Math.max(1, total));
  const share = `${Math.floor((100 * received) / Math.max(1, total))}%`.padStart(4);
  return `${"━".repeat(done)}${"─".repeat(16 - done)} ${share}  ${mega(received)} of ${mega(total)} MB  ${file}`.slice(
    0,
    columns - 1,
  );
}

function sizeText(bytes: number | undefined): string {
  return bytes === undefined ? "" : ` (${(bytes / 1e6).toFixed(1)} MB)`;
}
