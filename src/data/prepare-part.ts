import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { type Preparation, prepared } from "../pictures/preparation.ts";
import { hasColour } from "./choose-preparation.ts";
import type { Dataset } from "./dataset.ts";
import type { FoundPart } from "./found-data.ts";
import { picturesOf } from "./pictures-of.ts";

/** More damaged pictures than this share stop the reading. */
const MAX_DAMAGED = 0.1;

/** How to prepare the images of a part. */
export interface PartPlan {
  readonly preparation: Preparation;
  readonly classNames: readonly string[];
  /** Whether pictures of other sizes than the preparation's are brought to it. */
  readonly isSizeGiven: boolean;
}

/** A part of a data set, ready for a model. */
export interface PreparedPart {
  readonly dataset: Dataset;
  /** The pictures that could not be read, with the reason; they are left out. */
  readonly damaged: readonly InputError[];
  /** Pictures with a colour that grey images do not keep. */
  readonly faded: number;
}

/**
 * The images of a part with these indices, in this order.
 * @throws InputError for pictures of another size where none is given, for many damaged ones, and where memory ends
 */
export async function preparePart(
  { images, labels }: FoundPart,
  indices: Uint32Array,
  { preparation, classNames, isSizeGiven }: PartPlan,
): Promise<PreparedPart> {
  const { size, padding, channels } = preparation;
  const shape = [size[0] + 2 * padding, size[1] + 2 * padding, channels];
  const imageSize = sizeOf(shape);
  const data = newBytes(indices.length, shape);
  if (images.kind === "array" && images.images.shape.slice(1).join() === [...size, channels].join()) {
    placeImages(images.images.data, { size, channels, indices }, data, shape);
    const kept = labels.slice();
    indices.forEach((from, to) => {
      kept[to] = labels[from]!;
    });
    const tensor = { shape: [indices.length, ...shape], data, scale: preparation.scale };
    return { dataset: { images: tensor, labels: kept.slice(0, indices.length), classNames }, damaged: [], faded: 0 };
  }
  const damaged: InputError[] = [];
  const names: string[] = [];
  const sizes = new Uint32Array(2 * indices.length);
  const kept = labels.slice(0, indices.length);
  let [count, faded, resized] = [0, 0, 0];
  for await (const { index, name, picture } of picturesOf(images, indices)) {
    if (picture instanceof InputError) {
      damaged.push(picture);
      if (damaged.length > Math.max(MAX_DAMAGED * indices.length, 1)) throw tooMany(damaged, indices.length);
      continue;
    }
    const isResized = picture.height !== size[0] || picture.width !== size[1];
    if (isResized) resized++;
    if (isResized && !isSizeGiven) {
      throw new InputError(
        `${name}: expected ${size.join("x")}, as the other pictures have, got ${picture.height}x${picture.width}; give the size to bring them to, such as --size 32`,
      );
    }
    if (channels === 1 && hasColour(picture)) faded++;
    data.set(prepared(picture, { ...preparation, framing: "none" }, name).data, count * imageSize);
    sizes.set([picture.height, picture.width], 2 * count);
    kept[count] = labels[index]!;
    names.push(name);
    count++;
  }
  const dataset = {
    images: {
      shape: [count, ...shape],
      data: count === indices.length ? data : data.subarray(0, count * imageSize),
      scale: preparation.scale,
    },
    labels: kept.slice(0, count),
    classNames,
    ...(images.kind === "files" && { names }),
    ...(resized > 0 && { sizes: sizes.slice(0, 2 * count) }),
  };
  return { dataset, damaged, faded };
}

function tooMany(damaged: readonly InputError[], all: number): InputError {
  return new InputError(`${damaged.length} of the first ${all} pictures cannot be read: ${damaged[0]!.message}`);
}

/** Copies images to the middle of larger ones, which are zeros. */
export function placeImages(
  from: Uint8Array,
  { size, channels, indices }: { size: readonly [number, number]; channels: number; indices: Uint32Array },
  to: Uint8Array,
  [newRows = 0, newColumns = 0]: readonly number[],
): void {
  const [rows, columns] = size;
  const [top, left] = [(newRows - rows) >> 1, (newColumns - columns) >> 1];
  const row = columns * channels;
  indices.forEach((index, k) => {
    for (let y = 0; y < rows; y++) {
      const at = (index * rows + y) * row;
      const target = ((k * newRows + y + top) * newColumns + left) * channels;
      to.set(from.subarray(at, at + row), target);
    }
  });
}

/** Zeros for images of a shape; shared between threads without a copy where the machine allows it. */
export function newBytes(count: number, shape: readonly number[]): Uint8Array {
  const size = count * sizeOf(shape);
  try {
    return typeof SharedArrayBuffer === "undefined"
      ? new Uint8Array(size)
      : new Uint8Array(new SharedArrayBuffer(size));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new InputError(
      `${count} images of ${shape.join("x")} need ${(size / 2 ** 30).toFixed(1)} GiB of memory, which is not there; give a smaller --size, fewer --channels, or batches from a stream`,
      { cause },
    );
  }
}
