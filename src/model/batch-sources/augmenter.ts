import { Augmenter } from "../../data/augmentation/augmenter.ts";
import type { ModelCore } from "../core.ts";
import type { Samples } from "../data.ts";
import type { FitConfig } from "../fit-options.ts";

/** The augmenter of the option `augment`; undefined without that option. */
export function augmenterOf(
  core: ModelCore,
  { bytesPerElement }: Samples,
  { augment, seed }: FitConfig,
): Augmenter | undefined {
  if (augment === undefined) return undefined;
  const { shape } = core.graph.input;
  return new Augmenter("fit augment", augment, { shape, bytes: bytesPerElement === 1, seed });
}
