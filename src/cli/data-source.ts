import { homedir } from "node:os";
import { basename, resolve, sep } from "node:path";
import { pathInfo, terminalColumns, writeError } from "#platform";
import {
  digits,
  InputError,
  type MnistOptions,
  MnistUnavailable,
  mnist,
  type Run,
  readIdxFolder,
  type TrainTest,
} from "../index.ts";
import type { Print } from "./output.ts";
import { originOf } from "./run-origin.ts";

/** The data set of a command. */
export interface OpenedData extends TrainTest {
  /** "mnist", "digits", or the absolute path of a folder: the value of `--data` for the same data again. */
  readonly id: string;
  /** A warning for the user: the data are not those that they may expect. */
  readonly notice?: string;
}

/** The name of data for people, without a local path: `MNIST`, `built-in digits`, `MNIST-format files in "kmnist"`. */
export function dataName(id: string): string {
  if (id === "mnist") return "MNIST";
  return id === "digits" ? "built-in digits" : `MNIST-format files in "${basename(id)}"`;
}

/** A short path of data: the name, or the last parts of the folder's path (`~/data/kmnist`, `.../data/kmnist`). */
export function dataPlace(id: string): string {
  if (id === "mnist" || id === "digits") return dataName(id);
  const home = homedir() + sep;
  const path = id.startsWith(home) ? `~${sep}${id.slice(home.length)}` : id;
  const parts = path.split(sep);
  return parts.length > 4 ? ["...", ...parts.slice(-2)].join(sep) : path;
}

/**
 * The data that `--data` names; without it MNIST where it is on this machine or can be downloaded, else built-in
 * digits.
 * @throws InputError for a name that is neither known nor a folder, and for data that cannot be read
 */
export async function openData(choice: string | undefined): Promise<OpenedData> {
  if (choice === "digits") return { ...digits(), id: "digits" };
  if (choice === "mnist") return { ...(await downloadedMnist()), id: "mnist" };
  if (choice !== undefined) return { ...(await folderData(choice)), id: resolve(choice) };
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
export async function openDataOfRun(run: Run, choice: string | undefined, print: Print): Promise<OpenedData> {
  const origin = originOf(run);
  if (choice !== undefined || !origin) {
    if (choice !== undefined || run.config.data.testImages === null) return openData(choice);
    throw new InputError(`"${run.folder}": its data are known to the program that trained it: give them with --data`);
  }
  const { data, dataFromRun } = origin;
  if (data === "mnist" || data === "digits" || (await pathInfo(data))?.kind === "folder") return openData(data);
  const moved = dataFromRun === undefined ? undefined : resolve(run.folder, dataFromRun);
  if (moved !== undefined && (await pathInfo(moved))?.kind === "folder") {
    print(`Note: the run's data are no longer in ${data}; found at the same place from the run: ${moved}`);
    return openData(moved);
  }
  throw new InputError(
    `"${run.folder}": the folder of its data, ${data}, is no longer there: give the folder with --data`,
  );
}

async function folderData(folder: string): Promise<TrainTest> {
  const found = await pathInfo(folder);
  if (found?.kind === "folder") return readIdxFolder(resolve(folder)); // the folder's name may name the data set
  const problem = found ? "that is a file" : "there is no such folder";
  throw new InputError(
    `--data: expected "mnist", "digits" or a folder with four files in MNIST's format (IDX), got "${folder}": ${problem}`,
  );
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
