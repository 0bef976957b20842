import type { Variable } from "../../engine/variable.ts";
import type { Tape, Value } from "../tape.ts";
import type { ConvolutionCalls } from "./calls.ts";
import type { Connections } from "./connections.ts";
import type { Conv2dOptions, Sizes } from "./options.ts";

/** What a convolution connects. */
export interface Links extends Connections {
  readonly channels: number;
  readonly groups: number;
  readonly connectionTable?: readonly (readonly number[])[];
}

/**
 * The convolutions of a layout of images. A tape is given one: block-convolutions.ts, or one-image.ts, which is all that
 * a page loads that reads digits one by one.
 */
export interface Convolutions {
  /** "image": one image by itself, where lanes are channels (src/ops/image.ts). */
  readonly layout: "blocks" | "image";
  /** The convolution by an algorithm with fewer products, undefined where none is faster than {@link calls}. */
  faster(tape: Tape, image: Value, options: Conv2dOptions, links: Links): Value | undefined;
  /** The calls of a convolution of an image that has its padding already. */
  calls(tape: Tape, kernel: Variable, sizes: Sizes, links: Links): ConvolutionCalls;
}
