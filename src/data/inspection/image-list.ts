import { InputError } from "../../core/errors.ts";
import { batchShapeText, type Numbers, type Shape, sizeOf } from "../../core/tensor.ts";
import type { ImageJson, PartName } from "../../report/data-results.ts";
import type { Dataset, TrainTest } from "../dataset.ts";

/** The images of all parts in one list, those for training first. */
export interface ImageList {
  readonly count: number;
  /** `[rows, columns, channels]` */
  readonly shape: Shape;
  readonly scale: number;
  readonly classNames: readonly string[];
  readonly parts: readonly ListedPart[];
  /** The values of image i; a view. */
  pixels(i: number): Numbers;
  label(i: number): number;
  part(i: number): PartName;
  /** Image i for people and programs. */
  image(i: number): ImageJson;
}

/** A part of a list: the images from `first` to before `end`. */
export interface ListedPart {
  readonly name: PartName;
  readonly data: Dataset;
  readonly first: number;
  readonly end: number;
}

/** @throws InputError where the parts do not fit together */
export function imageList({ train, validation, test }: Pick<TrainTest, "train" | "validation" | "test">): ImageList {
  const parts: ListedPart[] = [];
  for (const [name, data] of Object.entries({ train, validation, test })) {
    if (!data) continue;
    checkPart(name, data, train);
    const first = parts.at(-1)?.end ?? 0;
    parts.push({ name: name as PartName, data, first, end: first + data.labels.length });
  }
  const shape = train.images.shape.slice(1);
  const size = sizeOf(shape);
  const partOf = (i: number) => parts.find(({ end }) => i < end)!;
  return {
    count: parts.at(-1)!.end,
    shape,
    scale: train.images.scale ?? 1,
    classNames: train.classNames,
    parts,
    pixels(i) {
      const { data, first } = partOf(i);
      return data.images.data.subarray((i - first) * size, (i - first + 1) * size);
    },
    label(i) {
      const { data, first } = partOf(i);
      return data.labels[i - first]!;
    },
    part: (i) => partOf(i).name,
    image(i) {
      const { name: part, data, first } = partOf(i);
      const name = data.names?.[i - first];
      return { part, index: i - first, label: data.labels[i - first]!, ...(name !== undefined && { name }) };
    },
  };
}

function checkPart(name: string, { images, labels, classNames }: Dataset, train: Dataset): void {
  const what = `inspectData ${name}`;
  const [[count, ...shape], [, ...trainShape]] = [images.shape, train.images.shape];
  if (shape.join() !== trainShape.join() || images.data.constructor !== train.images.data.constructor) {
    throw new InputError(
      `${what}: expected images as those for training, ${batchShapeText(trainShape)}, of one type, got ${batchShapeText(shape)}`,
    );
  }
  if (count !== labels.length || images.data.length !== sizeOf(images.shape)) {
    throw new InputError(
      `${what}: expected as many images as labels, with data of their shape, got ${count} images, ${labels.length} labels and ${images.data.length} values`,
    );
  }
  const wrong = labels.findIndex((label) => !(label >= 0 && label < classNames.length));
  if (wrong >= 0) {
    throw new InputError(
      `${what}: expected labels from 0 to ${classNames.length - 1}, one for each class name, got ${labels[wrong]} for image ${wrong}`,
    );
  }
}
