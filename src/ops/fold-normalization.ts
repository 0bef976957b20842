import { sizeOf } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import { normalization } from "./batch-normalization.ts";
import type { Tape } from "./tape.ts";

/** The weights of a convolution or a dense product. */
export interface Weights {
  readonly kernel: Variable;
  readonly bias?: Variable;
}

/**
 * The weights of a linear operation at the end of a layer. In inference, a batch normalization that alone reads the
 * result is a factor and a summand for each channel, which are folded into the weights once, when these have changed.
 * `columns`: the kernel's numbers from one channel of the result to the next.
 */
export function foldNormalization(tape: Tape, { kernel, bias }: Weights, columns = 1): Weights {
  const { builder } = tape;
  const options = builder.training ? undefined : tape.take(normalization);
  if (!options) return { kernel, bias };
  const { gamma, beta, movingMean, movingVariance, epsilon } = options;
  const channels = sizeOf(movingMean.shape);
  const folded = builder.computedWeight(`${kernel.path}, folded`, kernel.shape);
  const foldedBias = builder.computedWeight(`${kernel.path}, folded bias`, [channels]);
  builder.computeWeights("foldNormalization", {
    kernel: builder.variable(kernel),
    bias: bias ? builder.variable(bias) : 0,
    movingMean: builder.variable(movingMean),
    movingVariance: builder.variable(movingVariance),
    gamma: gamma ? builder.variable(gamma) : 0,
    beta: beta ? builder.variable(beta) : 0,
    folded: builder.variable(folded),
    foldedBias: builder.variable(foldedBias),
    rows: sizeOf(kernel.shape) / (channels * columns),
    channels,
    columns,
    epsilon,
  });
  return { kernel: folded, bias: foldedBias };
}
