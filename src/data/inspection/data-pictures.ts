import { checkedOptions, type OptionsOf, optional, whole, wholeSeed } from "../../core/options.ts";
import { random } from "../../core/random.ts";
import type { Numbers } from "../../core/tensor.ts";
import type { DataInspectionJson, DataPicturesJson, ImageJson, PictureJson } from "../../report/data-results.ts";
import { base64 } from "../../report/drawing/base64.ts";
import type { Dataset, TrainTest } from "../dataset.ts";

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

/**
 * Images of a data set for its page: the mean of each class, a contact sheet, and those of the findings of
 * {@link inspectData}. Values of floats are stretched to bytes, and images with alpha are put on white.
 *
 * @throws InputError for unknown options
 */
export function dataPictures(
  data: TrainTest,
  { parts, findings }: DataInspectionJson,
  options: DataPicturesOptions = {},
): DataPicturesJson {
  const { perClass, perFinding, seed } = checkedOptions("dataPictures", dataPicturesOptions, options);
  const { train } = data;
  const [, rows = 1, columns = 1, channels = 1] = train.images.shape;
  const size = rows * columns * channels;
  const lows = parts.flatMap(({ min }) => min ?? []);
  const highs = parts.flatMap(({ max }) => max ?? []);
  const [low, high] = [Math.min(...lows), Math.max(...highs)];
  const isBytes = train.images.data instanceof Uint8Array;
  const bytesOf = (values: Numbers) =>
    seen(
      isBytes ? values : Uint8ClampedArray.from(values, (value) => (255 * (value - low)) / (high - low || 1)),
      channels,
    );
  const picture = (image: ImageJson): PictureJson => {
    const { images } = data[image.part] as Dataset;
    return { ...image, pixels: base64(bytesOf(images.data.subarray(image.index * size, (image.index + 1) * size))) };
  };
  const ofClass = classIndices(train);
  const samples = ofClass.flatMap((indices, label) => {
    const chosen = random(seed, "contact sheet", label).shuffle(indices.slice()).slice(0, perClass).sort();
    return [...chosen].map((index) => picture(imageOf(train, index)));
  });
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
    return base64(bytesOf(Float32Array.from(sum, (value) => value / indices.length)));
  });
  return { shape: [rows, columns, channels < 3 ? 1 : 3], means, samples, found: [...found.values()] };
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

/** What people see of an image: one channel or three. */
function seen(values: ArrayLike<number>, channels: number): Uint8ClampedArray {
  if (channels === 1 || channels === 3) return Uint8ClampedArray.from(values);
  const kept = channels < 3 ? 1 : 3;
  const pixels = new Uint8ClampedArray((values.length / channels) * kept);
  for (let i = 0; i < pixels.length; i++) {
    const at = Math.floor(i / kept) * channels;
    const value = values[at + (i % kept)]!;
    pixels[i] = channels === 4 ? 255 + ((value - 255) * values[at + 3]!) / 255 : value;
  }
  return pixels;
}
