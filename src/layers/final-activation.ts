import { type ActivationName, activation } from "../ops/activations/table.ts";
import type { Tape, Value } from "../ops/tape.ts";

/** The activation at the end of a layer. */
export interface FinalActivation {
  readonly endsInSoftmax: boolean;
  /** The activation of x. With `logits`, a softmax is left out: the loss computes both at once. */
  apply(tape: Tape, x: Value, logits: boolean): Value;
}

/** The activation at the end of a layer, by its name. `inPlace` is only allowed where no other layer reads x. */
export function finalActivation(name: ActivationName, inPlace = true): FinalActivation {
  return {
    endsInSoftmax: name === "softmax",
    apply: (tape, x, logits) => (logits && name === "softmax" ? x : activation(tape, x, name, inPlace)),
  };
}
