/** What users give as data: images with labels, or batches of these. Common other forms are refused with what to write. */
import { InputError, shown } from "../core/errors.ts";
import type { Tensor } from "../core/tensor.ts";
import type { Batches, LabelledImages, Labels } from "./data.ts";

/** @throws InputError for a tensor or an array of numbers in place of an object with images and labels, or after it */
export function refuseTensor(what: string, data: unknown, second?: unknown): void {
  const isNoData = isTensor(data) || ArrayBuffer.isView(data);
  if (!isNoData && !isNumbers(second)) return;
  throw new InputError(
    `${what}: expected images and labels in one object, got ${isNoData ? "a tensor" : "a second argument of numbers"}: write ${what}({ images: x, labels: y })`,
  );
}

/** Whether the data are batches. @throws InputError for data that are neither images with labels nor iterable */
export function isBatches(data: LabelledImages | Batches): data is Batches {
  if (typeof data === "object" && data !== null) {
    if ("images" in data && "labels" in data) return false;
    if (Array.isArray(data)) for (const batch of data) checkLabelled(batch);
    if (Symbol.iterator in data || Symbol.asyncIterator in data) return true;
  }
  throw new InputError(`data: expected { images, labels } or an iterable of such batches, got ${shown(data)}`);
}

/** What data in memory may have; the names from `classNames` on belong to the library's own data sets. */
const parts: readonly string[] = ["images", "labels", "sampleWeight", "classNames", "preparation", "names", "sizes"];

/** @throws InputError for a tensor or a list in place of images with labels, and for unknown properties */
export function checkLabelled(data: unknown): void {
  const expected = "data: expected { images, labels } and, if needed, sampleWeight";
  if (typeof data !== "object" || data === null || isTensor(data) || Array.isArray(data) || ArrayBuffer.isView(data)) {
    const kind = Array.isArray(data) ? "a list" : isTensor(data) ? "a tensor" : shown(data);
    throw new InputError(`${expected}, got ${kind}: write { images: x, labels: y }`);
  }
  const unknown = Object.keys(data).find((name) => !parts.includes(name));
  if (unknown !== undefined) throw new InputError(`${expected}, got ${shown(unknown)}`);
}

/** Whether a value has the form of a tensor. */
export function isTensor(given: unknown): given is Tensor {
  return typeof given === "object" && given !== null && "shape" in given && "data" in given;
}

/** Whether a value is a tensor, or numbers in an array. */
export function isNumbers(given: unknown): given is Labels {
  if (typeof given !== "object" || given === null) return false;
  return isTensor(given) || typeof (given as { length?: unknown }).length === "number";
}
