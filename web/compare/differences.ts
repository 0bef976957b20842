/** Where two networks differ: in what their layers make of one image, and in the images that they read. */
import type { LayerOutput, Summary } from "lenet5";
import type { Evaluation } from "../state/data.ts";
import { insideFolds, shownName, twinUnit } from "../state/folded.ts";
import { unitAt } from "../state/units.ts";
import type { Unit } from "../state/view.ts";

/** How a layer of one network differs from the other's of the same name. */
export interface LayerDifference {
  /** Its name on the stage. */
  readonly layer: string;
  /** The largest difference of two values, and its unit in the first network. */
  readonly largest: number;
  readonly unit: Unit;
  readonly mean: number;
}

/** A network and what its layers make of an image. */
export type Outputs = readonly [summary: Pick<Summary, "layers">, outputs: readonly LayerOutput[]];

/**
 * The layers that the stage shows of both networks under the same name, where they are of the same type and shape; in
 * the order of the first network.
 */
export function layerDifferences([first, outputs]: Outputs, [second, others]: Outputs): readonly LayerDifference[] {
  const inside = insideFolds(first.layers);
  return outputs.flatMap(({ name, type, shape, values }) => {
    if (type === "input" || type === "flatten" || inside.has(name)) return [];
    const layer = shownName(first.layers, name);
    const start = unitAt(name, shape, 0);
    const twin = others.find((other) => other.name === twinUnit(first.layers, second.layers, start).layer);
    // Probabilities and distances are the same shape, and no numbers that can be subtracted.
    const types = [first, second].map(({ layers }) => layers.find((one) => one.name === layer)?.type);
    if (!twin || types[0] !== types[1] || twin.shape.join() !== shape.join()) return [];
    let [at, largest, sum] = [0, -1, 0];
    for (let i = 0; i < values.length; i++) {
      const difference = Math.abs(values[i]! - twin.values[i]!);
      sum += difference;
      if (difference > largest) [at, largest] = [i, difference];
    }
    return [{ layer, largest, unit: unitAt(name, shape, at), mean: sum / values.length }];
  });
}

/** The numbers of test images by who reads them right. */
export interface ByReader {
  readonly both: number;
  readonly onlyFirst: readonly number[];
  readonly onlySecond: readonly number[];
  readonly neither: number;
}

/** Two evaluations of the same images. */
export function byReader(first: Evaluation, second: Evaluation): ByReader {
  const onlyFirst: number[] = [];
  const onlySecond: number[] = [];
  let [both, neither] = [0, 0];
  first.labels.forEach((label, i) => {
    const [one, two] = [first.predicted[i] === label, second.predicted[i] === label];
    if (one && two) both++;
    else if (one) onlyFirst.push(i);
    else if (two) onlySecond.push(i);
    else neither++;
  });
  return { both, onlyFirst, onlySecond, neither };
}
