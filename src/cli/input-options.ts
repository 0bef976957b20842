/** The options of commands about the images that the network of another program's file takes. */
import type { Command } from "commander";
import { InputError } from "../core/errors.ts";
import type { InputPreparation } from "../exchange.ts";
import { flagOf } from "./data-options.ts";
import { number, whole } from "./options.ts";

/** Options of a command about a file of another program. */
export interface InputOptions extends Omit<InputPreparation, "image"> {
  /** Whether a network of colour gets grey images, the same in its three channels. */
  readonly grey?: boolean;
}

const names = [
  "scale",
  "offset",
  "invert",
  "pad",
  "padAfter",
  "grey",
] as const satisfies readonly (keyof InputOptions)[];

/** The options of a command that are about the network's images; undefined where none is given. */
export function inputOptionsOf(options: InputOptions): InputOptions | undefined {
  const given = names.filter((name) => options[name] !== undefined).map((name) => [name, options[name]]);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

/** @throws InputError where options were given for a model that says itself how it takes images */
export function refuseInputOptions(options: InputOptions | undefined, name: string): void {
  const [given] = Object.keys(options ?? {});
  if (given === undefined) return;
  throw new InputError(
    `${flagOf(given)}: expected with a model file of another program, got ${name}, which takes images as it learned them; leave it out`,
  );
}

/** The heading of these options in a command's help. */
export const inputGroup = "Model files of other programs:";

/** Adds these options. @param hasInvert whether the command has a flag `--invert` of its own, which then means both */
export function withInputOptions(command: Command, hasInvert = false): Command {
  command
    .optionsGroup(inputGroup)
    .option(
      "--scale <X>",
      "what pixels from 0 to 1 are multiplied by, such as 255 (default: 1, or 255 where the network itself divides them)",
      number("--scale", "other than 0", (value) => value !== 0),
    )
    .option(
      "--offset <X>",
      "what is added to every product; --scale 2 --offset -1 gives -1 to 1 (default: 0)",
      number("--offset", "or fraction", () => true),
    );
  if (!hasInvert) command.option("--invert", "exchange light and dark, for a network of dark ink on light ground");
  return command
    .option("--pad <N>", "pixels of 0 on each side of an image, before all else (default: 0)", whole("--pad", 0))
    .option("--pad-after <N>", "zeros on each side after scale and offset (default: 0)", whole("--pad-after", 0))
    .option("--grey", "give a network of colour grey images, the same in its three channels");
}
