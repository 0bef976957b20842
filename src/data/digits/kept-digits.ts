import { cacheFolder, joinPath, readBytes, sha256, writeBeside } from "#platform";
import type { Dataset, TrainTest } from "../dataset.ts";
import { newBytes } from "../image-bytes.ts";
import { datasetOf, digits, labelsOf } from "./digits.ts";

/** What `digits()` draws. */
const PARTS = { train: 40_000, test: 5_000 };
const SEED = 0;
const SIZE = 32;
const PIXELS = SIZE * SIZE;
const BYTES = (PARTS.train + PARTS.test) * PIXELS;

/** SHA-256 of the pixels of both parts. Whoever changes how digits are drawn changes it: others are neither kept nor read. */
export const DIGITS_CHECKSUM = "4720905ff2c60baeda2648af9247e0bc1ef8cd6fc1adf39a230c11609b5df622";

/**
 * The same data as `digits()`, which takes seconds to draw 45,000 images. They are kept in the user's cache folder
 * (46 MB), where they are read and checked in 0.1 s. Where the file is missing or has other content, they are drawn and
 * kept; where there is no cache folder, or it cannot be written, they are drawn.
 */
export async function keptDigits(): Promise<TrainTest> {
  const folder = cacheFolder();
  const path = folder && joinPath(folder, "digits", `${DIGITS_CHECKSUM.slice(0, 8)}.bytes`);
  const pixels = path === undefined ? undefined : await pixelsIn(path);
  if (pixels) {
    const train = partOf("train", pixels.subarray(0, PARTS.train * PIXELS));
    return { source: "built-in digits", train, test: partOf("test", pixels.subarray(PARTS.train * PIXELS)) };
  }
  const drawn = digits();
  if (path !== undefined) await keep(drawn, path).catch(() => {}); // a full disk, say: the next call draws them again
  return drawn;
}

async function keep({ train, test }: TrainTest, path: string): Promise<void> {
  const pixels = new Uint8Array(BYTES);
  pixels.set(train.images.data as Uint8Array);
  pixels.set(test.images.data as Uint8Array, PARTS.train * PIXELS);
  if ((await sha256(pixels)) === DIGITS_CHECKSUM) await writeBeside(path, pixels);
}

async function pixelsIn(path: string): Promise<Uint8Array | undefined> {
  const bytes = await readBytes(path, BYTES).catch(() => undefined);
  return bytes && (await sha256(bytes)) === DIGITS_CHECKSUM ? bytes : undefined;
}

function partOf(name: "train" | "test", pixels: Uint8Array): Dataset {
  const data = newBytes(PARTS[name], [SIZE, SIZE, 1]); // shared by the threads that train, without a copy
  data.set(pixels);
  return datasetOf(labelsOf(SEED, name, PARTS[name]), data, SIZE);
}
