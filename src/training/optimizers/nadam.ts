import { wholePower } from "../../core/elementary.ts";
import type { ConfigOf, OptionsOf } from "../../core/options.ts";
import { pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { momentOptions } from "./adam.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

const options = { ...momentOptions, ...everyOptimizer };

/** Options of {@link nadam}. */
export interface NadamOptions extends OptionsOf<typeof options> {}

/** {@link nadam} as it is saved. */
export interface Nadam extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "nadam";
}

/**
 * Adam with Nesterov momentum (Dozat 2015, http://cs229.stanford.edu/proj2015/054_report.pdf) as Keras computes it: with
 * `u_t = beta1 (1 - 0.96^t / 2)` and U_t the product of u_1 to u_t, `w -= rate m' / (sqrt(v / (1 - beta2^t)) + epsilon)`,
 * where `m' = u_(t+1) m / (1 - U_(t+1)) + (1 - u_t) g / (1 - U_t)`. https://keras.io/api/optimizers/Nadam/
 * @throws InputError for options that are unknown or out of range
 */
export function nadam(given: NadamOptions = {}): Nadam {
  return optimizerOf("nadam", options, given);
}

/** Keras's names of the first and the second moment. */
const FIRST_MOMENT = "momentum";
const SECOND_MOMENT = "velocity";

export const nadamOptimizer: OptimizerDefinition<Nadam> = {
  create: nadam,
  slots: () => [FIRST_MOMENT, SECOND_MOMENT],
  update({ beta1, beta2, epsilon }, { w, g, count, slot }) {
    const moments = { firstMoment: slot(FIRST_MOMENT), secondMoment: slot(SECOND_MOMENT) };
    // In float32, 1 - 0.999 would be wrong by 1.3e-5 of its value.
    const shares = { take1: 1 - beta1, take2: 1 - beta2 };
    const [ofMoment, ofGradient, correction] = STEP.own;
    return pendingCall("nadam", { w, g, ...moments, ...shares, count, ofMoment, ofGradient, correction, epsilon });
  },
  ownNumbers({ beta1, beta2 }, learningRate, step) {
    const { now, next, product } = momenta(beta1, step + 1);
    const ofMoment = (learningRate * next) / (1 - product * next);
    const ofGradient = (learningRate * (1 - now)) / (1 - product);
    return [ofMoment, ofGradient, 1 - wholePower(beta2, step + 1)];
  },
};

/** u_t, u_(t+1) and the product of u_1 to u_t. */
function momenta(beta1: number, t: number): { now: number; next: number; product: number } {
  const at = (step: number) => beta1 * (1 - 0.5 * wholePower(0.96, step));
  let product = 1;
  // A product that 1 - product no longer shows need not be known.
  for (let step = 1, decay = 0.96; step <= t && product > 1e-20; step++, decay *= 0.96) {
    product *= beta1 * (1 - 0.5 * decay);
  }
  return { now: at(t), next: at(t + 1), product };
}
