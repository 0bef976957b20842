import { pathInfo, readBytes, writeBeside } from "#platform";
import { InputError } from "../../core/errors.ts";
import { checkedOptions, flag, type OptionsOf, optional, required, text } from "../../core/options.ts";
import type { Callback } from "./callback.ts";

const options = {
  /** The file to write. Required. */
  filename: required(text),
  /** What stands between two numbers of a line. Default ",". */
  separator: optional(text, ","),
  /**
   * Whether to add lines to a file that is there already, under its header, instead of replacing it: for training that
   * continues. Default false.
   */
  append: optional(flag, false),
};

/** Options of {@link csvLogger}. */
export interface CsvLoggerOptions extends OptionsOf<typeof options> {}

/**
 * Writes a header and one line per epoch to a file, which is complete after every epoch. A missing number is left
 * empty. Every call of `fit` replaces the file, unless `append` is set. `csvLogger("log.csv")` is short for
 * `csvLogger({ filename: "log.csv" })`. https://keras.io/api/callbacks/csv_logger/
 * @throws InputError for options that are unknown, missing or of the wrong type; and after an epoch when the file cannot
 *   be written or, with `append`, has other columns
 */
export function csvLogger(given: string | CsvLoggerOptions): Callback {
  const { filename, separator, append } = checkedOptions(
    "csvLogger",
    options,
    typeof given === "string" ? { filename: given } : given,
  );
  let names: string[] = [];
  let lines: string[] = [];
  return {
    async onTrainBegin() {
      lines = append && (await pathInfo(filename)) ? await linesOf(filename) : [];
      names = lines[0]?.split(separator).slice(1) ?? [];
    },
    async onEpochEnd(epoch, logs) {
      if (lines.length === 0) {
        names = Object.keys(logs);
        lines.push(["epoch", ...names].join(separator));
      }
      const unknown = append ? Object.keys(logs).find((name) => !names.includes(name)) : undefined;
      if (unknown !== undefined) {
        throw new InputError(
          `csvLogger append: expected a file with a column "${unknown}", got "${filename}" with ${lines[0]}: give another filename`,
        );
      }
      lines.push([epoch, ...names.map((name) => logs[name] ?? "")].join(separator));
      await writeBeside(filename, `${lines.join("\n")}\n`);
    },
  };
}

async function linesOf(filename: string): Promise<string[]> {
  const content = new TextDecoder().decode(await readBytes(filename));
  return content.split(/\r?\n/).filter((line) => line !== "");
}
