import type { Shape } from "../../../core/tensor.ts";
import type { ActivationName } from "../../../ops/activations/table.ts";
import type { Preparation } from "../../../pictures/preparation.ts";
import type { Confidence, OutputKind } from "../../../training/confidence.ts";

type Pair = readonly [rows: number, columns: number];

/** What one step of a network does; weights are their numbers in the list of weights. */
export type Work =
  /** kernel: [rows, columns, channels / groups, filters], which a dense layer has with one row and column. */
  | {
      readonly do: "convolve";
      readonly kernel: number;
      readonly bias?: number;
      readonly strides?: Pair;
      readonly dilation?: Pair;
      /** Rows above and columns before the image that the first window covers. */
      readonly before?: Pair;
      readonly groups?: number;
    }
  /** kernel: [rows, columns, filters], as many for each channel. */
  | {
      readonly do: "convolveChannels";
      readonly kernel: number;
      readonly bias?: number;
      readonly strides: Pair;
      readonly dilation: Pair;
      readonly before: Pair;
    }
  /** kernel: [rows, columns, filters, channels]; `before`: what is cut off above and before the output. */
  | {
      readonly do: "spread";
      readonly kernel: number;
      readonly bias?: number;
      readonly strides: Pair;
      readonly dilation: Pair;
      readonly before: Pair;
    }
  | {
      readonly do: "pool";
      readonly take: "max" | "mean";
      readonly size: Pair;
      readonly strides: Pair;
      readonly before: Pair;
    }
  /** scale x + shift, for each channel or, where they are numbers, for all. */
  | { readonly do: "scale"; readonly scale: number | readonly number[]; readonly shift: number | readonly number[] }
  | { readonly do: "activate"; readonly with: ActivationName }
  | { readonly do: "rectify"; readonly slope: number; readonly threshold: number; readonly most?: number }
  | { readonly do: "elu"; readonly alpha: number }
  /** alpha: of the input's shape, with 1 for axes that share it. */
  | { readonly do: "prelu"; readonly alpha: number }
  /** Mean 0 and variance 1 over the channels of each position, or over groups of channels at all positions. */
  | {
      readonly do: "normalize";
      readonly groups?: number;
      readonly epsilon: number;
      readonly gamma?: number;
      readonly beta?: number;
    }
  | { readonly do: "normalizeLength" }
  /** The part of the image that starts at [row, column, channel]; outside of the image are zeros. */
  | { readonly do: "cut"; readonly start: readonly [row: number, column: number, channel: number] }
  | { readonly do: "permute"; readonly axes: readonly number[] }
  | { readonly do: "repeat"; readonly size: Pair }
  | { readonly do: "interpolate"; readonly size: Pair }
  | { readonly do: "reshape" }
  | { readonly do: "concatenate" }
  | { readonly do: "merge"; readonly by: "add" | "subtract" | "multiply" | "maximum" | "minimum" }
  /** centres: [features, units]; the squared distance from each. */
  | { readonly do: "distances"; readonly centres: number };

/** A step: what it does, the numbers of the values that it reads (0: the input; n: the result of step n), its shape. */
export type Step = Work & { readonly from: readonly number[]; readonly shape: Shape };

/** A weight in the text of weights: of 8 bits, as signed bytes times one float for each of its channels. */
export interface WeightDescription {
  readonly shape: Shape;
  /** 8 bits: the axis of the shape along which the channels are. */
  readonly channels?: number;
}

/** A network as plain data. */
export interface NetworkDescription {
  readonly input: Shape;
  readonly steps: readonly Step[];
  readonly weights: readonly WeightDescription[];
}

/** All that a standalone file says about its model. */
export interface Description {
  readonly preparation: Preparation;
  /** Names of the classes. Absent: their numbers. */
  readonly classNames?: readonly string[];
  readonly confidence?: Confidence;
  /** What the outputs are; absent: scores that no probabilities follow from. */
  readonly outputs?: OutputKind;
  /** The network ends in one unit, the probability of class 1, or its logit. */
  readonly unit?: "probability" | "logit";
  readonly network: NetworkDescription;
}
