import type { Variable } from "../engine/variable.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** The sets of numbers of an image that are normalized. */
export type Sets =
  /** The channels of each position. */
  | "positions"
  /** Groups of channels, with all their positions. */
  | { readonly groups: number };

interface SetNormalizationOptions {
  readonly sets: Sets;
  readonly epsilon: number;
  /** One number for each channel. */
  readonly gamma?: Variable;
  readonly beta?: Variable;
}

/** y = gamma (x - mean) / sqrt(variance + epsilon) + beta, with the mean and variance of each set of one image. */
export function normalizeSets(tape: Tape, x: Value, options: SetNormalizationOptions): Value {
  const { builder, layout } = tape;
  const { sets, epsilon, gamma, beta } = options;
  const { channels, positions } = positionsOf(x.shape);
  const dependsOnWeights = x.needsGradient || gamma !== undefined || beta !== undefined;
  // There are no calls for the gradient of one image by itself.
  const y = tape.value(x.shape, dependsOnWeights, { oneImage: !tape.differentiates, curvature: true });
  const size = setSizes(sets, channels, positions);
  const weights = { gamma: gamma ? builder.variable(gamma) : 0, beta: beta ? builder.variable(beta) : 0 };
  if (layout === "image") {
    const width = Math.ceil(channels / 4) * 4;
    const steps =
      sets === "positions" ? { setStep: width, channelStep: 1 } : { setStep: size.channels, channelStep: 1 };
    const shape = builder.record("SetShape", { ...size, ...steps });
    builder.call("imageNormalizeSets", { x: x.buffer, y: y.buffer, ...weights, shape, width: channels, epsilon });
    return y;
  }
  const setStep = sets === "positions" ? 1 : size.channels * positions;
  const shape = builder.record("SetShape", { ...size, setStep, channelStep: positions });
  const statistics = builder.buffer(size.sets * 2);
  builder.call("normalizeSets", { x: x.buffer, y: y.buffer, statistics, ...weights, shape, epsilon });
  tape.record(y, (dy) => {
    const common = { x: x.buffer, dy, statistics, shape };
    if (gamma) {
      tape.giveWeight(gamma, (dgamma, accumulate) =>
        builder.call("normalizeSetsGammaGradient", { ...common, dgamma, squared: tape.curvature ? 1 : 0, accumulate }),
      );
    }
    if (beta) {
      tape.giveWeight(beta, (db, accumulate) =>
        builder.call("biasGradient", { dy, db, filters: channels, positions, accumulate }),
      );
    }
    const backward = tape.curvature ? "normalizeSetsCurvature" : "normalizeSetsBackward";
    tape.give(x, (dx) => builder.call(backward, { ...common, dx, gamma: weights.gamma }));
  });
  return y;
}

/** The number of sets, the channels and positions of each, and the channels from one set to the next. */
function setSizes(sets: Sets, channels: number, positions: number) {
  if (sets === "positions") return { sets: positions, channels, positions: 1, weightStep: 0 };
  const own = channels / sets.groups;
  return { sets: sets.groups, channels: own, positions, weightStep: own };
}
