import { readPackageFile } from "#platform";
import { oneOf } from "../core/errors.ts";
import type { EngineOptions } from "../model/core.ts";
import { loadModel, type Model } from "../model/model.ts";

/** Options of {@link pretrained}. */
export interface PretrainedOptions extends EngineOptions {
  /** "article" (default): the outputs are ten probabilities. "1998": ten squared distances, the smallest is the prediction. */
  readonly network?: "article" | "1998";
}

/**
 * A network that ships with the package, trained on MNIST. Its input are images of digits, `[N, 32, 32, 1]`.
 * @throws InputError when the package has no such file in `weights/`
 */
export async function pretrained({ network = "article", ...options }: PretrainedOptions = {}): Promise<Model> {
  const name = oneOf("pretrained network", network, ["article", "1998"]);
  return loadModel(await readPackageFile(new URL(`../../weights/${name}.safetensors`, import.meta.url)), options);
}
