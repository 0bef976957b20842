import { writeBeside } from "#platform";
import { text } from "../../core/options.ts";
import type { Callback } from "./callback.ts";

/**
 * Writes a header and one line per epoch to the file `path`, which is complete after every epoch. A missing number is
 * left empty. Every call of `fit` replaces the file. https://keras.io/api/callbacks/csv_logger/
 * @throws InputError for a path that is no text, and after an epoch when the file cannot be written
 */
export function csvLogger(path: string): Callback {
  text("csvLogger path", path);
  let names: string[] = [];
  let lines: string[] = [];
  return {
    onTrainBegin() {
      names = [];
      lines = [];
    },
    async onEpochEnd(epoch, logs) {
      if (names.length === 0) {
        names = Object.keys(logs);
        lines.push(["epoch", ...names].join(","));
      }
      lines.push([epoch, ...names.map((name) => logs[name] ?? "")].join(","));
      await writeBeside(path, `${lines.join("\n")}\n`);
    },
  };
}
