/** A unit to begin with. */
import type { Summary } from "lenet5";
import { foldsOf } from "../state/folded.ts";
import type { Forward } from "../state/network.ts";
import { unitAt } from "../state/units.ts";
import type { Unit } from "../state/view.ts";

/** The largest number of the first convolution; without one, that of the last layer. */
export function exampleUnit({ layers }: Summary, pass: Forward): Unit {
  const first = layers.find(({ type }) => type === "conv2d") ?? layers.at(-1)!;
  const shown = [...foldsOf(layers)].find(([, fold]) => fold[0] === first)?.[0];
  const layer = layers.find(({ name }) => name === shown) ?? first;
  const values = pass.layers.find(({ name }) => name === layer.name)?.values;
  const largest = values?.indexOf(values.reduce((a, b) => Math.max(a, b)));
  return unitAt(layer.name, layer.outputShape, largest ?? 0);
}
