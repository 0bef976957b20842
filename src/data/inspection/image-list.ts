import { InputError } from "../../core/errors.ts";
import { batchShapeText, type Numbers, type Shape, sizeOf } from "../../core/tensor.ts";
import type { ImageJson, PartName } from "../../report/data-results.ts";
import type { Dataset, TrainTest } from "../dataset.ts";

/** The images of both parts in one list, those for training first. */
export interface ImageList {
  readonly count: number;
  /** Number of training images. */
  readonly trainCount: number;
  /** `[rows, columns, channels]` */
  readonly shape: Shape;
  readonly scale: number;
  readonly classNames: readonly string[];
  /** The values of image i; a view. */
  pixels(i: number): Numbers;
  label(i: number): number;
  part(i: number): PartName;
  /** Image i for people and programs. */
  image(i: number): ImageJson;
}

/** @throws InputError where the parts do not fit together */
export function imageList({ train, test }: Pick<TrainTest, "train" | "test">): ImageList {
  const [shape, testShape] = [train, test].map(({ images }) => images.shape.slice(1)) as [Shape, Shape];
  if (shape.join() !== testShape.join() || train.images.data.constructor !== test.images.data.constructor) {
    throw new InputError(
      `inspectData: expected training and test images of one shape and type, got ${batchShapeText(shape)} and ${batchShapeText(testShape)}`,
    );
  }
  for (const [name, part] of Object.entries({ train, test })) checkPart(name, part);
  const size = sizeOf(shape);
  const trainCount = train.labels.length;
  const at = (i: number): [Dataset, number] => (i < trainCount ? [train, i] : [test, i - trainCount]);
  return {
    count: trainCount + test.labels.length,
    trainCount,
    shape,
    scale: train.images.scale ?? 1,
    classNames: train.classNames,
    pixels(i) {
      const [{ images }, index] = at(i);
      return images.data.subarray(index * size, (index + 1) * size);
    },
    label(i) {
      const [{ labels }, index] = at(i);
      return labels[index]!;
    },
    part: (i) => (i < trainCount ? "train" : "test"),
    image(i) {
      const [{ labels, names }, index] = at(i);
      const name = names?.[index];
      return { part: this.part(i), index, label: labels[index]!, ...(name !== undefined && { name }) };
    },
  };
}

function checkPart(name: string, { images, labels, classNames }: Dataset): void {
  const [count = 0] = images.shape;
  if (count !== labels.length || images.data.length !== sizeOf(images.shape)) {
    throw new InputError(
      `inspectData ${name}: expected as many images as labels and data of that shape, got ${count} images, ${labels.length} labels and ${images.data.length} values`,
    );
  }
  const wrong = labels.findIndex((label) => !(label >= 0 && label < classNames.length));
  if (wrong >= 0) {
    throw new InputError(
      `inspectData ${name}: expected labels from 0 to ${classNames.length - 1}, one for each class name, got ${labels[wrong]} for image ${wrong}`,
    );
  }
}
