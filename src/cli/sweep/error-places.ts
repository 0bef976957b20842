import { InputError } from "../../core/errors.ts";
import type { Sweep } from "../../sweep/sweep.ts";
import { settingRules } from "./setting-rules.ts";

/**
 * An error about the data or the network of trials as one about its place in a sweep's file: `a.yaml: train.data: ...`.
 * Options of `lenet5 train` that it names are settings there.
 * @param what the name of the file
 */
export function atItsPlace(error: unknown, { space }: Sweep, what: string): unknown {
  if (!(error instanceof InputError)) return error;
  // Errors begin with their option, and those of `fit` with its argument; only data have others.
  const [, flag, problem] = /^(?:--([\w-]+)|fit validationSplit)(:? .*)$/s.exec(error.message) ?? [];
  const name = problem === undefined ? "data" : (flag ?? "validation-split");
  const part = space.varied.some(([varied]) => varied === name) ? "vary" : "train";
  const place = name === "folds" ? "measure.folds" : `${part}.${name}`;
  const settings = settingRules();
  const found = problem ?? `: ${error.message}`;
  // Those of a command that it tells to run stay as they are.
  const text = found.includes("lenet5 ")
    ? found
    : found.replaceAll(/--([\w-]+)/g, (option, other: string) => (Object.hasOwn(settings, other) ? other : option));
  return new InputError(`${what}: ${place}${text}`, { cause: error });
}
