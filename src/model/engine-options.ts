import { InputError, shown } from "../core/errors.ts";
import { type Check, choice, type OptionsOf, optional } from "../core/options.ts";

/** More would only take memory: training uses at most one for each of its 8 shards. */
const MAX_THREADS = 64;

const threadCount: Check<number> = (what, given) => {
  if (Number.isInteger(given) && given >= 1 && given <= MAX_THREADS) return given;
  throw new InputError(`${what}: expected a whole number from 1 to ${MAX_THREADS}, got ${shown(given)}`);
};

export const engineOptions = {
  /** Threads that share the work, from 1 to 64; the results do not depend on it. Default: the machine's, at most 8. */
  threads: optional(threadCount, undefined),
  /** "reproducible" or "fast"; see `Numerics` of `lenet5`. Default "reproducible". */
  numerics: optional(choice(["reproducible", "fast"]), "reproducible"),
};

/** How a model computes. It is not saved with the model. */
export interface EngineOptions extends OptionsOf<typeof engineOptions> {}
