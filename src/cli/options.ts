import type { Command } from "commander";
import { InputError, oneOf } from "../core/errors.ts";
import { shippedNetworks } from "./recipe.ts";

/** A whole number of at least `least`. */
export function whole(flag: string, least = 1, most = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    throw new InputError(`${flag}: expected a whole number ${range}, got "${text}"`);
  };
}

/** A number or a fraction such as 1/12 for which `allowed` holds; `range` says so in words. */
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

/** More threads than this are a mistake: a batch has 8 parts to share. */
export const threadsOption = whole("--threads", 1, 64);

/** What the names of networks mean. */
export const networksHelp = "article (C3 connected as in the paper's Table I), full, or 1998 (the paper's own)";

const dataHelp = "mnist, digits (built in), or a folder with files in MNIST's format";

export function withData(command: Command, byDefault = "mnist, or digits where it cannot be had"): Command {
  return command.option("--data <data>", `${dataHelp} (default: ${byDefault})`);
}

export function withShippedNetwork(command: Command): Command {
  const help = "article or 1998, the networks that ship with lenet5 (default: article)";
  return command.option("--network <network>", help, choice("--network", shippedNetworks));
}

export function withJson(command: Command): Command {
  return command.option("--json", "print one JSON document and nothing else on standard output");
}

/** Adds examples after a command's help. */
export function withExamples(command: Command, ...lines: string[]): Command {
  return command.addHelpText("after", `\nExamples:\n${lines.map((line) => `  $ ${line}`).join("\n")}`);
}
