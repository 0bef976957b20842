import type { Command } from "commander";
import { InputError, oneOf } from "../core/errors.ts";
import type { ShippedName } from "./networks/network.ts";
import { defaultNetwork, shippedNames } from "./networks/networks.ts";

/** A whole number from `min` to `max`. */
export function whole(flag: string, min = 1, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new InputError(`${flag}: expected a whole number ${range}, got "${text}"`);
  };
}

/** A number, or a fraction such as 1/12, that is `allowed`; `range` describes the allowed values. */
export function number(flag: string, range: string, allowed: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const [over, under = "1", ...more] = text.split("/");
    const value =
      over!.trim() === "" || under.trim() === "" || more.length > 0 ? Number.NaN : Number(over) / Number(under);
    if (Number.isFinite(value) && allowed(value)) return value;
    throw new InputError(`${flag}: expected a number ${range}, got "${text}"`);
  };
}

export function choice<Name extends string>(flag: string, known: readonly Name[]): (text: string) => Name {
  return (text) => oneOf(flag, text, known);
}

/** More than 64 is a mistake: a batch is divided among at most 32 threads. */
export const threadsOption = whole("--threads", 1, 64);

/** @param use what the data are for, where the command does not say it */
export function withData(
  command: Command,
  fallback = "mnist, or digits where MNIST is not available",
  use = "",
): Command {
  return command.option(
    "--data <data>",
    `${use}mnist, digits (built in), or the path of your own: folders of pictures, CSV, npz, npy, or files in MNIST's format (default: ${fallback})`,
  );
}

export function withShippedNetwork(command: Command, fallback: ShippedName = defaultNetwork): Command {
  const help = `a pretrained network that ships with lenet5: ${shippedNames.join(", ")} (default: ${fallback})`;
  return command.option("--network <network>", help, choice("--network", shippedNames));
}

export function withJson(command: Command): Command {
  return command.option("--json", "print one JSON document to standard output, and nothing else");
}

/** Adds examples after a command's help. */
export function withExamples(command: Command, ...lines: string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`);
}

/** Adds terms with their descriptions after a command's help, in the layout of its options. */
export function withTable(command: Command, title: string, rows: Readonly<Record<string, string>>): Command {
  return command.addHelpText("after", () => {
    const helper = command.createHelp();
    helper.prepareContext({ helpWidth: command.configureOutput().getOutHelpWidth?.() });
    const width = Math.max(...Object.keys(rows).map((term) => term.length));
    const items = Object.entries(rows).map(([term, text]) => helper.formatItem(term, width, text, helper));
    return `\n${title}\n${items.join("\n")}`;
  });
}
