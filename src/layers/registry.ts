import { InputError, listed } from "../core/errors.ts";
import { activation } from "./activation.ts";
import { add } from "./add.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { channelSlice } from "./channel-slice.ts";
import { concatenate } from "./concatenate.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { globalAveragePooling2d } from "./global-average-pooling2d.ts";
import { input } from "./input.ts";
import type { Layer, LayerConfig, LayerType } from "./layer.ts";
import { averagePooling2d, maxPooling2d } from "./pooling.ts";
import { rbf } from "./rbf.ts";
import { rescaling } from "./rescaling.ts";
import { subsampling2d } from "./subsampling2d.ts";
import { zeroPadding2d } from "./zero-padding2d.ts";

/** How each type of layer is made again from its config; each checks its options itself. */
const makers: { readonly [Type in LayerType]: (options: never) => Layer } = {
  input: (options: Parameters<typeof input>[0]) => input(options).layer,
  conv2d,
  dense,
  averagePooling2d,
  maxPooling2d,
  globalAveragePooling2d,
  flatten,
  activation,
  dropout,
  batchNormalization,
  zeroPadding2d,
  rescaling,
  concatenate,
  add,
  channelSlice,
  subsampling2d,
  rbf,
};

/**
 * The layer that a config describes.
 * @throws InputError when the type is unknown or the config does not fit it
 */
export function layerFromConfig(type: string, name: string, config: LayerConfig): Layer {
  const make = Object.hasOwn(makers, type) ? makers[type as LayerType] : undefined;
  if (!make) throw new InputError(`layer "${name}": expected type ${listed(Object.keys(makers))}, got "${type}"`);
  try {
    return make({ ...config, name } as never);
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError(
      `layer "${name}": its ${type} options are not readable: ${JSON.stringify(config).slice(0, 200)}`,
    );
  }
}
