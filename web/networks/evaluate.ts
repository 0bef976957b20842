/** How a network does on test images, computed in a worker. */
import { type Dataset, InputError, judged, type Model, type Tensor } from "lenet5";
import { type DataId, type Evaluation, hasClasses } from "../state/data.ts";
import { fitted } from "./fitted.ts";

/** Images computed without a break: some milliseconds. In a break, the worker answers a drawing. */
const SLICE = 128;

/** Some images of a data set, in the order asked for. @throws Error with a line for the user */
export function imagesAt({ images }: Dataset, indices: readonly number[]): Tensor<Uint8Array> {
  const { shape, data, scale } = images;
  if (!(data instanceof Uint8Array)) throw new InputError("expected images of bytes, got floats");
  const [count = 0, ...one] = shape;
  const size = data.length / count;
  const chosen = new Uint8Array(indices.length * size);
  indices.forEach((index, i) => {
    if (!(index >= 0 && index < count))
      throw new InputError(`expected a test image from 0 to ${count - 1}, got ${index}`);
    chosen.set(data.subarray(index * size, (index + 1) * size), i * size);
  });
  return { shape: [indices.length, ...one], data: chosen, scale };
}

/** The class whose output fits best. @throws Error where an output is no number: then there is no answer */
export function bestOf(outputs: ArrayLike<number>, smallestWins: boolean): number {
  const all = Array.from(outputs);
  const bad = all.findIndex(Number.isNaN);
  if (bad >= 0)
    throw new InputError(`the output of class ${bad} is no number: the network's weights are too large, or none`);
  return all.indexOf(smallestWins ? Math.min(...all) : Math.max(...all));
}

/**
 * Predicts all test images, in slices.
 * @param classNames of the network
 * @throws Error with a line for the user where the network does not take these images or has other classes
 */
export async function evaluate(
  model: Model,
  test: Dataset,
  names: { readonly network: string; readonly data: DataId },
  classNames: readonly string[],
  onProgress?: (share: number) => void,
): Promise<Evaluation> {
  const classes = model.outputs.shape.at(-1)!;
  const count = test.labels.length;
  const labels = Uint8Array.from(test.labels);
  if (!hasClasses(classNames, test.classNames)) {
    const some = (of: readonly string[]) => `${of.slice(0, 3).join(", ")}${of.length > 3 ? "..." : ""}`;
    throw new InputError(
      `expected a network with the classes of these data (${some(test.classNames)}), got one with ${some(classNames)}: choose another network or other data`,
    );
  }
  const predicted = new Uint16Array(count);
  const confidence = new Float32Array(count).fill(Number.NaN);
  for (let first = 0; first < count; first += SLICE) {
    const indices = Array.from({ length: Math.min(SLICE, count - first) }, (_, i) => first + i);
    const { data } = await model.predict(fitted(imagesAt(test, indices), model.inputs.shape));
    for (const [i, index] of indices.entries()) {
      const outputs = data.subarray(i * classes, (i + 1) * classes);
      if (model.outputKind) {
        const answer = judged(outputs, model.outputKind, model.reading?.confidence);
        predicted[index] = answer.label;
        confidence[index] = answer.confidence;
      } else predicted[index] = bestOf(outputs, false);
    }
    onProgress?.((first + indices.length) / count);
    await new Promise((resolve) => setTimeout(resolve));
  }
  const confusion = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  labels.forEach((label, i) => {
    confusion[label]![predicted[i]!]!++;
  });
  const misread = Array.from(labels.keys()).filter((i) => labels[i] !== predicted[i]);
  return {
    ...names,
    labels,
    predicted,
    confidence,
    confusion,
    accuracy: 1 - misread.length / count,
    misread: misread.toSorted((a, b) => confidence[b]! - confidence[a]!),
  };
}
