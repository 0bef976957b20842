import { InputError } from "../core/errors.ts";
import { flagOf } from "./data-options.ts";

/** The options of functions of the library that commands call otherwise. */
const flags: Readonly<Record<string, string>> = { file: "--out", inputShape: "--size" };

/**
 * Throws an error that begins with a function of the library and perhaps its option, `exportOnnx withPreparation:`, as
 * one that begins with the command's option, `--with-preparation:`, or with `what`.
 */
export function throwForCommand(what: string, error: unknown): never {
  if (!(error instanceof InputError)) throw error;
  const message = error.message
    .replace(/^(?:import|export|check|with)[A-Z]\w*(?: (\w+))?: /, (_, option: string | undefined) =>
      option === undefined ? `${what}: ` : `${flags[option] ?? flagOf(option)}: `,
    )
    .replace(
      /(?:set|correct) model\.reading\b/,
      "use the file that lenet5 import --check DATA -o own.safetensors writes",
    );
  throw message === error.message ? error : new InputError(message, { cause: error });
}
