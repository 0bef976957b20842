import type { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";
import type { MappedTensor } from "./mapping/named-tensor.ts";

/** A model of another program's file. */
export interface Imported {
  /**
   * The network as the file has it, channels last: its input takes what the file's network takes, in the same scale. It
   * can be trained on, once compiled.
   */
  readonly model: Model<OneOrMore, OneOrMore>;
  /** What was read: `ONNX (PyTorch 2.9, opset 18)`. */
  readonly source: string;
  /** What the file does not say, what was assumed, what was left out: a sentence each. Empty where nothing was. */
  readonly notes: readonly string[];
  /** Where each tensor went, of a file that names no layers. */
  readonly mapping?: readonly MappedTensor[];
}

/** The note of a file that does not say how its network takes pixels, which commands say in their own words. */
export const UNKNOWN_SCALE = "The file does not say in what scale it takes pixels.";
