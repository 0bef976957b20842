import { MissingObject } from "../core/missing-object.ts";
import { activation } from "./activation.ts";
import { add } from "./add.ts";
import { average } from "./average.ts";
import { averagePooling2d } from "./average-pooling2d.ts";
import { batchNormalization } from "./batch-normalization.ts";
import { channelSlice } from "./channel-slice.ts";
import { concatenate } from "./concatenate.ts";
import { conv2d } from "./conv2d.ts";
import { conv2dTranspose } from "./conv2d-transpose.ts";
import { cropping2d } from "./cropping2d.ts";
import { dense } from "./dense.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import { dropout } from "./dropout.ts";
import { elu } from "./elu.ts";
import { flatten } from "./flatten.ts";
import { gaussianDropout } from "./gaussian-dropout.ts";
import { gaussianNoise } from "./gaussian-noise.ts";
import { globalAveragePooling2d } from "./global-average-pooling2d.ts";
import { globalMaxPooling2d } from "./global-max-pooling2d.ts";
import { groupNormalization } from "./group-normalization.ts";
import { inputLayer } from "./input.ts";
import type { Layer, LayerConfig } from "./layer.ts";
import { layerNormalization } from "./layer-normalization.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { maxPooling2d } from "./max-pooling2d.ts";
import { maximum } from "./maximum.ts";
import { minimum } from "./minimum.ts";
import { multiply } from "./multiply.ts";
import { permute } from "./permute.ts";
import { prelu } from "./prelu.ts";
import { randomRotation } from "./random-rotation.ts";
import { randomTranslation } from "./random-translation.ts";
import { randomZoom } from "./random-zoom.ts";
import { rbf } from "./rbf.ts";
import { relu } from "./relu.ts";
import { rescaling } from "./rescaling.ts";
import { reshape } from "./reshape.ts";
import { separableConv2d } from "./separable-conv2d.ts";
import { softmax } from "./softmax.ts";
import { spatialDropout2d } from "./spatial-dropout2d.ts";
import { subsampling2d } from "./subsampling2d.ts";
import { subtract } from "./subtract.ts";
import { unitNormalization } from "./unit-normalization.ts";
import { upSampling2d } from "./up-sampling2d.ts";
import { zeroPadding2d } from "./zero-padding2d.ts";

/**
 * Every type of layer, with the function that makes it from its options. `defineLayer` accepts these types only, and
 * `test/members.test.ts` checks that each has an oracle, golden numbers, an export, a word in the diagram and docs.
 */
export const layers = {
  input: inputLayer,
  conv2d,
  depthwiseConv2d,
  separableConv2d,
  conv2dTranspose,
  dense,
  averagePooling2d,
  maxPooling2d,
  globalAveragePooling2d,
  globalMaxPooling2d,
  upSampling2d,
  flatten,
  reshape,
  permute,
  activation,
  relu,
  leakyRelu,
  elu,
  prelu,
  softmax,
  dropout,
  spatialDropout2d,
  gaussianNoise,
  gaussianDropout,
  randomTranslation,
  randomRotation,
  randomZoom,
  batchNormalization,
  layerNormalization,
  groupNormalization,
  unitNormalization,
  zeroPadding2d,
  cropping2d,
  rescaling,
  concatenate,
  add,
  subtract,
  multiply,
  average,
  maximum,
  minimum,
  channelSlice,
  subsampling2d,
  rbf,
};

/** `"conv2d"`, `"dense"`, ... */
export type LayerType = keyof typeof layers;

/**
 * The layer that a saved config describes; its options are checked as given ones are.
 * @throws InputError when the type is unknown or the config does not fit it
 */
export function layerFromConfig(type: string, name: string, config: LayerConfig): Layer {
  if (!isLayerType(type)) {
    throw new MissingObject(`layer "${name}"`, "layer", type);
  }
  const make = layers[type] as (options: unknown) => Layer;
  return make({ ...config, name });
}

/** Whether it is a type of the library. */
export function isLayerType(type: string): type is LayerType {
  return Object.hasOwn(layers, type);
}
