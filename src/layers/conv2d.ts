import { InputError } from "../core/errors.ts";
import { type ConfigOf, type OptionsOf, optional, required, whole } from "../core/options.ts";
import { activationName } from "../ops/activations/table.ts";
import { conv2d as convolve } from "../ops/conv2d/conv2d.ts";
import { pad } from "../ops/zero-padding2d.ts";
import { checkChannels, connectionTable } from "./connection-table.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";
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
 * "same" ceil(rows / stride). Weights: `kernel` [kernel rows, kernel columns, channels, filters] and `bias` [filters].
 * https://keras.io/api/layers/convolution_layers/convolution2d/; connection table: LeCun et al. 1998, Table I.
 * @throws InputError for an option out of range, an input smaller than the kernel with padding "valid", a connection
 *   table that fits neither `filters` nor the input's channels, and a constraint along axes that a weight does not have
 */
export const conv2d: LayerMaker<Conv2dOptions> = defineLayer(
  "conv2d",
  options,
  ({ filters, kernelSize, strides, padding, connectionTable, ...config }, inputs, complain) => {
    const { useBias } = config;
    const [H, W, channels] = singleImage(inputs, complain);
    const { rows, columns, output, positions } = windowsOver([H, W], { size: kernelSize, strides, padding }, complain);
    if (connectionTable) checkChannels(connectionTable, channels, complain);
    // Pairs of an input channel and a map that sees it.
    const links = connectionTable ? connectionTable.flat().length : channels * filters;
    const taps = kernelSize[0] * kernelSize[1];
    const sees = (map: number, channel: number) => !connectionTable || connectionTable[map]!.includes(channel);
    const inOf = connectionTable && ((index: number) => taps * connectionTable[index % filters]!.length);
    const fans = { in: (taps * links) / filters, out: (taps * links) / channels, inOf };
    const { endsInSoftmax, apply } = finalActivation(config.activation);
    return {
      outputShape: [...output, filters],
      weights: weightsOf(
        config,
        {
          shape: [...kernelSize, channels, filters],
          fans,
          count: taps * links,
          exists: (index) => sees(index % filters, Math.floor(index / filters) % channels),
        },
        complain,
      ),
      connections: positions * (taps * links + (useBias ? filters : 0)),
      macs: positions * taps * links,
      endsInSoftmax,
      emit(tape, [x], weights, { logits }) {
        const sides = { top: rows.before, bottom: rows.after, left: columns.before, right: columns.after };
        const y = convolve(tape, pad(tape, x!, sides), {
          kernel: weights("kernel"),
          bias: useBias ? weights("bias") : undefined,
          strides,
          connectionTable,
        });
        return apply(tape, y, logits);
      },
    };
  },
  withListForEachFilter,
);

function withListForEachFilter(config: ConfigOf<typeof options>, what: string): ConfigOf<typeof options> {
  const { filters, connectionTable: table } = config;
  if (table && table.length !== filters) {
    throw new InputError(
      `${what} connectionTable: expected ${filters} lists, one for each filter, got ${table.length}`,
    );
  }
  return config;
}
