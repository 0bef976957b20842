import { type ConfigOf, type OptionsOf, optional } from "../core/options.ts";
import { activationName } from "../ops/activations/table.ts";
import { pool } from "../ops/pooling2d.ts";
import { scaleChannels } from "../ops/subsampling2d.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
import { finalActivation } from "./final-activation.ts";
import { initializer } from "./initializers.ts";
import { type WithStrides, withStrides } from "./pooling2d.ts";
import { size2d, windowsOver } from "./windows.ts";

const options = {
  /** Rows and columns of the window: a number or [rows, columns]; default 2. */
  poolSize: optional(size2d, 2),
  /**
   * Positions between two windows: a number or [rows, columns]; default: the window's size, so that windows do not
   * overlap.
   */
  strides: optional(size2d, undefined),
  /** Applied to the result; default "scaled_tanh". */
  activation: optional(activationName, "scaled_tanh"),
  /** Initial coefficients; default "lecun1998_uniform", whose fan in is the number of inputs of a window. */
  coefficientInitializer: optional(initializer, "lecun1998_uniform"),
  /** Initial biases; default "lecun1998_uniform". */
  biasInitializer: optional(initializer, "lecun1998_uniform"),
};

/** Options of {@link subsampling2d}. */
export interface Subsampling2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * The trainable subsampling of LeCun et al. 1998 (section II.B): activation(coefficient * sum of a window + bias), with
 * one coefficient and one bias for each map. Input: `[N, rows, columns, channels]`; output: `[N, output rows, output
 * columns, channels]`, floor((rows - pool rows) / stride) + 1 rows. Weights: `coefficient` [channels] and `bias`
 * [channels].
 * @throws InputError for an option out of range, and for an input smaller than the window
 */
export const subsampling2d: LayerMaker<Subsampling2dOptions> = defineLayer(
  "subsampling2d",
  options,
  ({ poolSize, strides, ...config }: WithStrides<ConfigOf<typeof options>>, inputs, complain) => {
    const [H, W, channels] = singleImage(inputs, complain);
    const { output, positions } = windowsOver([H, W], { size: poolSize, strides, padding: "valid" }, complain);
    const taps = poolSize[0] * poolSize[1];
    const fans = { in: taps, out: 1 };
    const { endsInSoftmax, apply } = finalActivation(config.activation);
    return {
      outputShape: [...output, channels],
      weights: [
        { name: "coefficient", shape: [channels], initializer: config.coefficientInitializer, fans },
        { name: "bias", shape: [channels], initializer: config.biasInitializer, fans },
      ],
      connections: positions * channels * (taps + 1),
      macs: positions * channels,
      endsInSoftmax,
      emit(tape, [x], weights, { logits }) {
        // The sum of a window is its mean times its inputs.
        const means = pool(tape, x!, "average", { size: poolSize, strides, output, top: 0, left: 0 });
        const given = { coefficient: weights("coefficient"), bias: weights("bias"), factor: taps };
        return apply(tape, scaleChannels(tape, means, given), logits);
      },
    };
  },
  withStrides,
);
