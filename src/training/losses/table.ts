import { oneOf } from "../../core/errors.ts";
import { taggedOptions } from "../../core/tagged.ts";
import { type BinaryCrossentropy, binaryCrossentropyLoss } from "./binary-crossentropy.ts";
import { type BinaryFocalCrossentropy, binaryFocalCrossentropyLoss } from "./binary-focal-crossentropy.ts";
import { type CategoricalCrossentropy, categoricalCrossentropyLoss } from "./categorical-crossentropy.ts";
import {
  type CategoricalFocalCrossentropy,
  categoricalFocalCrossentropyLoss,
} from "./categorical-focal-crossentropy.ts";
import { type CategoricalHinge, categoricalHingeLoss } from "./categorical-hinge.ts";
import { type CustomLoss, type CustomLosses, customDefinitionOf, customLoss } from "./custom.ts";
import { type Hinge, hingeLoss } from "./hinge.ts";
import { type Huber, huberLoss } from "./huber.ts";
import { type KlDivergence, klDivergenceLoss } from "./kl-divergence.ts";
import type { LossDefinition } from "./loss.ts";
import { type MeanAbsoluteError, meanAbsoluteErrorLoss } from "./mean-absolute-error.ts";
import { type MeanSquaredError, meanSquaredErrorLoss } from "./mean-squared-error.ts";
import { type RbfMap, rbfMapLoss } from "./rbf-map.ts";
import { type RbfMse, rbfMseLoss } from "./rbf-mse.ts";
import {
  type SparseCategoricalCrossentropy,
  sparseCategoricalCrossentropyLoss,
} from "./sparse-categorical-crossentropy.ts";
import { type SquaredHinge, squaredHingeLoss } from "./squared-hinge.ts";

/** A loss of the library. */
export type BuiltInLoss =
  | SparseCategoricalCrossentropy
  | CategoricalCrossentropy
  | BinaryCrossentropy
  | CategoricalFocalCrossentropy
  | BinaryFocalCrossentropy
  | KlDivergence
  | MeanSquaredError
  | MeanAbsoluteError
  | Huber
  | Hinge
  | SquaredHinge
  | CategoricalHinge
  | RbfMse
  | RbfMap;

/**
 * A loss by its `type`, Keras's name where Keras has it (https://keras.io/api/losses/), or a loss made with
 * {@link defineLoss}. Plain data: it is saved with the model. Each image's loss is multiplied by its weight; their sum is
 * divided by the number of images in the batch (Keras's "sum_over_batch_size").
 */
export type Loss = BuiltInLoss | CustomLoss;

/** The name of a loss, such as "sparse_categorical_crossentropy". */
export type LossName = BuiltInLoss["type"];

type LossOf<Name extends LossName> = Extract<BuiltInLoss, { readonly type: Name }>;

/** Every loss; its file holds everything about it. */
export const losses: { readonly [Name in LossName]: LossDefinition<LossOf<Name>> } = {
  sparse_categorical_crossentropy: sparseCategoricalCrossentropyLoss,
  categorical_crossentropy: categoricalCrossentropyLoss,
  binary_crossentropy: binaryCrossentropyLoss,
  categorical_focal_crossentropy: categoricalFocalCrossentropyLoss,
  binary_focal_crossentropy: binaryFocalCrossentropyLoss,
  kl_divergence: klDivergenceLoss,
  mean_squared_error: meanSquaredErrorLoss,
  mean_absolute_error: meanAbsoluteErrorLoss,
  huber: huberLoss,
  hinge: hingeLoss,
  squared_hinge: squaredHingeLoss,
  categorical_hinge: categoricalHingeLoss,
  rbf_mse: rbfMseLoss,
  rbf_map: rbfMapLoss,
};

export const lossNames = Object.keys(losses) as readonly LossName[];

/** Keras's short names. */
export const lossAliases = {
  mse: "mean_squared_error",
  MSE: "mean_squared_error",
  mae: "mean_absolute_error",
  MAE: "mean_absolute_error",
  bce: "binary_crossentropy",
  BCE: "binary_crossentropy",
  kld: "kl_divergence",
  KLD: "kl_divergence",
} as const satisfies Record<string, LossName>;

/** A short name of a loss, such as "mse". */
export type LossAlias = keyof typeof lossAliases;

/**
 * A loss as a caller gives it, as a file holds it, or by its name with its defaults. `custom` are the losses that a caller
 * passes for those of a file that are not the library's.
 * @throws InputError for another name, and for options that are unknown or out of range
 */
export function checkedLoss(what: string, given: unknown, custom: CustomLosses = new Map()): Loss {
  const known = customLoss(what, given, custom);
  if (known) return known;
  if (typeof given !== "object" || given === null) {
    const name = Object.hasOwn(lossAliases, given as string) ? lossAliases[given as LossAlias] : (given as string);
    return losses[oneOf(what, name, lossNames)].create({} as never);
  }
  const { type, options } = taggedOptions(what, given, lossNames);
  return losses[type].create(options as never);
}

/** Everything about a loss. */
export function definitionOf(loss: Loss): LossDefinition<Loss> {
  return (customDefinitionOf(loss) ?? losses[loss.type as LossName]) as LossDefinition<Loss>;
}

/**
 * What makes probabilities of a network's outputs where the loss takes them as logits by its option `fromLogits`; undefined
 * where it does not. The binary losses take each output by itself.
 */
export function activationOfLogits(loss: Loss | undefined, outputs: number): "sigmoid" | "softmax" | undefined {
  if (!loss || !takesLogitsByOption(loss)) return undefined;
  return outputs === 1 || loss.type.startsWith("binary_") ? "sigmoid" : "softmax";
}

/** Whether the network's outputs are logits by the loss's option `fromLogits`. */
export function takesLogitsByOption(loss: Loss): boolean {
  return "fromLogits" in loss && loss.fromLogits === true;
}
