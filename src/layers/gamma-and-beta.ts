import { type ConfigOf, flag, optional, positive } from "../core/options.ts";
import { constraint } from "./constraints/table.ts";
import type { Complain } from "./define-layer.ts";
import { initializer } from "./initializers.ts";
import { activityOption, weightRules } from "./kernel-and-bias.ts";
import type { WeightSpec } from "./layer.ts";
import { regularizer } from "./regularizers.ts";

/** Options of the normalizations of single images. */
export const gammaAndBeta = {
  /** Added to the variance before the square root is taken, above 0; default 1e-3. */
  epsilon: optional(positive, 1e-3),
  /** Whether a trainable beta is added; default true. */
  center: optional(flag, true),
  /** Whether the result is multiplied by a trainable gamma; default true. */
  scale: optional(flag, true),
  /** Initial beta; default "zeros". */
  betaInitializer: optional(initializer, "zeros"),
  /** Initial gamma; default "ones". */
  gammaInitializer: optional(initializer, "ones"),
  /** The penalty of beta, part of the loss; default none. */
  betaRegularizer: optional(regularizer, undefined),
  /** The penalty of gamma, part of the loss; default none. */
  gammaRegularizer: optional(regularizer, undefined),
  /** What is done to beta after each step; default nothing. */
  betaConstraint: optional(constraint, undefined),
  /** What is done to gamma after each step; default nothing. */
  gammaConstraint: optional(constraint, undefined),
  ...activityOption,
};

/** gamma and beta, [channels] each, where the options have them. */
export function gammaAndBetaOf(
  config: ConfigOf<typeof gammaAndBeta>,
  channels: number,
  complain: Complain,
): WeightSpec[] {
  const { scale, center, gammaInitializer, betaInitializer } = config;
  const common = { shape: [channels], fans: { in: channels, out: channels } };
  const gamma = weightRules(config, "gamma", scale ? [channels] : "scale: true", complain);
  const beta = weightRules(config, "beta", center ? [channels] : "center: true", complain);
  return [
    ...(scale ? [{ name: "gamma", initializer: gammaInitializer, ...common, ...gamma }] : []),
    ...(center ? [{ name: "beta", initializer: betaInitializer, ...common, ...beta }] : []),
  ];
}
