import { InputError, shown } from "../core/errors.ts";
import type { Check } from "../core/options.ts";
import { type AnyLayerMaker, isLayerMaker } from "../layers/custom-makers.ts";
import { type AnyLossMaker, isLossMaker } from "../training/losses/custom.ts";
import type { MetricFunction } from "../training/metrics/custom.ts";

/** A function that {@link defineLayer} or {@link defineLoss} returned, or the function of a metric. */
export type CustomObject = AnyLayerMaker | AnyLossMaker | MetricFunction;

/** What a model file refers to beyond the library, by its names. */
export interface CustomObjects {
  readonly layers: ReadonlyMap<string, AnyLayerMaker>;
  readonly losses: ReadonlyMap<string, AnyLossMaker>;
  readonly metrics: ReadonlyMap<string, MetricFunction>;
}

export const noCustomObjects: CustomObjects = { layers: new Map(), losses: new Map(), metrics: new Map() };

/** A list of what {@link defineLayer} and {@link defineLoss} returned, and of metric functions. */
export const customObjects: Check<readonly CustomObject[], CustomObjects> = (what, given) => {
  if (!Array.isArray(given)) {
    throw new InputError(
      `${what}: expected a list of what defineLayer and defineLoss returned and of metrics, got ${shown(given)}`,
    );
  }
  const layers = new Map<string, AnyLayerMaker>();
  const losses = new Map<string, AnyLossMaker>();
  const metrics = new Map<string, MetricFunction>();
  const put = <Item>(into: Map<string, Item>, name: string, item: Item) => {
    if (into.has(name) && into.get(name) !== item) throw new InputError(`${what}: expected one "${name}", got two`);
    into.set(name, item);
  };
  for (const item of given as readonly unknown[]) {
    if (isLayerMaker(item)) put(layers, item.type, item);
    else if (isLossMaker(item)) put(losses, item.type, item);
    else if (typeof item === "function" && item.name !== "") put(metrics, item.name, item as MetricFunction);
    else {
      throw new InputError(
        `${what}: expected functions that defineLayer or defineLoss returned, or metrics that are functions with a name, got ${shown(item)}`,
      );
    }
  }
  return { layers, losses, metrics };
};
