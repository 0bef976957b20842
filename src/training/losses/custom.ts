import { InputError, shown } from "../../core/errors.ts";
import type { LossDefinition } from "./loss.ts";

/** A loss made with {@link defineLoss}, as it is saved: its name as `type`, and its options. */
export interface CustomLoss {
  /** The name given to {@link defineLoss}. */
  readonly type: string;
}

/** A function made by {@link defineLoss}. */
export interface AnyLossMaker {
  (options?: never): CustomLoss;
  /** The name that was given. */
  readonly type: string;
}

/** Custom losses by their names. */
export type CustomLosses = ReadonlyMap<string, AnyLossMaker>;

const makers = new WeakSet<object>();
const definitions = new WeakMap<object, LossDefinition<CustomLoss>>();

/** Remembers a maker, so that `compile` and `loadModel` know it. */
export function rememberMaker(maker: AnyLossMaker): void {
  makers.add(maker);
}

/** Remembers what a loss computes: the loss itself is plain data. */
export function rememberLoss(loss: CustomLoss, definition: LossDefinition<CustomLoss>): void {
  definitions.set(loss, definition);
}

export function isLossMaker(given: unknown): given is AnyLossMaker {
  return typeof given === "function" && makers.has(given);
}

/** Everything about a custom loss; undefined for a loss of the library. */
export function customDefinitionOf(loss: object): LossDefinition<CustomLoss> | undefined {
  return definitions.get(loss);
}

/** A custom loss as it is given: made, as its maker without options, or as a file holds it; undefined for others. */
export function customLoss(what: string, given: unknown, custom: CustomLosses): CustomLoss | undefined {
  if (typeof given === "function") {
    if (isLossMaker(given)) return given();
    throw new InputError(
      `${what}: expected the name of a loss, or a loss made with defineLoss, got ${shown(given)}: wrap it in defineLoss`,
    );
  }
  if (typeof given !== "object" || given === null) return undefined;
  if (definitions.has(given)) return given as CustomLoss;
  const { type, ...options } = given as { type?: unknown };
  const maker = typeof type === "string" ? custom.get(type) : undefined;
  return maker?.(options as never);
}
