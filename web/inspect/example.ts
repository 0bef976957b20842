/** A unit to begin with. */
import type { Summary } from "lenet5";
import type { Forward } from "../state/network.ts";
import { unitAt } from "../state/units.ts";
import type { Unit } from "../state/view.ts";

/** The largest number of the first convolution; without one, that of the last layer. */
export function exampleUnit({ layers }: Summary, pass: Forward): Unit {
  const layer = layers.find(({ type }) => type === "conv2d") ?? layers.at(-1)!;
  const values = pass.layers.find(({ name }) => name === layer.name)?.values;
  const largest = values?.indexOf(values.reduce((a, b) => Math.max(a, b)));
  return unitAt(layer.name, layer.outputShape, largest ?? 0);
}
