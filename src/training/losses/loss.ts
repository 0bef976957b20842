import type { ProgramBuilder } from "../../engine/builder.ts";
import type { Buffer } from "../../engine/pending-call.ts";
import type { Place } from "../../engine/program.ts";
import type { Formula } from "./formula.ts";

/** The contract of a loss; `Config` is the loss as plain data, saved with the model. */
export type LossDefinition<Config> = KernelLoss<Config> | FormulaLoss<Config>;

interface AnyLoss<Config> {
  /**
   * The loss from its options, each checked and completed; also how a saved one is read back.
   * @throws InputError for options that are unknown or out of range
   */
  create(options: never): Config;
  /** "classes": labels are class numbers. "rows": labels are rows of targets, one number for each output. */
  readonly targets: "classes" | "rows";
  /**
   * The outputs that the loss is made for. "probabilities": those that end in a softmax or a sigmoid, or with the loss's
   * option `fromLogits` logits. "distances": those of rbf units.
   */
  readonly outputs: "probabilities" | "distances" | "any";
  /**
   * Whether the loss is computed from logits where the network ends in a softmax: its gradient is then exact and cannot
   * overflow. Default false.
   */
  readonly joinsSoftmax?: boolean;
}

/** A loss written with operations. It has no second derivatives. */
export interface FormulaLoss<Config> extends AnyLoss<Config> {
  readonly formula: Formula<Config>;
}

/** A loss with wasm kernels of its own. */
export interface KernelLoss<Config> extends AnyLoss<Config> {
  readonly formula?: undefined;
  /** Writes each image's loss and, unless `gradient` is 0, the derivative by each output times the image's weight. */
  emit(call: LossCall, gradient: Buffer | 0, config: Config): void;
  /**
   * Writes each image's loss, and into `h` the second derivative by each output (never below 0) times the image's
   * weight. Returns the first derivatives where an operation before needs them, as rbf units do.
   */
  emitCurvature(call: LossCall, h: Buffer, config: Config): Buffer | undefined;
}

/** A block's outputs and targets, and where the loss goes. */
export interface LossCall {
  readonly builder: ProgramBuilder;
  /** [classes][16]: the network's outputs, or with `fromLogits` the numbers before its last softmax. */
  readonly outputs: Buffer;
  readonly fromLogits: boolean;
  /** [classes][16]; of class numbers, one-hot. */
  readonly targets: Buffer;
  readonly classes: number;
  /** [16]: each image's sample weight divided by the number of images in the batch. */
  readonly sampleWeights: Buffer;
  /** [16][2]: each image's loss, and the rank of its true class. */
  readonly results: Place;
}
