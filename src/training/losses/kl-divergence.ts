import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { EPSILON } from "./epsilon.ts";
import { formulaLoss } from "./formula.ts";

const options = {};

/** {@link klDivergence} as it is saved. */
export interface KlDivergence {
  /** The loss's name, which `compile` also takes. */
  readonly type: "kl_divergence";
}

/**
 * The sum over the classes k of target_k ln(target_k / probability_k), both clipped to [1e-7, 1]; labels are rows of
 * targets, [N, classes]. Alias "kld".
 * https://keras.io/api/losses/probabilistic_losses/#kldivergence-class
 */
export function klDivergence(given: OptionsOf<typeof options> = {}): KlDivergence {
  return { type: "kl_divergence", ...checkedOptions("klDivergence", options, given) };
}

export const klDivergenceLoss = formulaLoss<KlDivergence>(
  { create: klDivergence, targets: "rows", outputs: "probabilities" },
  (ops, target, output) => {
    const [t, p] = [ops.clip(target, EPSILON, 1), ops.clip(output, EPSILON, 1)];
    return ops.sum(ops.multiply(t, ops.log(ops.divide(t, p))));
  },
);
