import { counted } from "../drawing/numbers.ts";

/** The images that the value of a trial is measured on. */
export interface Validation {
  /** Their number; with folds that of all folds together. */
  readonly images: number;
  /** The folds of a cross-validation; absent without. */
  readonly folds?: number;
}

/** `Each trial is measured on 5,000 validation images` */
export function validationText({ images, folds }: Validation): string {
  const of =
    folds === undefined
      ? counted(images, "validation image")
      : `all ${counted(images, "training image")}, in ${folds} folds`;
  return `Each trial is measured on ${of}`;
}
