import { availableThreads } from "#platform";
import { InputError } from "../core/errors.ts";
import { sizeOf } from "../core/tensor.ts";
import { sizeInFile } from "../pictures/picture.ts";
import { type Preparation, prepared } from "../pictures/preparation.ts";
import { hasColour } from "./choose-preparation.ts";
import type { Dataset } from "./dataset.ts";
import { newBytes, placeImages } from "./image-bytes.ts";
import { picturesOf } from "./pictures-of.ts";
import { isInMemory } from "./sources/files-in-memory.ts";
import type { FoundImages, FoundPart, PictureFiles } from "./sources/found-data.ts";
import { DecodeThreads } from "./streaming/decode-threads.ts";

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
export interface PartData {
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
export async function preparePart(part: FoundPart, indices: Uint32Array, plan: PartPlan): Promise<PartData> {
  const { images, labels } = part;
  const { preparation, classNames } = plan;
  const { size, padding, channels, scale } = preparation;
  const shape = [size[0] + 2 * padding, size[1] + 2 * padding, channels];
  if (images.kind === "array" && images.images.shape.slice(1).join() === [...size, channels].join()) {
    const data = newBytes(indices.length, shape);
    placeImages(images.images.data, { size, channels, indices }, data, shape);
    const tensor = { shape: [indices.length, ...shape], data, scale };
    return { dataset: { images: tensor, labels: labelsOf(labels, indices), classNames }, damaged: [], faded: 0 };
  }
  const inThreads = images.kind === "files" ? await picturesInThreads(images, indices, { ...plan, shape }) : undefined;
  const { data, read, seen, damaged } = inThreads ?? (await picturesHere(images, indices, { ...plan, shape }));
  const count = read.length;
  const isResized = (i: number) => seen[3 * i] !== size[0] || seen[3 * i + 1] !== size[1];
  const each = Array.from({ length: count }, (_, i) => i);
  const sizes = () => Uint32Array.from({ length: 2 * count }, (_, i) => seen[3 * (i >> 1) + (i & 1)]!);
  const dataset = {
    images: {
      shape: [count, ...shape],
      data: count === indices.length ? data : data.subarray(0, count * sizeOf(shape)),
      scale,
    },
    labels: labelsOf(labels, read),
    classNames,
    ...(images.kind === "files" && { names: Array.from(read, (index) => images.names[index]!) }),
    ...(each.some(isResized) && { sizes: sizes() }),
  };
  return { dataset, damaged, faded: each.filter((i) => seen[3 * i + 2] === 1).length };
}

function labelsOf(labels: FoundPart["labels"], indices: Uint32Array): FoundPart["labels"] {
  const chosen = labels.slice(0, indices.length);
  indices.forEach((from, to) => {
    chosen[to] = labels[from]!;
  });
  return chosen;
}

/** Pictures as images. */
interface MadeImages {
  /** Images, one after another. */
  readonly data: Uint8Array;
  /** The indices of those that could be read. */
  readonly read: Uint32Array;
  /** Of each: rows and columns, and 1 for one with a colour that grey images do not keep. */
  readonly seen: Uint32Array;
  readonly damaged: readonly InputError[];
}

interface ImagesPlan extends PartPlan {
  readonly shape: readonly number[];
}

async function picturesHere(
  images: FoundImages,
  indices: Uint32Array,
  { preparation, isSizeGiven, shape }: ImagesPlan,
): Promise<MadeImages> {
  const { size, channels } = preparation;
  const imageSize = sizeOf(shape);
  const data = newBytes(indices.length, shape);
  const damaged: InputError[] = [];
  const read: number[] = [];
  const seen = new Uint32Array(3 * indices.length);
  for await (const { index, name, picture } of picturesOf(images, indices)) {
    if (picture instanceof InputError) {
      damaged.push(picture);
      if (damaged.length > Math.max(MAX_DAMAGED * indices.length, 1)) throw tooMany(damaged, indices.length);
      continue;
    }
    const [rows, columns] = sizeInFile(picture);
    if (!isSizeGiven && (rows !== size[0] || columns !== size[1])) {
      throw new InputError(
        `${name}: expected ${size.join("x")}, as the other pictures have, got ${rows}x${columns}; give the size to bring them to, such as --size 32`,
      );
    }
    const count = read.push(index) - 1;
    data.set(prepared(picture, { ...preparation, framing: "none" }, name).data, count * imageSize);
    seen.set([rows, columns, channels === 1 && hasColour(picture) ? 1 : 0], 3 * count);
  }
  return { data, read: Uint32Array.from(read), seen, damaged };
}

/** So many pictures are worth the tenth of a second that threads take to start. */
const MANY = 2000;
/** Pictures of one message to a thread. */
const CHUNK = 256;
const MAX_THREADS = 8;

/**
 * The same in threads; undefined for few pictures, without threads that share memory, and where one cannot be read: it
 * is then found again, and named.
 */
async function picturesInThreads(
  { folder, names }: PictureFiles,
  indices: Uint32Array,
  { preparation, isSizeGiven, shape }: ImagesPlan,
): Promise<MadeImages | undefined> {
  const count = Math.min(availableThreads(), MAX_THREADS);
  // Threads read from the disk.
  if (isInMemory(folder) || indices.length < MANY || count < 2 || typeof SharedArrayBuffer === "undefined")
    return undefined;
  const imageSize = sizeOf(shape);
  const data = newBytes(indices.length, shape);
  const seen = new Uint32Array(new SharedArrayBuffer(12 * indices.length));
  const threads = new DecodeThreads({ folder, preparation, isSizeGiven, imageSize, kept: new Uint8Array() }, count);
  try {
    const chunks = Array.from({ length: Math.ceil(indices.length / CHUNK) }, (_, i) => i * CHUNK);
    const tasks = chunks.map((from) => {
      const own = indices.slice(from, from + CHUNK);
      return threads.run({
        indices: own,
        names: Array.from(own, (index) => names[index]!),
        into: data.subarray(from * imageSize, (from + CHUNK) * imageSize),
        seen: seen.subarray(3 * from, 3 * (from + CHUNK)),
      });
    });
    await Promise.all(tasks);
    return { data, read: indices, seen, damaged: [] };
  } catch {
    return undefined;
  } finally {
    threads.close();
  }
}

function tooMany(damaged: readonly InputError[], all: number): InputError {
  return new InputError(`${damaged.length} of ${all} pictures cannot be read, the first: ${damaged[0]!.message}`);
}
