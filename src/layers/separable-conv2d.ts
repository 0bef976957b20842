import { choice, flag, type OptionsOf, optional, required, whole } from "../core/options.ts";
import { activationNames } from "../ops/activations/table.ts";
import { conv2d } from "../ops/conv2d/conv2d.ts";
import { convolveDepthwise } from "../ops/conv2d/depthwise.ts";
import type { Weights } from "../ops/fold-normalization.ts";
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
  /** Number of output maps, at least 1. */
  filters: required(whole()),
  /** Rows and columns of the depthwise kernel: a number or [rows, columns]. */
  kernelSize: required(size2d),
  /** Positions between two windows: a number or [rows, columns]; default 1. */
  strides: optional(size2d, 1),
  /** "valid" (default): no padding. "same": zeros around the image, so that with strides 1 its size stays. */
  padding: optional(padding2d, "valid"),
  /** Positions from one tap of the depthwise kernel to the next: a number or [rows, columns]; default 1. */
  dilationRate: optional(size2d, 1),
  /** Number of maps of each channel between the two convolutions, default 1. */
  depthMultiplier: optional(whole(), 1),
  /** Applied to the result; default "linear". */
  activation: optional(choice(activationNames), "linear"),
  /** Whether each map has a bias; default true. */
  useBias: optional(flag, true),
  /** Initial depthwise kernel; default "glorot_uniform". */
  depthwiseInitializer: optional(initializer, "glorot_uniform"),
  /** Initial pointwise kernel; default "glorot_uniform". */
  pointwiseInitializer: optional(initializer, "glorot_uniform"),
  /** Initial bias; default "zeros". */
  biasInitializer: optional(initializer, "zeros"),
  /** The penalty of the depthwise kernel, part of the loss; default none. */
  depthwiseRegularizer: optional(regularizer, undefined),
  /** The penalty of the pointwise kernel, part of the loss; default none. */
  pointwiseRegularizer: optional(regularizer, undefined),
  /** The penalty of the bias, part of the loss; default none. */
  biasRegularizer: optional(regularizer, undefined),
  /** What is done to the depthwise kernel after each step; default nothing. */
  depthwiseConstraint: optional(constraint, undefined),
  /** What is done to the pointwise kernel after each step; default nothing. */
  pointwiseConstraint: optional(constraint, undefined),
  /** What is done to the bias after each step; default nothing. */
  biasConstraint: optional(constraint, undefined),
  ...activityOption,
};

/** Options of {@link separableConv2d}. */
export interface SeparableConv2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Depthwise separable 2-D convolution: each channel by itself (`depthwiseConv2d`, without bias), then a 1x1 convolution
 * over all maps. Input: `[N, rows, columns, channels]`; output: `[N, output rows, output columns, filters]`, rows and
 * columns as of `conv2d`. Weights: `depthwise_kernel` [kernel rows, kernel columns, channels, depthMultiplier],
 * `pointwise_kernel` [1, 1, channels depthMultiplier, filters] and `bias` [filters].
 * https://keras.io/api/layers/convolution_layers/separable_convolution2d/
 * @throws InputError for an option out of range, an input smaller than the kernel with padding "valid", and a constraint
 *   along axes that a weight does not have
 */
export const separableConv2d: LayerMaker<SeparableConv2dOptions> = defineLayer(
  "separableConv2d",
  options,
  (config, inputs, complain) => {
    const { filters, kernelSize, strides, padding, dilationRate, depthMultiplier, useBias } = config;
    const [H, W, channels] = singleImage(inputs, complain);
    const size = dilatedSize(kernelSize, dilationRate);
    const { rows, columns, output, positions } = windowsOver([H, W], { size, strides, padding }, complain);
    const taps = kernelSize[0] * kernelSize[1];
    const inner = channels * depthMultiplier;
    const depthwise = { in: taps * channels, out: taps * depthMultiplier, inOf: () => taps };
    const pointwise = { in: inner, out: filters };
    const { endsInSoftmax, ofLinear } = finalActivation(config.activation);
    const depthwiseShape = [...kernelSize, channels, depthMultiplier];
    const pointwiseShape = [1, 1, inner, filters];
    const biasRules = weightRules(config, "bias", useBias ? [filters] : "useBias: true", complain);
    return {
      outputShape: [...output, filters],
      weights: [
        {
          name: "depthwise_kernel",
          shape: depthwiseShape,
          initializer: config.depthwiseInitializer,
          fans: depthwise,
          ...weightRules(config, "depthwise", depthwiseShape, complain),
        },
        {
          name: "pointwise_kernel",
          shape: pointwiseShape,
          initializer: config.pointwiseInitializer,
          fans: pointwise,
          ...weightRules(config, "pointwise", pointwiseShape, complain),
        },
        ...(useBias
          ? [{ name: "bias", shape: [filters], initializer: config.biasInitializer, fans: pointwise, ...biasRules }]
          : []),
      ],
      connections: positions * (inner * taps + inner * filters + (useBias ? filters : 0)),
      macs: positions * (inner * taps + inner * filters),
      endsInSoftmax,
      emit(tape, [x], weights, { logits }) {
        const sides = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
        const maps = convolveDepthwise(tape, pad(tape, x!, sides), {
          kernel: weights("depthwise_kernel"),
          strides,
          dilation: dilationRate,
          multiplier: depthMultiplier,
        });
        const pointwise = { kernel: weights("pointwise_kernel"), bias: useBias ? weights("bias") : undefined };
        const write = (used: Weights) =>
          conv2d(tape, maps, {
            padding: { top: 0, bottom: 0, left: 0, right: 0 },
            ...used,
            strides: [1, 1],
            dilation: [1, 1],
            groups: 1,
          });
        return ofLinear(tape, pointwise, write, logits);
      },
    };
  },
);
