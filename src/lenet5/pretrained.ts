import { readPackageFile } from "#platform";
import { checkedOptions, choice, type OptionsOf, optional } from "../core/options.ts";
import { engineOptions } from "../model/engine-options.ts";
import { loadModel, type Model } from "../model/model.ts";

const options = {
  /**
   * "article": {@link lenet5}, whose outputs are ten probabilities; "1998": {@link lenet5Of1998}, whose outputs are ten
   * squared distances, the smallest being the prediction. Default "article".
   */
  network: optional(choice(["article", "1998"]), "article"),
  ...engineOptions,
};

/** Options of {@link pretrained}. */
export interface PretrainedOptions extends OptionsOf<typeof options> {}

/**
 * A network that ships with the package, trained on MNIST. Input: images of digits, `[N, 32, 32, 1]`.
 * @throws InputError for options that are unknown or out of range, and when the package has no such file in `weights/`
 */
export async function pretrained(given: PretrainedOptions = {}): Promise<Model> {
  const { network, ...engine } = checkedOptions("pretrained", options, given);
  return loadModel(await readPackageFile(new URL(`../../weights/${network}.safetensors`, import.meta.url)), engine);
}
