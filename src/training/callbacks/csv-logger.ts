import { writeBeside } from "#platform";
import type { Callback } from "./callback.ts";

/**
 * Writes one line an epoch, with a header line; the file is whole after every epoch. A number that is missing is left
 * empty. https://keras.io/api/callbacks/csv_logger/
 */
export function csvLogger(path: string): Callback {
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
