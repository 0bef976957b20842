import type { AugmentationType, EngineOptions, OptimizerName } from "../index.ts";
import { optimizerSettings } from "../lenet5/recipes.ts";

/** Every optimizer of the library, in the order of `--help`. The library itself is loaded later: `--help` must be fast. */
export const optimizerNames = Object.keys(optimizerSettings) as OptimizerName[];

/** Every augmentation of the library with its text for `--help`, and "none", which leaves out that of a recipe. */
const augmentationTexts: { readonly [Name in AugmentationType | "none"]: string } = {
  distortions: "the 1998 paper's, or as the recipe has it: shifted, scaled, squeezed, sheared",
  elastic: "bent by a smooth random displacement of the pixels",
  none: "as they are",
};

/** Values of `--augment`. */
export const augmentationNames = Object.keys(augmentationTexts) as (AugmentationType | "none")[];

/** The values of `--augment` for `--help`: `distortions (...), elastic (...) or none (...)`. */
export const augmentationsHelp = withHelp(augmentationNames, (name) => augmentationTexts[name]);

type Numerics = NonNullable<EngineOptions["numerics"]>;

/** Every numeric mode, with its text for `--help`. */
const numericsTexts: { readonly [Mode in Numerics]: string } = {
  reproducible: "the same bits on every machine",
  fast: "fused multiply-add where the machine has it",
};

/** Values of `--numerics`. */
export const numericsNames = Object.keys(numericsTexts) as Numerics[];

/** The values of `--numerics` for `--help`. */
export const numericsHelp = withHelp(numericsNames, (name) => numericsTexts[name]);

/** `one (its help), other (its help) or third (its help)` */
function withHelp<Name extends string>(names: readonly Name[], help: (name: Name) => string): string {
  const texts = names.map((name) => `${name} (${help(name)})`);
  return [texts.slice(0, -1).join(", "), ...texts.slice(-1)].join(" or ");
}
