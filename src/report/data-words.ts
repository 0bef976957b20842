import type { PartName } from "./data-results.ts";

/** A part of a data set as an adjective. */
export const partWords: Readonly<Record<PartName, string>> = {
  train: "training",
  validation: "validation",
  test: "test",
};
