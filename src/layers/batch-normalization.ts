import { checkOptions, numberWithin } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { batchNormalization as normalize } from "../ops/batch-normalization.ts";
import { defineLayer, type Layer, type LayerOptions, single, type WeightSpec } from "./layer.ts";

export interface BatchNormalizationOptions extends LayerOptions {
  /** How much of the moving statistics each batch keeps; default 0.99. */
  readonly momentum?: number;
  /** Added to the variance; default 1e-3. */
  readonly epsilon?: number;
  /** Whether there is a beta to add; default true. */
  readonly center?: boolean;
  /** Whether there is a gamma to multiply by; default true. */
  readonly scale?: boolean;
}

/**
 * Normalizes each channel to mean 0 and variance 1: over the whole batch in training, by moving statistics (biased
 * variance) otherwise. https://keras.io/api/layers/normalization_layers/batch_normalization/
 */
export function batchNormalization(options: BatchNormalizationOptions = {}): Layer {
  checkOptions("[batchNormalization]", options, ["momentum", "epsilon", "center", "scale", "name"]);
  const { center = true, scale = true } = options;
  const momentum = numberWithin("[batchNormalization] momentum", options.momentum ?? 0.99, 0, 1);
  const epsilon = numberWithin("[batchNormalization] epsilon", options.epsilon ?? 1e-3, 0);
  return defineLayer("batchNormalization", options, { momentum, epsilon, center, scale }, (shapes, complain) => {
    const shape = single(shapes, complain);
    const channels = shape[shape.length - 1]!;
    const weight = (name: string, initializer: "zeros" | "ones", trainable: boolean): WeightSpec => ({
      name,
      shape: [channels],
      initializer,
      trainable,
      fans: { in: 1, out: 1 },
    });
    return {
      outputShape: shape,
      weights: [
        ...(scale ? [weight("gamma", "ones", true)] : []),
        ...(center ? [weight("beta", "zeros", true)] : []),
        weight("moving_mean", "zeros", false),
        weight("moving_variance", "ones", false),
      ],
      connections: 2 * sizeOf(shape),
      macs: sizeOf(shape),
      emit: (tape, [x], weights) =>
        normalize(tape, x!, {
          ...(scale && { gamma: weights("gamma") }),
          ...(center && { beta: weights("beta") }),
          movingMean: weights("moving_mean"),
          movingVariance: weights("moving_variance"),
          momentum,
          epsilon,
        }),
    };
  });
}
