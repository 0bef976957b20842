import { InputError, shown } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";

/**
 * Class numbers as one-hot rows: `[N, classes]`, 1 at the class of each label and 0 elsewhere, for the losses that take
 * rows, such as "categorical_crossentropy". https://keras.io/api/utils/python_utils/#to_categorical-function
 * @param labels `[N]` class numbers, from 0
 * @param classes the number of classes; default: the largest label + 1
 * @throws InputError for labels that are no class numbers, or that are not below `classes`
 */
export function toCategorical(labels: ArrayLike<number>, classes?: number): Tensor<Float32Array> {
  if (typeof labels !== "object" || typeof labels?.length !== "number")
    throw new InputError(`toCategorical: expected a list of class numbers, got ${shown(labels)}`);
  const list = Array.from(labels);
  const count = classes ?? list.reduce((max, label) => Math.max(max, label), -1) + 1;
  if (!Number.isInteger(count) || count < 1)
    throw new InputError(
      `toCategorical classes: expected a whole number of at least 1, got ${shown(classes ?? count)}`,
    );
  const data = new Float32Array(list.length * count);
  list.forEach((label, i) => {
    if (!Number.isInteger(label) || label < 0 || label >= count) {
      throw new InputError(
        `toCategorical: expected class numbers from 0 to ${count - 1}, got ${shown(label)} for label ${i}`,
      );
    }
    data[i * count + label] = 1;
  });
  return { shape: [list.length, count], data };
}
