import { createHash } from "node:crypto";
import { DIGITS_CHECKSUM } from "../data/digits/kept-digits.ts";
import { addBytes } from "../platform/node/sha256.ts";
import type { OpenedData } from "./data-source.ts";

/** Of MNIST, whose files are checked when they are read: hashing the images again takes a tenth of a second. */
const MNIST_SUM = "14abdb6a387014b0da3f4be969787b2afa0ea902f9a4c6734e442d92fb9bee4a";

/**
 * SHA-256 of the images and labels for training and validation: two copies of a data set that are read alike have the
 * same, whatever test images they have.
 */
export function sumOfData(data: Pick<OpenedData, "id" | "train" | "validation">): string {
  if (data.id === "mnist") return MNIST_SUM;
  return data.id === "digits" ? `digits ${DIGITS_CHECKSUM}` : sumOfImages(data);
}

function sumOfImages({ train, validation }: Pick<OpenedData, "train" | "validation">): string {
  const hash = createHash("sha256");
  for (const part of [train, validation]) {
    hash.update(part ? JSON.stringify(part.images.shape) : "none");
    for (const { buffer, byteOffset, byteLength } of part ? [part.images.data, part.labels] : [])
      addBytes(hash, new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
