import { oneOf } from "../../core/errors.ts";
import { taggedOptions } from "../../core/tagged.ts";
import { type CategoricalCrossentropy, categoricalCrossentropyLoss } from "./categorical-crossentropy.ts";
import type { LossDefinition } from "./loss.ts";
import { type MeanSquaredError, meanSquaredErrorLoss } from "./mean-squared-error.ts";
import { type RbfMap, rbfMapLoss } from "./rbf-map.ts";
import { type RbfMse, rbfMseLoss } from "./rbf-mse.ts";
import {
  type SparseCategoricalCrossentropy,
  sparseCategoricalCrossentropyLoss,
} from "./sparse-categorical-crossentropy.ts";

/**
 * A loss by its `type`, Keras's name where Keras has it (https://keras.io/api/losses/). Plain data: it is saved with
 * the model. Each image's loss is multiplied by its weight; their sum is divided by the number of images in the batch
 * (Keras's "sum_over_batch_size").
 */
export type Loss = SparseCategoricalCrossentropy | CategoricalCrossentropy | MeanSquaredError | RbfMse | RbfMap;

/** The name of a loss, such as "sparse_categorical_crossentropy". */
export type LossName = Loss["type"];

type LossOf<Name extends LossName> = Extract<Loss, { readonly type: Name }>;

/** Every loss; its file holds everything about it. */
export const losses: { readonly [Name in LossName]: LossDefinition<LossOf<Name>> } = {
  sparse_categorical_crossentropy: sparseCategoricalCrossentropyLoss,
  categorical_crossentropy: categoricalCrossentropyLoss,
  mean_squared_error: meanSquaredErrorLoss,
  rbf_mse: rbfMseLoss,
  rbf_map: rbfMapLoss,
};

export const lossNames = Object.keys(losses) as readonly LossName[];

/**
 * A loss as a caller gives it, as a file holds it, or by its name with its defaults.
 * @throws InputError for another name, and for options that are unknown or out of range
 */
export function checkedLoss(what: string, given: unknown): Loss {
  if (typeof given !== "object" || given === null)
    return losses[oneOf(what, given as string, lossNames)].create({} as never);
  const { type, options } = taggedOptions(what, given, lossNames);
  return losses[type].create(options as never);
}

/** Everything about a loss. */
export function definitionOf<Name extends LossName>({ type }: { readonly type: Name }): LossDefinition<LossOf<Name>> {
  return losses[type];
}
