import type { Buffer } from "../../engine/pending-call.ts";
import type { Argument, Place } from "../../engine/program.ts";
import type { Variable } from "../../engine/variable.ts";
import { positionsOf } from "../image.ts";
import type { Support, Tape, Value } from "../tape.ts";
import type { Sizes } from "./options.ts";

/**
 * The calls of a convolution between an image of channels and its maps: direct.ts has those of blocks, one-image.ts those
 * of one image. A transposed convolution uses the same calls the other way round.
 */
export interface ConvolutionCalls {
  readonly sizes: Sizes;
  /** What the calls support beyond a block and its gradient. */
  readonly support: Support;
  /** From the image to the maps: the convolution. */
  toMaps(image: Buffer, maps: Buffer, pass: Pass): void;
  /** From the maps to the image: the gradient of the convolution's input. */
  toChannels(maps: Buffer, image: Buffer, pass: Pass): void;
  /** The gradient of the kernel, at `dw`; image or maps is a gradient. */
  kernelGradient(image: Buffer, maps: Buffer, dw: Place, accumulate: Argument): void;
}

interface Pass {
  /** Added to each result. */
  readonly bias?: Variable;
  /** Whether the weights are squared, for second derivatives. */
  readonly squared: boolean;
}

interface Weights {
  readonly kernel: Variable;
  readonly bias?: Variable;
}

/** The convolution of x, an image. */
export function convolve(tape: Tape, x: Value, calls: ConvolutionCalls, { kernel, bias }: Weights): Value {
  const { OH, OW } = calls.sizes;
  const y = tape.value([OH, OW, kernel.shape[3]!], true, calls.support);
  calls.toMaps(x.buffer, y.buffer, { bias, squared: false });
  tape.record(y, (dy) => {
    tape.giveWeight(kernel, (dw, accumulate) => calls.kernelGradient(tape.factor(x), dy, dw, accumulate));
    if (bias) biasGradient(tape, y, dy, bias);
    tape.give(x, (dx) => calls.toChannels(dy, dx, { squared: tape.curvature }));
  });
  return y;
}

/** The transposed convolution of x: x takes the place of the maps. */
export function transposed(tape: Tape, x: Value, calls: ConvolutionCalls, { kernel, bias }: Weights): Value {
  const { H, W } = calls.sizes;
  const y = tape.value([H, W, kernel.shape[2]!], true, calls.support);
  calls.toChannels(x.buffer, y.buffer, { bias, squared: false });
  tape.record(y, (dy) => {
    tape.giveWeight(kernel, (dw, accumulate) => calls.kernelGradient(dy, tape.factor(x), dw, accumulate));
    if (bias) biasGradient(tape, y, dy, bias);
    tape.give(x, (dx) => calls.toMaps(dy, dx, { squared: tape.curvature }));
  });
  return y;
}

function biasGradient(tape: Tape, y: Value, dy: Buffer, bias: Variable): void {
  const { channels: filters, positions } = positionsOf(y.shape);
  const sum = tape.layout === "image" ? "imageBiasGradient" : "biasGradient";
  tape.giveWeight(bias, (db, accumulate) => tape.builder.call(sum, { dy, db, filters, positions, accumulate }));
}
