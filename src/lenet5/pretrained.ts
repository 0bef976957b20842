import { readPackageFile } from "#platform";
import { InputError } from "../core/errors.ts";
import { checkedOptions, choice, type OptionsOf, optional } from "../core/options.ts";
import { engineOptions } from "../model/engine-options.ts";
import { loadModel, type Model } from "../model/model.ts";

const options = {
  /**
   * "article": {@link lenet5}, trained on MNIST; its outputs are ten probabilities. "reader": the same network for
   * pictures as people have them, trained on MNIST, on the built-in digits, on fonts and on drawings that are no digit,
   * all distorted; its {@link Model.reading} has a confidence. "modern": {@link modern}, trained on MNIST as its recipe
   * does. "1998": {@link lenet5Of1998}, trained on MNIST; its outputs are ten squared distances, the smallest being the
   * prediction. Default "article".
   */
  network: optional(choice(["article", "reader", "modern", "1998"]), "article"),
  ...engineOptions,
};

const losses = {
  article: "sparse_categorical_crossentropy",
  reader: "sparse_categorical_crossentropy",
  modern: "sparse_categorical_crossentropy",
  "1998": "rbf_map",
} as const;

/** Options of {@link pretrained}. */
export interface PretrainedOptions extends OptionsOf<typeof options> {}

/** Each address is written out, since bundlers look for exactly this form: they copy the file and change the address. */
const addresses = {
  article: () => new URL("../../weights/article.safetensors", import.meta.url),
  reader: () => new URL("../../weights/reader.safetensors", import.meta.url),
  modern: () => new URL("../../weights/modern.safetensors", import.meta.url),
  "1998": () => new URL("../../weights/1998.safetensors", import.meta.url),
};

/**
 * A trained network that ships with the package. Input: images of digits, `[N, 32, 32, 1]`. It is compiled
 * with the loss that fits it, the metric "accuracy" and the optimizer "adam", for `evaluate` and further training.
 * @throws InputError for options that are unknown or out of range, and where the package's folder `weights/` cannot be
 *   read: in a bundle without it, fetch the file yourself and pass its bytes to {@link loadModel}
 */
export async function pretrained(given: PretrainedOptions = {}): Promise<Model> {
  const { network, ...engine } = checkedOptions("pretrained", options, given);
  const made = await loadModel(await readPackageFile(addressOf(network)), engine);
  made.compile({ loss: losses[network], metrics: ["accuracy"] });
  return made;
}

function addressOf(network: keyof typeof addresses): URL {
  try {
    return addresses[network]();
  } catch (cause) {
    // A classic script has no import.meta.url: the weights are where a module of the page would look for them.
    const { location } = globalThis as { location?: { readonly href: string } };
    if (location) return new URL(`../../weights/${network}.safetensors`, location.href);
    throw new InputError(
      `pretrained: expected a module, which knows its own address, got another script: read weights/${network}.safetensors and pass its bytes to loadModel`,
      { cause },
    );
  }
}
