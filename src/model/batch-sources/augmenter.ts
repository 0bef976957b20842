import type { Augment } from "../../augmentation/augmentations.ts";
import { Augmenter } from "../../augmentation/augmenter.ts";
import { InputError, listed } from "../../core/errors.ts";
import { hash32 } from "../../core/random.ts";
import type { Augmenters } from "../augmented.ts";
import type { ModelCore } from "../core.ts";
import type { Samples } from "../data.ts";
import { type AugmentByInput, type FitConfig, isAugmentByInput } from "../fit-options.ts";
import type { Graph } from "../graph.ts";

/** The augmenters of the option `augment`, one for each input that it distorts; undefined without that option. */
export function augmentersOf(
  { graph }: ModelCore,
  { inputs }: Samples,
  { augment, seed }: FitConfig,
): Augmenters | undefined {
  if (augment === undefined) return undefined;
  const byInput = isAugmentByInput(augment) ? augment : forOnlyImage(graph, augment);
  const unknown = Object.keys(byInput).find((name) => !graph.inputNames.includes(name));
  if (unknown !== undefined) {
    throw new InputError(`fit augment: expected an input of the model (${listed(graph.inputNames)}), got "${unknown}"`);
  }
  return graph.inputs.map(({ shape }, i) => {
    const name = graph.inputNames[i]!;
    const own = byInput[name];
    if (own === undefined) return undefined;
    const what = isAugmentByInput(augment) ? `fit augment "${name}"` : "fit augment";
    // Each input has its own distortions: those of a second image do not repeat those of the first.
    const first = graph.inputs.findIndex((input) => input.shape.length === 3);
    const ownSeed = i === Math.max(0, first) ? seed : hash32(`augment ${seed} ${name}`);
    return new Augmenter(what, own, { shape, bytes: inputs[i]!.bytesPerElement === 1, seed: ownSeed });
  });
}

/** The augmentation for the model's only input, or the only one that takes images. */
function forOnlyImage({ inputs, inputNames }: Graph, augment: Augment): AugmentByInput {
  if (inputs.length === 1) return { [inputNames[0]!]: augment };
  const images = inputNames.filter((_, i) => inputs[i]!.shape.length === 3);
  if (images.length === 1) return { [images[0]!]: augment };
  throw new InputError(
    `fit augment: expected an object by input for a model with several, such as { ${inputNames[0]}: distortions() }, got one augmentation: which input is it for?`,
  );
}
