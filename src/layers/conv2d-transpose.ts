import { InputError, shown, wholeNumber } from "../core/errors.ts";
import { type ConfigOf, choice, type OptionsOf, optional, required, whole } from "../core/options.ts";
import { activationNames } from "../ops/activations/table.ts";
import { conv2dTranspose as convolve } from "../ops/conv2d/conv2d.ts";
import { crop } from "../ops/cropping2d.ts";
import type { Weights } from "../ops/fold-normalization.ts";
import { type Complain, defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
import { checkStridesOrDilation, dilatedSize } from "./dilation.ts";
import { finalActivation } from "./final-activation.ts";
import { kernelAndBias, weightsOf } from "./kernel-and-bias.ts";
import { type Padding, padding2d, type Size2d, size2d, windowAxis } from "./windows.ts";

const options = {
  /** Number of output maps, at least 1. */
  filters: required(whole()),
  /** Rows and columns of the kernel: a number or [rows, columns]. */
  kernelSize: required(size2d),
  /** Positions in the output between two positions of the input: a number or [rows, columns]; default 1. */
  strides: optional(size2d, 1),
  /**
   * "valid" (default): the output has every position that the kernel reaches. "same": it has rows x stride rows, and
   * what the kernel writes beyond them is cut off.
   */
  padding: optional(padding2d, "valid"),
  /**
   * Rows and columns added at the end of the smallest output, less than the strides: a number or [rows, columns].
   * Default: as many as the size of `padding` needs.
   */
  outputPadding: optional(outputPadding, undefined),
  /** Positions from one tap of the kernel to the next: a number or [rows, columns]; default 1. Needs strides 1. */
  dilationRate: optional(size2d, 1),
  /** Applied to the result; default "linear". */
  activation: optional(choice(activationNames), "linear"),
  ...kernelAndBias,
};

/** Options of {@link conv2dTranspose}. */
export interface Conv2dTransposeOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Transposed 2-D convolution: each position of the input adds its value times the kernel to a window of the output (the
 * gradient of the input of `conv2d`). Input: `[N, rows, columns, channels]`; output: `[N, output rows, output columns,
 * filters]`, with padding "valid" rows stride + max(kernel rows - stride, 0) rows, with "same" rows stride; with
 * `outputPadding` (rows - 1) stride + kernel rows + outputPadding and (rows - 1) stride + kernel rows % 2 +
 * outputPadding. Weights: `kernel` [kernel rows, kernel columns, filters, channels] and `bias` [filters].
 * https://keras.io/api/layers/convolution_layers/convolution2d_transpose/
 * @throws InputError for an option out of range, strides together with a dilation, an `outputPadding` that no convolution
 *   with padding "same" has, and a constraint along axes that a weight does not have
 */
export const conv2dTranspose: LayerMaker<Conv2dTransposeOptions> = defineLayer(
  "conv2dTranspose",
  options,
  (config, inputs, complain) => {
    const { filters, kernelSize, strides, padding, outputPadding, dilationRate, useBias } = config;
    const [H, W, channels] = singleImage(inputs, complain);
    const size = dilatedSize(kernelSize, dilationRate);
    const axis = (input: number, i: 0 | 1) =>
      transposedAxis(input, { size: size[i], stride: strides[i], added: outputPadding?.[i], padding }, complain);
    const [rows, columns] = [axis(H, 0), axis(W, 1)];
    const taps = kernelSize[0] * kernelSize[1];
    const links = taps * channels * filters;
    // As Keras counts them, from the kernel's shape.
    const fans = { in: taps * filters, out: taps * channels, inOf: () => taps * channels };
    const { endsInSoftmax, ofLinear } = finalActivation(config.activation);
    return {
      outputShape: [rows.output, columns.output, filters],
      weights: weightsOf(config, { shape: [...kernelSize, filters, channels], fans }, complain, filters),
      connections: H * W * links + (useBias ? rows.output * columns.output * filters : 0),
      macs: H * W * links,
      endsInSoftmax,
      emit(tape, [x], weights, { logits }) {
        const own = { kernel: weights("kernel"), bias: useBias ? weights("bias") : undefined };
        const sides = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
        const write = (used: Weights) => {
          const whole = convolve(tape, x!, {
            ...used,
            strides,
            dilation: dilationRate,
            size: [rows.before + rows.output + rows.after, columns.before + columns.output + columns.after],
          });
          return crop(tape, whole, sides);
        };
        return ofLinear(tape, own, write, logits, channels);
      },
    };
  },
  checkedTogether,
);

/** {@link Size2d} whose numbers may be 0. */
function outputPadding(what: string, given: Size2d): [rows: number, columns: number] {
  const pair = typeof given === "number" ? [given, given] : given;
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new InputError(`${what}: expected a number or [rows, columns], got ${shown(given)}`);
  }
  return [wholeNumber(what, pair[0]!, 0), wholeNumber(what, pair[1]!, 0)];
}

function checkedTogether(config: ConfigOf<typeof options>, what: string): ConfigOf<typeof options> {
  const { outputPadding, strides } = config;
  checkStridesOrDilation(what, config);
  if (outputPadding?.some((added, i) => added >= strides[i]!)) {
    throw new InputError(
      `${what} outputPadding: expected less than the strides [${strides}], got [${outputPadding}]: the last rows or columns would be empty`,
    );
  }
  return config;
}

/**
 * The output along an axis, and the positions before and after it that are cut off: the padding of the convolution whose
 * input is the output.
 */
function transposedAxis(
  input: number,
  { size, stride, added, padding }: { size: number; stride: number; added: number | undefined; padding: Padding },
  complain: Complain,
): { output: number; before: number; after: number } {
  if (padding === "valid") {
    const reached = (input - 1) * stride + size;
    return { output: reached + (added ?? Math.max(stride - size, 0)), before: 0, after: 0 };
  }
  const output = added === undefined ? input * stride : (input - 1) * stride + (size % 2) + added;
  const windows = output < 1 ? undefined : windowAxis(output, size, stride, padding, complain);
  if (windows?.output !== input) {
    return complain(
      `expected an outputPadding with which ${input} positions come from a convolution with padding "same", got ${added}: leave outputPadding out`,
    );
  }
  return { output, before: windows.before, after: windows.after };
}
