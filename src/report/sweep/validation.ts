import { counted, percent } from "../drawing/numbers.ts";

/** The images that the value of a trial is measured on. */
export interface Validation {
  /** Their number; with folds that of all folds together. */
  readonly images: number;
  /** The folds of a cross-validation; absent without. */
  readonly folds?: number;
}

/** With fewer images, each is more than a hundredth of the value. */
const FINE = 100;

/** `Each trial is measured on 5,000 validation images` */
export function validationText({ images, folds }: Validation): string {
  const of =
    folds === undefined
      ? counted(images, "validation image")
      : `all ${counted(images, "training image")}, in ${folds} folds`;
  return `Each trial is measured on ${of}`;
}

/** What few images mean for the comparison of trials, and what helps; undefined where each counts little. */
export function coarseText({ images, folds }: Validation): string | undefined {
  if (images >= FINE) return undefined;
  const more = folds === undefined ? "a larger validation-split, folds or more images" : "more images";
  return `one image is ${percent(1 / images, 1)} of the value, so trials that are close cannot be told apart: use ${more}`;
}
