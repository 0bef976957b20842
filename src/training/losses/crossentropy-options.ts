import { flag, optional, within } from "../../core/options.ts";

/** What the outputs of the network are. */
export const fromLogits = {
  /**
   * Whether the network's outputs are logits, the numbers before a softmax (or a sigmoid), instead of probabilities: the
   * last layer then has no activation, and `predict` returns logits. Default false.
   */
  fromLogits: optional(flag, false),
};

/** How far targets are moved away from 0 and 1. */
export const labelSmoothing = {
  /** The share of each target, from 0 to 1, that is spread evenly over the classes. Default 0. */
  labelSmoothing: optional(within(0, 1), 0),
};
