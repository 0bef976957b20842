import type { LayerType } from "../../layers/registry.ts";

/**
 * Keras's class of each type of layer. An option has the same name in both, but for `camelCase` and `snake_case`; the
 * types of the 1998 network and {@link channelSlice} are no classes of Keras: a Python file that an export brings along
 * registers them under the package "lenet5".
 */
export const kerasClasses: { readonly [Type in LayerType]: string } = {
  input: "InputLayer",
  conv2d: "Conv2D",
  depthwiseConv2d: "DepthwiseConv2D",
  separableConv2d: "SeparableConv2D",
  conv2dTranspose: "Conv2DTranspose",
  dense: "Dense",
  averagePooling2d: "AveragePooling2D",
  maxPooling2d: "MaxPooling2D",
  globalAveragePooling2d: "GlobalAveragePooling2D",
  globalMaxPooling2d: "GlobalMaxPooling2D",
  upSampling2d: "UpSampling2D",
  flatten: "Flatten",
  reshape: "Reshape",
  permute: "Permute",
  activation: "Activation",
  relu: "ReLU",
  leakyRelu: "LeakyReLU",
  elu: "ELU",
  prelu: "PReLU",
  softmax: "Softmax",
  dropout: "Dropout",
  spatialDropout2d: "SpatialDropout2D",
  gaussianNoise: "GaussianNoise",
  gaussianDropout: "GaussianDropout",
  randomTranslation: "RandomTranslation",
  randomRotation: "RandomRotation",
  randomZoom: "RandomZoom",
  batchNormalization: "BatchNormalization",
  layerNormalization: "LayerNormalization",
  groupNormalization: "GroupNormalization",
  unitNormalization: "UnitNormalization",
  zeroPadding2d: "ZeroPadding2D",
  cropping2d: "Cropping2D",
  rescaling: "Rescaling",
  concatenate: "Concatenate",
  add: "Add",
  subtract: "Subtract",
  multiply: "Multiply",
  average: "Average",
  maximum: "Maximum",
  minimum: "Minimum",
  channelSlice: "ChannelSlice",
  subsampling2d: "Subsampling2D",
  rbf: "RBF",
};

/** The types that Keras does not have. A conv2d with a connection table is another: "ConnectedConv2D". */
export const ownTypes: ReadonlySet<LayerType> = new Set<LayerType>(["channelSlice", "subsampling2d", "rbf"]);

/** Keras's name of an option: `kernelSize` is `kernel_size`. */
export function kerasOption(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Our name of an option of Keras: `kernel_size` is `kernelSize`. */
export function ownOption(name: string): string {
  return name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
