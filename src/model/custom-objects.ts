import { InputError, shown } from "../core/errors.ts";
import type { Check } from "../core/options.ts";
import { type AnyLayerMaker, isLayerMaker } from "../layers/own-makers.ts";
import { isLossMaker, type OwnLossMaker } from "../training/losses/own.ts";

/** A function that {@link defineLayer} or {@link defineLoss} returned. */
export type CustomObject = AnyLayerMaker | OwnLossMaker;

/** What a model file refers to beyond the library, by its names. */
export interface CustomObjects {
  readonly layers: ReadonlyMap<string, AnyLayerMaker>;
  readonly losses: ReadonlyMap<string, OwnLossMaker>;
}

export const noCustomObjects: CustomObjects = { layers: new Map(), losses: new Map() };

/** A list of what {@link defineLayer} and {@link defineLoss} returned. */
export const customObjects: Check<readonly CustomObject[], CustomObjects> = (what, given) => {
  if (!Array.isArray(given)) {
    throw new InputError(`${what}: expected a list of what defineLayer and defineLoss returned, got ${shown(given)}`);
  }
  const layers = new Map<string, AnyLayerMaker>();
  const losses = new Map<string, OwnLossMaker>();
  for (const item of given as readonly unknown[]) {
    const into: Map<string, unknown> | undefined = isLayerMaker(item) ? layers : isLossMaker(item) ? losses : undefined;
    if (!into) {
      throw new InputError(`${what}: expected functions that defineLayer or defineLoss returned, got ${shown(item)}`);
    }
    const { type } = item as CustomObject;
    if (into.has(type) && into.get(type) !== item) throw new InputError(`${what}: expected one "${type}", got two`);
    into.set(type, item);
  }
  return { layers, losses };
};
