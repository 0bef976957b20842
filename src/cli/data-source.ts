import { homedir } from "node:os";
import { basename, resolve, sep } from "node:path";
import { terminalColumns, writeError } from "#platform";
import { TEST_SPLIT } from "../data/read-data-options.ts";
import { placeOf } from "../data/source.ts";
import {
  digits,
  InputError,
  type MnistOptions,
  MnistUnavailable,
  mnist,
  type ReadDataOptions,
  type Run,
  readData,
  type TrainTest,
} from "../index.ts";
import { dataOptionsOf, flagOf } from "./data-options.ts";
import type { Print } from "./output.ts";
import { originOf } from "./run-origin.ts";

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
export function notesOf({ notice, split, notes = [] }: OpenedData): string[] {
  return [
    ...(notice === undefined ? [] : [`Note: ${notice}`]),
    ...(split === undefined ? [] : [`Split: ${split}`]),
    ...notes.map((note) => `Note: ${note}`),
  ];
}

/** The name of data for people, without a local path: `MNIST`, `built-in digits`, `pictures in "letters"`. */
export function dataName({ id, source }: Pick<OpenedData, "id" | "source">): string {
  if (id === "mnist") return "MNIST";
  return id === "digits" ? "built-in digits" : source.replace(id, `"${basename(id)}"`);
}

/** A short path of data: the name, or the last parts of the folder's path (`~/data/kmnist`, `.../data/kmnist`). */
export function dataPlace({ id, source }: Pick<OpenedData, "id" | "source">): string {
  if (id === "mnist" || id === "digits") return dataName({ id, source });
  const home = homedir() + sep;
  const path = id.startsWith(home) ? `~${sep}${id.slice(home.length)}` : id;
  const parts = path.split(sep);
  return parts.length > 4 ? ["...", ...parts.slice(-2)].join(sep) : path;
}

/**
 * The data that `--data` names; without it MNIST where it is on this machine or can be downloaded, else built-in
 * digits.
 * @throws InputError for a name that is neither known nor there, for options that known data do not have, and for data that cannot be read
 */
export async function openData(choice: string | undefined, options: ReadDataOptions = {}): Promise<OpenedData> {
  const read = dataOptionsOf(options);
  if (choice !== undefined && choice !== "digits" && choice !== "mnist") return storedData(choice, read);
  const [unused] = Object.keys(read);
  if (unused !== undefined) {
    const name = choice ?? "data that come with the package";
    throw new InputError(`${flagOf(unused)}: expected with a folder or a file for --data, got ${name}; leave it out`);
  }
  if (choice === "digits") return { ...digits(), id: "digits" };
  if (choice === "mnist") return { ...(await downloadedMnist()), id: "mnist" };
  try {
    return { ...(await downloadedMnist()), id: "mnist" };
  } catch (error) {
    if (!(error instanceof MnistUnavailable)) throw error;
    const notice =
      "MNIST is neither on this machine nor reachable, so built-in digits are used: the accuracy is theirs, not MNIST's. " +
      "For MNIST, connect to the internet, or set LENET5_DATA to a folder with its four files.";
    return { ...digits(), id: "digits", notice };
  }
}

/**
 * The data that a run was trained on, or those of `--data`. Where its folder is no longer there, it is looked for at the
 * same place relative to the run, as when both were moved together; `print` says so.
 * @throws InputError where it is not there either
 */
export async function openDataOfRun(
  run: Run,
  choice: string | undefined,
  print: Print,
  given: ReadDataOptions = {},
): Promise<OpenedData> {
  const origin = originOf(run);
  // Other data come to the run's size; how they are divided is their own.
  const { testSplit: _, splitSeed: __, ...form } = origin?.dataOptions ?? {};
  const isNamed = choice === "mnist" || choice === "digits";
  if (choice !== undefined || !origin) {
    if (choice !== undefined) return openData(choice, isNamed ? given : { ...form, ...dataOptionsOf(given) });
    if (run.config.data.testImages === null) return openData(choice, given);
    throw new InputError(`"${run.folder}": its data are known to the program that trained it: give them with --data`);
  }
  const { data, dataFromRun, dataOptions = {} } = origin;
  const [setting] = Object.keys(dataOptionsOf(given));
  if (setting !== undefined) {
    throw new InputError(
      `${flagOf(setting)}: expected with --data, as the run's own data are read as they were; leave it out`,
    );
  }
  if (data === "mnist" || data === "digits" || (await isThere(data))) return openData(data, dataOptions);
  const moved = dataFromRun === undefined ? undefined : resolve(run.folder, dataFromRun);
  if (moved !== undefined && (await isThere(moved))) {
    print(`Note: the run's data are no longer in ${data}; found at the same place from the run: ${moved}`);
    return openData(moved, dataOptions);
  }
  throw new InputError(`"${run.folder}": its data, ${data}, are no longer there: give their place with --data`);
}

/** Whether there are files at a path, or files whose names begin so. */
async function isThere(path: string): Promise<boolean> {
  return placeOf(path).then(
    () => true,
    () => false,
  );
}

async function storedData(path: string, options: ReadDataOptions): Promise<OpenedData> {
  const id = resolve(path); // the folder's name may name the data set
  if (!(await isThere(id)))
    throw new InputError(
      `--data: expected "mnist", "digits", a folder or a file, got "${path}": there is no such file or folder`,
    );
  const data = await readData(id, options);
  // A split that the reader made is made again when the run is opened, whatever the default is by then.
  const isSplit = data.split?.includes("seed") === true;
  const split = { testSplit: options.testSplit ?? TEST_SPLIT, splitSeed: options.splitSeed ?? 0 };
  return { ...data, id, readAs: { ...options, ...(isSplit && split) } };
}

async function downloadedMnist(): Promise<TrainTest> {
  const bar = downloadBar();
  try {
    return await mnist({ onProgress: bar.show });
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
        writeError(`\r${downloadLine(progress, columns)}\u001b[K`);
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
