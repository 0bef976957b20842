import { createHash } from "node:crypto";
import { DIGITS_CHECKSUM } from "../data/digits/kept-digits.ts";
import type { Dataset } from "../index.ts";
import { addBytes } from "../platform/node/sha256.ts";
import type { OpenedData } from "./data-source.ts";

/** Of MNIST, whose files are checked when they are read: hashing the images again takes a tenth of a second. */
const MNIST_SUM = "14abdb6a387014b0da3f4be969787b2afa0ea902f9a4c6734e442d92fb9bee4a";
const MNIST_TEST_SUM = "98024812425f0279f791e657ba345e99fd5a59ef8630ec24b819978f9e87946e";

/**
 * SHA-256 of the images and labels for training and validation: two copies of a data set that are read alike have the
 * same, whatever test images they have.
 */
export function sumOfData(data: Pick<OpenedData, "id" | "train" | "validation">): string {
  if (data.id === "mnist") return MNIST_SUM;
  return data.id === "digits" ? `digits ${DIGITS_CHECKSUM}` : sumOfImages([data.train, data.validation]);
}

/** SHA-256 of the test images and labels. */
export function sumOfTest(data: Pick<OpenedData, "id" | "test">): string {
  if (data.id === "mnist") return MNIST_TEST_SUM;
  return data.id === "digits" ? `digits ${DIGITS_CHECKSUM}` : sumOfImages([data.test]);
}

function sumOfImages(parts: readonly (Dataset | undefined)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    hash.update(part ? JSON.stringify(part.images.shape) : "none");
    for (const { buffer, byteOffset, byteLength } of part ? [part.images.data, part.labels] : [])
      addBytes(hash, new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
