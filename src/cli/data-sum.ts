import { createHash } from "node:crypto";
import type { TrainTest } from "../index.ts";

/** SHA-256 of all images and labels in memory: two copies of a data set that are read alike have the same. */
export function sumOfData({ train, validation, test }: Pick<TrainTest, "train" | "validation" | "test">): string {
  const hash = createHash("sha256");
  for (const part of [train, validation, test]) {
    hash.update(part ? JSON.stringify(part.images.shape) : "none");
    for (const { buffer, byteOffset, byteLength } of part ? [part.images.data, part.labels] : [])
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
