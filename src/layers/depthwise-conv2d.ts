import { choice, flag, type OptionsOf, optional, required, whole } from "../core/options.ts";
import { activationNames } from "../ops/activations/table.ts";
import { convolveDepthwise } from "../ops/conv2d/depthwise.ts";
import { pad } from "../ops/zero-padding2d.ts";
import { constraint } from "./constraints/table.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
import { dilatedSize } from "./dilation.ts";
import { finalActivation } from "./final-activation.ts";
import { initializer } from "./initializers.ts";
import { activityOption, weightRules } from "./kernel-and-bias.ts";
import { regularizer } from "./regularizers.ts";
import { padding2d, size2d, windowsOver } from "./windows.ts";

const options = {
  /** Rows and columns of the kernel: a number or [rows, columns]. */
  kernelSize: required(size2d),
  /** Positions between two windows: a number or [rows, columns]; default 1. */
  strides: optional(size2d, 1),
  /** "valid" (default): no padding. "same": zeros around the image, so that with strides 1 its size stays. */
  padding: optional(padding2d, "valid"),
  /** Number of maps of each channel, default 1. */
  depthMultiplier: optional(whole(), 1),
  /** Positions from one tap of the kernel to the next: a number or [rows, columns]; default 1. */
  dilationRate: optional(size2d, 1),
  /** Applied to the result; default "linear". */
  activation: optional(choice(activationNames), "linear"),
  /** Whether each map has a bias; default true. */
  useBias: optional(flag, true),
  /** Initial kernel; default "glorot_uniform". Keras's fan in of it is all channels times the kernel's size. */
  depthwiseInitializer: optional(initializer, "glorot_uniform"),
  /** Initial bias; default "zeros". */
  biasInitializer: optional(initializer, "zeros"),
  /** The penalty of the depthwise kernel, part of the loss; default none. */
  depthwiseRegularizer: optional(regularizer, undefined),
  /** The penalty of the bias, part of the loss; default none. */
  biasRegularizer: optional(regularizer, undefined),
  /** What is done to the depthwise kernel after each step; default nothing. */
  depthwiseConstraint: optional(constraint, undefined),
  /** What is done to the bias after each step; default nothing. */
  biasConstraint: optional(constraint, undefined),
  ...activityOption,
};

/** Options of {@link depthwiseConv2d}. */
export interface DepthwiseConv2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * 2-D convolution of each channel by itself, with `depthMultiplier` kernels for each. Input: `[N, rows, columns,
 * channels]`; output: `[N, output rows, output columns, channels depthMultiplier]`, rows and columns as of `conv2d`; map
 * c depthMultiplier + m is the m-th of channel c. Weights: `kernel` [kernel rows, kernel columns, channels,
 * depthMultiplier] and `bias` [channels depthMultiplier].
 * https://keras.io/api/layers/convolution_layers/depthwise_convolution2d/
 * @throws InputError for an option out of range, an input smaller than the kernel with padding "valid", and a constraint
 *   along axes that a weight does not have
 */
export const depthwiseConv2d: LayerMaker<DepthwiseConv2dOptions> = defineLayer(
  "depthwiseConv2d",
  options,
  (config, inputs, complain) => {
    const { kernelSize, strides, padding, depthMultiplier, dilationRate, useBias } = config;
    const [H, W, channels] = singleImage(inputs, complain);
    const size = dilatedSize(kernelSize, dilationRate);
    const { rows, columns, output, positions } = windowsOver([H, W], { size, strides, padding }, complain);
    const taps = kernelSize[0] * kernelSize[1];
    const filters = channels * depthMultiplier;
    const fans = { in: taps * channels, out: taps * depthMultiplier, inOf: () => taps };
    const { endsInSoftmax, ofLinear } = finalActivation(config.activation);
    const shape = [...kernelSize, channels, depthMultiplier];
    const biasRules = weightRules(config, "bias", useBias ? [filters] : "useBias: true", complain);
    return {
      outputShape: [...output, filters],
      weights: [
        {
          name: "kernel",
          shape,
          initializer: config.depthwiseInitializer,
          fans,
          ...weightRules(config, "depthwise", shape, complain),
        },
        ...(useBias
          ? [{ name: "bias", shape: [filters], initializer: config.biasInitializer, fans, ...biasRules }]
          : []),
      ],
      connections: positions * filters * (taps + (useBias ? 1 : 0)),
      macs: positions * filters * taps,
      endsInSoftmax,
      emit(tape, [x], weights, { logits }) {
        const sides = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
        const own = { kernel: weights("kernel"), bias: useBias ? weights("bias") : undefined };
        const shape = { strides, dilation: dilationRate, multiplier: depthMultiplier };
        const padded = pad(tape, x!, sides);
        return ofLinear(tape, own, (used) => convolveDepthwise(tape, padded, { ...used, ...shape }), logits);
      },
    };
  },
);
