import { InputError } from "../core/errors.ts";
import { type ConfigOf, type OptionsOf, optional, required, whole } from "../core/options.ts";
import { activationName } from "../ops/activations/table.ts";
import { conv2d as convolve } from "../ops/conv2d/conv2d.ts";
import { checkChannels, connectionTable } from "./connection-table.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
import { checkStridesOrDilation, dilatedSize } from "./dilation.ts";
import { finalActivation } from "./final-activation.ts";
import { initializer } from "./initializers.ts";
import { kernelAndBias, weightsOf } from "./kernel-and-bias.ts";
import { padding2d, size2d, windowsOver } from "./windows.ts";

const options = {
  /** Number of output maps, at least 1. */
  filters: required(whole()),
  /** Rows and columns of the kernel: a number or [rows, columns]. */
  kernelSize: required(size2d),
  /** Positions between two windows: a number or [rows, columns]; default 1. */
  strides: optional(size2d, 1),
  /** "valid" (default): no padding. "same": zeros around the image, so that with strides 1 its size stays. */
  padding: optional(padding2d, "valid"),
  /**
   * Positions from one tap of the kernel to the next: a number or [rows, columns]; default 1. Above 1 the kernel is
   * spread over a larger window (atrous convolution), and strides must be 1.
   */
  dilationRate: optional(size2d, 1),
  /**
   * Number of groups, default 1: the channels and the maps are cut into as many parts, and a map sees the channels of
   * its own part only. Divides `filters` and the number of channels.
   */
  groups: optional(whole(), 1),
  /** Applied to the result; default "linear". */
  activation: optional(activationName, "linear"),
  ...kernelAndBias,
  /**
   * Initial kernel; default "glorot_uniform". With a connection table the fans are the mean over the maps, of existing
   * connections only; "lecun1998_uniform" and `{ overFanIn }` use each map's own fan in.
   */
  kernelInitializer: optional(initializer, "glorot_uniform"),
  /**
   * For each output map the input channels it sees, e.g. `[[0, 1, 2], [1, 2, 3], ...]` (`tableI` of the 1998 paper).
   * Connections that are not listed cost no time, and their kernel entries stay 0. An empty list leaves a map with its
   * bias alone. Default: every map sees every channel.
   */
  connectionTable: optional(connectionTable, undefined),
};

/** Options of {@link conv2d}. */
export interface Conv2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * 2-D convolution (cross-correlation, as in Keras). Input: `[N, rows, columns, channels]`; output:
 * `[N, output rows, output columns, filters]`, with padding "valid" floor((rows - kernel rows) / stride) + 1 rows, with
 * "same" ceil(rows / stride). A dilated kernel counts (kernel rows - 1) dilation + 1 rows. Weights: `kernel` [kernel
 * rows, kernel columns, channels / groups, filters] and `bias` [filters].
 * https://keras.io/api/layers/convolution_layers/convolution2d/; connection table: LeCun et al. 1998, Table I.
 * @throws InputError for an option out of range, an input smaller than the kernel with padding "valid", a connection
 *   table that fits neither `filters` nor the input's channels, groups that do not divide the maps or the channels,
 *   strides together with a dilation, and a constraint along axes that a weight does not have
 */
export const conv2d: LayerMaker<Conv2dOptions> = defineLayer(
  "conv2d",
  options,
  (config, inputs, complain) => {
    const { filters, kernelSize, strides, padding, dilationRate, groups, useBias, connectionTable } = config;
    const [H, W, channels] = singleImage(inputs, complain);
    const size = dilatedSize(kernelSize, dilationRate);
    const { rows, columns, output, positions } = windowsOver([H, W], { size, strides, padding }, complain);
    if (connectionTable) checkChannels(connectionTable, channels, complain);
    if (channels % groups > 0) complain(`expected channels in ${groups} groups of the same size, got ${channels}`);
    // Pairs of an input channel and a map that sees it.
    const links = connectionTable ? connectionTable.flat().length : (channels / groups) * filters;
    const taps = kernelSize[0] * kernelSize[1];
    const seen = connectionTable?.map((list) => new Set(list));
    const exists = seen && ((index: number) => seen[index % filters]!.has(Math.floor(index / filters) % channels));
    const inOf = connectionTable && ((index: number) => taps * connectionTable[index % filters]!.length);
    // In groups, Keras counts all filters in the fan out.
    const fans = { in: (taps * links) / filters, out: taps * (connectionTable ? links / channels : filters), inOf };
    const { endsInSoftmax, ofLinear } = finalActivation(config.activation);
    return {
      outputShape: [...output, filters],
      weights: weightsOf(
        config,
        {
          shape: [...kernelSize, channels / groups, filters],
          fans,
          count: taps * links,
          ...(exists && { exists }),
        },
        complain,
      ),
      connections: positions * (taps * links + (useBias ? filters : 0)),
      macs: positions * taps * links,
      endsInSoftmax,
      emit(tape, [x], weights, { logits }) {
        const own = { kernel: weights("kernel"), bias: useBias ? weights("bias") : undefined };
        const shape = { strides, dilation: dilationRate, groups, connectionTable };
        const padding = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
        return ofLinear(tape, own, (used) => convolve(tape, x!, { ...used, padding, ...shape }), logits);
      },
    };
  },
  checkedTogether,
);

function checkedTogether(config: ConfigOf<typeof options>, what: string): ConfigOf<typeof options> {
  const { filters, groups, connectionTable: table } = config;
  checkStridesOrDilation(what, config);
  if (filters % groups > 0) {
    throw new InputError(`${what} groups: expected a divisor of the ${filters} filters, got ${groups}`);
  }
  if (table && groups > 1) {
    throw new InputError(`${what} connectionTable: expected none with ${groups} groups: leave one of the two out`);
  }
  if (table && table.length !== filters) {
    throw new InputError(
      `${what} connectionTable: expected ${filters} lists, one for each filter, got ${table.length}`,
    );
  }
  return config;
}
