import { activation } from "./activation.ts";
import { averagePooling2d } from "./average-pooling2d.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { inputLayer } from "./input.ts";
import type { Layer, LayerConfig } from "./layer.ts";
import { maxPooling2d } from "./max-pooling2d.ts";
import { rbf } from "./rbf.ts";
import type { layers } from "./registry.ts";
import { rescaling } from "./rescaling.ts";
import { subsampling2d } from "./subsampling2d.ts";

/** The layers of networks of LeNet-5's kind. A page whose model files have no others does not load the others. */
const usual: Partial<typeof layers> = {
  input: inputLayer,
  conv2d,
  dense,
  averagePooling2d,
  maxPooling2d,
  flatten,
  activation,
  dropout,
  rescaling,
  subsampling2d,
  rbf,
};

/** Makes the layer that a saved config describes: see `layerFromConfig` of `registry.ts`. */
export type FromConfig = (type: string, name: string, config: LayerConfig) => Layer;

/** A function that makes layers of these types. Only if one is not usual, it loads the table of all layers. */
export async function layersOf(types: readonly string[]): Promise<FromConfig> {
  if (!types.every((type) => Object.hasOwn(usual, type))) return (await import("./registry.ts")).layerFromConfig;
  return (type, name, config) =>
    (usual[type as keyof typeof usual] as (options: unknown) => Layer)({ ...config, name });
}
