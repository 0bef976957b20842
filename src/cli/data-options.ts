/** The options of commands about how `--data` are read. */
import type { Command } from "commander";
import { InputError } from "../core/errors.ts";
import { fits, type GivenSize, type ReadDataOptions, TEST_SPLIT } from "../data/read-data-options.ts";
import { choice, number, whole } from "./options.ts";

/** The names of these options in a command's options. */
export const dataOptionNames = [
  "size",
  "channels",
  "fit",
  "testSplit",
  "splitSeed",
  "transpose",
  "layout",
  "labelColumn",
  "maxBytes",
] as const satisfies readonly (keyof ReadDataOptions)[];

/** The options of a command that are about its data. */
export function dataOptionsOf(options: ReadDataOptions): ReadDataOptions {
  const given = dataOptionNames.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return Object.fromEntries(given);
}

/** The options of a command that are about its data, as they are typed: `["--size", "24x32", "--split-seed", "5"]`. */
export function dataFlags(options: ReadDataOptions): string[] {
  return Object.entries(dataOptionsOf(options)).flatMap(([name, value]) => {
    const flag = flagOf(name);
    if (typeof value === "boolean") return [value ? flag : flag.replace("--", "--no-")];
    return [flag, [value].flat().join("x")];
  });
}

/** The flag of an option: `--test-split`. */
export function flagOf(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** Adds the limit for data in files, which is of the machine and not of the data: a run does not keep it. */
export function withMaxBytes(command: Command): Command {
  return command.option(
    "--max-bytes <N>",
    "most bytes of arrays when they are unpacked, or of images (default: 2 GiB for arrays, half the memory for images)",
    whole("--max-bytes", 1),
  );
}

/** Adds the options about data in a folder or a file. */
export function withDataOptions(command: Command): Command {
  command
    .option(
      "--size <size>",
      "rows x columns to which images are brought, such as 32 or 24x32 (default: their own)",
      size,
    )
    .option(
      "--channels <N>",
      "1 (grey), 3 (colour) or 4 (with alpha) (default: 1 where pictures are grey, else 3)",
      channels,
    )
    .option(
      "--fit <how>",
      "how images of another aspect ratio come to --size: pad them, stretch them or crop their middle (default: pad)",
      choice("--fit", fits),
    )
    .option(
      "--test-split <X>",
      `fraction of each class for the test, where the data have no test set (default: ${TEST_SPLIT})`,
      number("--test-split", "between 0 and 1", (value) => value > 0 && value < 1),
    )
    .option("--split-seed <N>", "seed of that split (default: 0)", whole("--split-seed", 0))
    .option("--transpose", "exchange rows and columns of images (default: in files with EMNIST's names)")
    .option("--no-transpose", "take images of files with EMNIST's names as they are")
    .option(
      "--layout <layout>",
      "channels_last or channels_first, for arrays with channels (default: seen in the shape)",
      choice("--layout", ["channels_last", "channels_first"]),
    )
    .option(
      "--label-column <column>",
      "first or last, for CSV files (default: seen in the file)",
      choice("--label-column", ["first", "last"]),
    );
  return withMaxBytes(command);
}

export function size(text: string): GivenSize {
  const [rows, columns = rows, ...more] = text.split("x").map((part) => (/^\d+$/.test(part) ? Number(part) : 0));
  if (rows! > 0 && columns! > 0 && more.length === 0) return rows === columns ? rows! : [rows!, columns!];
  throw new InputError(`--size: expected rows x columns, such as 32 or 24x32, got "${text}"`);
}

export function channels(text: string): 1 | 3 | 4 {
  const known = ([1, 3, 4] as const).find((count) => String(count) === text);
  if (known !== undefined) return known;
  throw new InputError(`--channels: expected 1 (grey), 3 (colour) or 4 (colour and alpha), got "${text}"`);
}
