import { finalRelu } from "../ops/activations/final-relu.ts";
import { finalTanh } from "../ops/activations/final-tanh.ts";
import { reluFollower } from "../ops/activations/relu.ts";
import { type ActivationName, activation } from "../ops/activations/table.ts";
import { foldNormalization, type Weights } from "../ops/fold-normalization.ts";
import type { Tape, Value } from "../ops/tape.ts";

/** The activation at the end of a layer. */
export interface FinalActivation {
  readonly endsInSoftmax: boolean;
  /** The activation of x. With `logits`, a softmax is left out: the loss computes both at once. */
  apply(tape: Tape, x: Value, logits: boolean): Value;
  /**
   * The activation of a linear operation, all in one: `write` gets the operation's weights, or those that include a
   * batch normalization behind it ({@link foldNormalization}), and does nothing but that operation.
   */
  ofLinear(tape: Tape, weights: Weights, write: (weights: Weights) => Value, logits: boolean, columns?: number): Value;
}

/** The activation at the end of a layer, by its name. `inPlace` is only allowed where no other layer reads x. */
export function finalActivation(name: ActivationName, inPlace = true): FinalActivation {
  const isLinear = name === "linear";
  const apply = (tape: Tape, x: Value, logits: boolean) => {
    if (logits && name === "softmax") return x;
    if (name === "relu" || (isLinear && inPlace && tape.take(reluFollower))) return finalRelu(tape, x, inPlace);
    if (name === "tanh") return finalTanh(tape, x, inPlace);
    return activation(tape, x, name, inPlace);
  };
  return {
    endsInSoftmax: name === "softmax",
    apply,
    ofLinear: (tape, weights, write, logits, columns) =>
      apply(tape, write(isLinear ? foldNormalization(tape, weights, columns) : weights), logits),
  };
}
