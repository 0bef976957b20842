import { type ConfigOf, type OptionsOf, optional, positive, whole } from "../../core/options.ts";
import { pendingCall } from "../../engine/pending-call.ts";
import { STEP } from "../../engine/program.ts";
import { scheduled } from "../schedules/table.ts";
import { everyOptimizer, optimizerOf } from "./every-optimizer.ts";
import type { OptimizerDefinition } from "./optimizer.ts";

const options = {
  /** The global rate: a number of at least 0, or a schedule. Default 0.0005, the paper's for its first two passes. */
  learningRate: optional(scheduled, 0.0005),
  /** Added to each second derivative, to limit the rate in flat directions; above 0. Default 0.02, the paper's. */
  mu: optional(positive, 0.02),
  /**
   * Images of the training set (of a stream: of its first batch) on which the second derivatives are estimated before
   * every epoch, at least 1; where there are fewer, all. Default 500, the paper's.
   */
  images: optional(whole(), 500),
  ...everyOptimizer,
};

/** Options of {@link sdlm}. */
export interface SdlmOptions extends OptionsOf<typeof options> {}

/** {@link sdlm} as it is saved. */
export interface Sdlm extends ConfigOf<typeof options> {
  /** The optimizer's name, which `compile` also takes. */
  readonly type: "sdlm";
}

/**
 * Stochastic diagonal Levenberg-Marquardt (LeCun et al. 1998, appendix C): `w -= rate g / (mu + h)`, so that each
 * weight has its own rate. h is the weight's entry on the diagonal of the Gauss-Newton matrix, the mean over `images`
 * images, estimated before every epoch as the paper does; for the loss "rbf_map", that of "rbf_mse".
 *
 * It was designed for batches of one image, but works with any batch size, and with every layer that has second
 * derivatives. The statistics of batch normalization count as constants, and the images are taken without distortion.
 * @throws InputError for options that are unknown or out of range
 */
export function sdlm(given: SdlmOptions = {}): Sdlm {
  return optimizerOf("sdlm", options, given);
}

/** The diagonal of the Gauss-Newton matrix. */
const CURVATURE = "curvature";

export const sdlmOptimizer: OptimizerDefinition<Sdlm> = {
  create: sdlm,
  slots: () => [CURVATURE],
  update({ mu }, { w, g, count, slot }) {
    return pendingCall("diagonalLevenbergMarquardt", { w, g, h: slot(CURVATURE), count, rate: STEP.learningRate, mu });
  },
  curvature: ({ images }) => ({ slot: CURVATURE, images }),
};
