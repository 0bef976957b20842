/** Where two networks differ: in what their layers make of one image, and in the images that they read. */
import type { LayerOutput } from "lenet5";
import type { Evaluation } from "../state/data.ts";
import { unitAt } from "../state/units.ts";
import type { Unit } from "../state/view.ts";

/** How a layer of one network differs from the other's of the same name. */
export interface LayerDifference {
  readonly layer: string;
  /** The largest difference of two values, and its unit. */
  readonly largest: number;
  readonly unit: Unit;
  readonly mean: number;
}

/** Layers of the same name and shape whose values differ; in the order of the first network. */
export function layerDifferences(
  first: readonly LayerOutput[],
  second: readonly LayerOutput[],
): { readonly differences: readonly LayerDifference[]; readonly unlike: readonly string[] } {
  const differences: LayerDifference[] = [];
  const unlike: string[] = [];
  for (const { name, type, shape, values } of first) {
    const twin = second.find((layer) => layer.name === name);
    if (type === "input" || type === "flatten") continue;
    // Probabilities and distances are the same shape, and no numbers that can be subtracted.
    if (twin?.type !== type || twin.shape.join() !== shape.join()) {
      if (twin) unlike.push(name);
      continue;
    }
    let [at, largest, sum] = [0, -1, 0];
    for (let i = 0; i < values.length; i++) {
      const difference = Math.abs(values[i]! - twin.values[i]!);
      sum += difference;
      if (difference > largest) [at, largest] = [i, difference];
    }
    differences.push({ layer: name, largest, unit: unitAt(name, shape, at), mean: sum / values.length });
  }
  return { differences, unlike };
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
