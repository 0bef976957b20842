import { checkedOptions, type OptionsOf, optional, whole, wholeSeed } from "../../core/options.ts";
import { random } from "../../core/random.ts";
import { sizeOf } from "../../core/tensor.ts";
import type { DataInspectionJson, DataPicturesJson, ImageJson, PictureJson } from "../../report/data-results.ts";
import { base64 } from "../../report/drawing/base64.ts";
import type { Dataset, TrainTest } from "../dataset.ts";
import { rangeOf, seenImages } from "./seen-image.ts";

const dataPicturesOptions = {
  /** Training images of each class on the contact sheet. Default 10. */
  perClass: optional(whole(0), 10),
  /** Images of each finding at most. Default 24. */
  perFinding: optional(whole(0), 24),
  /** Seed of the choice for the contact sheet. Default 0. */
  seed: optional(wholeSeed, 0),
};

/** Options of {@link dataPictures}. */
export interface DataPicturesOptions extends OptionsOf<typeof dataPicturesOptions> {}

/** A page of more classes would be too long: it shows the first ones. */
const MAX_CLASSES = 100;

/**
 * Images of a data set for its page: the mean of each class, a contact sheet, and those of the findings of
 * {@link inspectData}. Values of floats are stretched to bytes, images with alpha are put on white, and images of more
 * than 64 pixels are shrunk. Of more than 100 classes, the first 100 have pictures.
 *
 * @throws InputError for unknown options
 */
export function dataPictures(
  data: TrainTest,
  { findings }: Pick<DataInspectionJson, "findings">,
  options: DataPicturesOptions = {},
): DataPicturesJson {
  const { perClass, perFinding, seed } = checkedOptions("dataPictures", dataPicturesOptions, options);
  const { train } = data;
  const imageShape = train.images.shape.slice(1);
  const size = sizeOf(imageShape);
  const valuesOf = ({ part, index }: Pick<ImageJson, "part" | "index">) =>
    (data[part] as Dataset).images.data.subarray(index * size, (index + 1) * size);
  const ofClass = classIndices(train).slice(0, MAX_CLASSES);
  const chosen = ofClass.flatMap((indices, label) => {
    const some = random(seed, "contact sheet", label).shuffle(indices.slice()).slice(0, perClass).sort();
    return Array.from(some, (index) => imageOf(train, index));
  });
  const { shape, bytes } = seenImages(imageShape, rangeOf(chosen.map(valuesOf)));
  const picture = (image: ImageJson): PictureJson => ({ ...image, pixels: base64(bytes(valuesOf(image))) });
  const found = new Map<string, PictureJson>();
  for (const { groups } of findings) {
    for (const image of groups.flat().slice(0, perFinding)) {
      const key = `${image.part} ${image.index}`;
      if (!found.has(key)) found.set(key, picture(image));
    }
  }
  const means = ofClass.map((indices) => {
    if (indices.length === 0) return "";
    const sum = new Float64Array(size);
    for (const i of indices) for (let k = 0; k < size; k++) sum[k]! += train.images.data[i * size + k]!;
    return base64(bytes(sum.map((value) => value / indices.length)));
  });
  return { shape, means, samples: chosen.map(picture), found: [...found.values()] };
}

function imageOf({ labels, names }: Dataset, index: number): ImageJson {
  const name = names?.[index];
  return { part: "train", index, label: labels[index]!, ...(name !== undefined && { name }) };
}

function classIndices({ labels, classNames }: Dataset): Uint32Array[] {
  const lists = classNames.map((): number[] => []);
  labels.forEach((label, i) => {
    lists[label]!.push(i);
  });
  return lists.map((list) => Uint32Array.from(list));
}
