import { InputError, shown } from "../core/errors.ts";
import { type Check, optional, whole } from "../core/options.ts";
import { abortSignal } from "../core/signal.ts";

/** "auto" and true are 1, false is 0, as in Keras. */
const verbosity: Check<0 | 1 | "auto" | boolean, 0 | 1> = (what, given) => {
  if (given === "auto" || given === true) return 1;
  if (given === false) return 0;
  if (given === 0 || given === 1) return given;
  throw new InputError(`${what}: expected 0, 1, true, false or "auto", got ${shown(given)}`);
};

/** Options of one pass over images: of `evaluate` and `predict`. */
export const passOptions = {
  /**
   * Images that are handed to the engine at a time, at least 1. It bounds the memory for copies of the images, and does
   * not change the result. Default: all; with `verbose`, 8192. Streams bring their own batches.
   */
  batchSize: optional(whole(), undefined),
  /**
   * 0 or false: silent; 1, true or "auto": a line of progress, rewritten on a terminal, otherwise at the end. Default 0.
   */
  verbose: optional(verbosity, 0),
  /** Aborting it ends the call at once: the promise is rejected with the signal's reason. Default: none. */
  signal: optional(abortSignal, undefined),
};
