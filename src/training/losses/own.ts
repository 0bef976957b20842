import { InputError, shown } from "../../core/errors.ts";
import type { LossDefinition } from "./loss.ts";

/** A loss made with {@link defineLoss}, as it is saved: its name as `type`, and its options. */
export interface OwnLoss {
  /** The name given to {@link defineLoss}. */
  readonly type: string;
}

/** A function made by {@link defineLoss}. */
export interface OwnLossMaker {
  (options?: never): OwnLoss;
  /** The name that was given. */
  readonly type: string;
}

/** Own losses by their names. */
export type OwnLosses = ReadonlyMap<string, OwnLossMaker>;

const makers = new WeakSet<object>();
const definitions = new WeakMap<object, LossDefinition<OwnLoss>>();

/** Remembers a maker, so that `compile` and `loadModel` know it. */
export function rememberMaker(maker: OwnLossMaker): void {
  makers.add(maker);
}

/** Remembers what a loss computes: the loss itself is plain data. */
export function rememberLoss(loss: OwnLoss, definition: LossDefinition<OwnLoss>): void {
  definitions.set(loss, definition);
}

export function isLossMaker(given: unknown): given is OwnLossMaker {
  return typeof given === "function" && makers.has(given);
}

/** Everything about an own loss; undefined for a loss of the library. */
export function ownDefinitionOf(loss: object): LossDefinition<OwnLoss> | undefined {
  return definitions.get(loss);
}

/** An own loss as it is given: made, as its maker without options, or as a file holds it; undefined for others. */
export function ownLoss(what: string, given: unknown, own: OwnLosses): OwnLoss | undefined {
  if (typeof given === "function") {
    if (isLossMaker(given)) return given();
    throw new InputError(
      `${what}: expected the name of a loss, or a loss made with defineLoss, got ${shown(given)}: wrap it in defineLoss`,
    );
  }
  if (typeof given !== "object" || given === null) return undefined;
  if (definitions.has(given)) return given as OwnLoss;
  const { type, ...options } = given as { type?: unknown };
  const maker = typeof type === "string" ? own.get(type) : undefined;
  return maker?.(options as never);
}
