import { InputError } from "../../core/errors.ts";
import type { Sweep } from "../../sweep/sweep.ts";

/**
 * An error about an option of `lenet5 train` as one about its place in a sweep's file: `a.yaml: train.data: ...`. Other
 * errors stay as they are.
 * @param what the name of the file
 */
export function atItsPlace(error: unknown, { space }: Sweep, what: string): unknown {
  const message = error instanceof InputError ? error.message : "";
  // Errors of options begin with the option, and what `fit` refuses with its argument.
  const [, flag, problem] = /^(?:--([\w-]+)|fit validationSplit)(:? .*)$/s.exec(message) ?? [];
  if (problem === undefined) return error;
  const name = flag ?? "validation-split";
  const part = space.varied.some(([varied]) => varied === name) ? "vary" : "train";
  const place = name === "folds" ? "measure.folds" : `${part}.${name}`;
  return new InputError(`${what}: ${place}${problem}`, { cause: error });
}
