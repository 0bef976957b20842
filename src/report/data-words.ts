import type { ImageJson, PartName } from "./data-results.ts";
import { decimal } from "./drawing/numbers.ts";

/** A part of a data set as an adjective. */
export const partWords: Readonly<Record<PartName, string>> = {
  train: "training",
  validation: "validation",
  test: "test",
};

/** The file of an image, or its place in its part. */
export function imageName({ part, index, name }: ImageJson): string {
  return name ?? `${partWords[part]} image ${index}`;
}

/** `, times 1/255`; nothing for a scale of 1. */
export function scaleText(scale: number): string {
  if (scale === 1) return "";
  const whole = Math.round(1 / scale);
  return `, times ${Math.abs(1 / scale - whole) < 1e-6 ? `1/${whole}` : decimal(scale)}`;
}
