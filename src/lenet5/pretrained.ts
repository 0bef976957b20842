import { readPackageFile } from "#platform";
import type { EngineOptions } from "../model/core.ts";
import { loadModel, type Model } from "../model/model.ts";

/**
 * The article's network as it ships with the package, trained on MNIST: `[N, 32, 32, 1]` pictures of digits to ten
 * probabilities.
 *
 * @throws InputError when the package has no `weights/article.safetensors`
 */
export async function pretrained(options: EngineOptions = {}): Promise<Model> {
  return loadModel(await readPackageFile(new URL("../../weights/article.safetensors", import.meta.url)), options);
}
