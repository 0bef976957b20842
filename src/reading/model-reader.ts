import { InputError } from "../core/errors.ts";
import { sizeOf, type Tensor } from "../core/tensor.ts";
import { imagesOfShape } from "../data/image-size.ts";
import { classOutputs } from "../model/class-outputs.ts";
import type { Model } from "../model/model.ts";
import type { PreparedPart } from "../pictures/prepared-parts.ts";
import { type PictureAnswer, pictureAnswer } from "./answer.ts";
import { partAnswer } from "./part-answer.ts";

/**
 * Reads the prepared parts of pictures with a model, all in one batch.
 * @throws InputError for a model that gives no score for each class of one picture, or numbers that are not finite, and
 *   for images that it does not take
 */
export async function answersFor(
  model: Model,
  pictures: readonly (readonly PreparedPart[])[],
): Promise<PictureAnswer[]> {
  checkClassifier(model);
  const parts = pictures.flat();
  if (parts.length === 0) return pictures.map(() => pictureAnswer([]));
  const { kind, classes, rows } = classOutputs(model.outputs, model.training?.objectives[0]?.loss);
  const { data } = await model.predict(inputOf(model, batchOf(parts)));
  const outputs = rows(data);
  const meaning = { ...model.reading, kind };
  let next = 0;
  const answer = (part: PreparedPart) =>
    partAnswer(part, Array.from(outputs.subarray(next * classes, ++next * classes)), meaning);
  return pictures.map((each) => pictureAnswer(each.map(answer)));
}

/** @throws InputError for a model that does not give one score for each class of one image */
export function checkClassifier({ inputs, outputs }: Model): void {
  if (Array.isArray(inputs) || Array.isArray(outputs) || outputs.shape.length !== 1)
    throw new InputError(
      "pictureReader: expected a model with one input and one output [N, classes], got another: use predict",
    );
}

/** The images of the parts, one after the other. */
function batchOf(parts: readonly PreparedPart[]): Tensor<Uint8Array> {
  const [{ image }] = parts;
  const size = sizeOf(image.shape);
  const data = new Uint8Array(parts.length * size);
  parts.forEach((part, i) => {
    data.set(part.image.data, i * size);
  });
  return { ...image, shape: [parts.length, ...image.shape], data };
}

/** Prepared images as the model takes them: zeros around them may be missing or too many. @throws InputError */
export function inputOf({ inputs: { shape } }: Model, images: Tensor<Uint8Array>): Tensor {
  const batch = images.shape.length === 3 ? { ...images, shape: [1, ...images.shape] } : images;
  const fitted = imagesOfShape(batch, shape);
  if (fitted) return fitted;
  throw new InputError(
    `expected images [${["N", ...shape].join(", ")}], as the model takes them, got [${["N", ...batch.shape.slice(1)].join(", ")}] from its preparation: set model.reading to what it was trained on`,
  );
}
