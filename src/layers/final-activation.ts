import { rectify } from "../ops/activations/rectify.ts";
import { rectifier } from "../ops/activations/relu.ts";
import { type ActivationName, activation } from "../ops/activations/table.ts";
import { foldNormalization } from "../ops/fold-normalization.ts";
import type { Tape, Value } from "../ops/tape.ts";

/** The activation at the end of a layer. */
export interface FinalActivation {
  readonly endsInSoftmax: boolean;
  /** The activation of x. With `logits`, a softmax is left out: the loss computes both at once. */
  apply(tape: Tape, x: Value, logits: boolean): Value;
  /** The weights of the linear operation before it: see {@link foldNormalization}. */
  folded: typeof foldNormalization;
}

/** The activation at the end of a layer, by its name. `inPlace` is only allowed where no other layer reads x. */
export function finalActivation(name: ActivationName, inPlace = true): FinalActivation {
  const isLinear = name === "linear";
  return {
    endsInSoftmax: name === "softmax",
    apply(tape, x, logits) {
      if (logits && name === "softmax") return x;
      if (name === "relu" || (isLinear && inPlace && tape.take(rectifier))) return rectify(tape, x, inPlace);
      return activation(tape, x, name, inPlace);
    },
    folded: (tape, weights, columns) => (isLinear ? foldNormalization(tape, weights, columns) : weights),
  };
}
