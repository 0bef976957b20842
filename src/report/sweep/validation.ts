import { counted, percent } from "../drawing/numbers.ts";

/** The images that the value of a trial is measured on. */
export interface Validation {
  /** Their number; with folds that of all folds together. */
  readonly images: number;
  /** The folds of a cross-validation; absent without. */
  readonly folds?: number;
}

/** Of fewer images, each is more than a hundredth. */
const FINE = 100;

/** `Each trial is measured on 5,000 validation images` */
export function validationText({ images, folds }: Validation): string {
  const of =
    folds === undefined
      ? counted(images, "validation image")
      : `all ${counted(images, "training image")}, in ${folds} folds`;
  return `Each trial is measured on ${of}`;
}

/** What few images mean for the comparison of trials, or of others; undefined where each counts little. */
export function coarseText({ images }: Pick<Validation, "images">, compared = "trials"): string | undefined {
  if (images >= FINE) return undefined;
  return `one image is ${percent(1 / images, 1)} of them, so ${compared} that are close cannot be told apart`;
}
