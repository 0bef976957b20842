import { InputError, shown } from "../../core/errors.ts";
import { sizeOf, type Tensor } from "../../core/tensor.ts";
import { classOutputs } from "../../model/class-outputs.ts";
import type { Model } from "../../model/model.ts";
import { bestClasses } from "../../training/scores.ts";
import type { Described } from "./describe.ts";
import { networkOf } from "./runtime/network.ts";

/** Images with their class numbers, in memory. */
export interface StandaloneData {
  /** `[N, ...]`, as the model takes them: bytes or floats, which are multiplied by its `scale`. */
  readonly images: Tensor;
  /** `[N]` class numbers, from 0. */
  readonly labels: ArrayLike<number>;
}

/** How many of some labelled images are read rightly. */
export interface StandaloneAccuracy {
  /** The number of images. */
  readonly images: number;
  /** The share that the model reads rightly, from 0 to 1. */
  readonly float32: number;
  /** The share that the file reads rightly, with the weights that it has. */
  readonly file: number;
  /** The share for which both give the same class. */
  readonly agree: number;
}

/** Classifies the images with the model and with the code and the weights of the file. @throws InputError */
export async function measured(
  model: Model,
  { description, bytes }: Described,
  data: StandaloneData,
): Promise<StandaloneAccuracy> {
  const { images, labels } = data;
  const [count = 0] = images?.shape ?? [];
  const { classes, kind, rows } = classOutputs(model.outputs, model.training?.objectives[0]?.loss);
  if (count === 0 || typeof labels?.length !== "number" || labels.length !== count)
    throw new InputError(
      `exportStandalone data: expected { images, labels } with a class number for each image, got ${shown(data)}`,
    );
  for (let i = 0; i < count; i++) {
    if (!(Number.isInteger(labels[i]) && labels[i]! >= 0 && labels[i]! < classes))
      throw new InputError(
        `exportStandalone data: expected labels from 0 to ${classes - 1}, got ${shown(labels[i])} for image ${i}`,
      );
  }
  const areDistances = kind === "distances";
  const { data: outputs } = await model.predict(images);
  const own = bestClasses(rows(outputs), classes, areDistances);
  const run = networkOf(description.network, bytes);
  const size = sizeOf(model.inputs.shape);
  let [right, rightInFile, same] = [0, 0, 0];
  for (let i = 0; i < count; i++) {
    const image = images.data.subarray(i * size, (i + 1) * size);
    const [label] = bestClasses(rows(run(image, images.scale)), classes, areDistances);
    if (own[i] === labels[i]) right++;
    if (label === labels[i]) rightInFile++;
    if (label === own[i]) same++;
  }
  return { images: count, float32: right / count, file: rightInFile / count, agree: same / count };
}
