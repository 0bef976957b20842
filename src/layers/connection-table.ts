import { InputError, shown } from "../core/errors.ts";
import type { Complain } from "./define-layer.ts";

/** For each output map the input channels that it sees, from 0: `[[0, 1, 2], [1, 2, 3], ...]`. */
export type ConnectionTable = readonly (readonly number[])[];

/** {@link ConnectionTable} as an option. Its channels are checked when the input is known, by {@link checkChannels}. */
export function connectionTable(what: string, table: ConnectionTable): number[][] {
  if (!Array.isArray(table) || !table.every(Array.isArray)) {
    throw new InputError(`${what}: expected a list of input channels for each filter, got ${shown(table)}`);
  }
  return table.map((channels) => [...channels]);
}

/** Complains unless each list has channels of the input only, each once. */
export function checkChannels(table: ConnectionTable, channels: number, complain: Complain): void {
  table.forEach((list, map) => {
    const wrong = list.find((channel) => !Number.isInteger(channel) || channel < 0 || channel >= channels);
    if (wrong !== undefined) {
      complain(
        `expected input channels below ${channels} in connectionTable[${map}], got ${shown(wrong)}: does the table belong to another input?`,
      );
    }
    if (new Set(list).size !== list.length) {
      complain(`expected each channel once in connectionTable[${map}], got [${list.join(", ")}]`);
    }
  });
}
