import type { LayerType, SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";

/**
 * A sample of every layer type for the tests of all layers: takes maps of shape [6, 5, 3] and returns the layer's
 * output. No option has its default, and nothing is random, so that the float64 oracle can repeat it. Helper layers
 * support one image by itself: otherwise that layout of the sampled layer would not be tested.
 */
export const layerSamples: { readonly [Type in LayerType]: (maps: SymbolicTensor) => SymbolicTensor } = {
  // The model has one input already.
  input: (x) => x,
  conv2d: (x) =>
    lenet5.conv2d({
      filters: 4,
      kernelSize: [3, 2],
      connectionTable: [[0], [1, 2], [0, 1, 2], [2]],
      activation: "tanh",
    })(x),
  depthwiseConv2d: (x) =>
    lenet5.depthwiseConv2d({ kernelSize: [3, 2], strides: 2, padding: "same", depthMultiplier: 2, activation: "tanh" })(
      x,
    ),
  separableConv2d: (x) =>
    lenet5.separableConv2d({
      filters: 4,
      kernelSize: [3, 2],
      depthMultiplier: 2,
      dilationRate: [1, 2],
      activation: "tanh",
    })(x),
  conv2dTranspose: (x) =>
    lenet5.conv2dTranspose({
      filters: 2,
      kernelSize: [3, 2],
      strides: [2, 1],
      outputPadding: [1, 0],
      activation: "tanh",
    })(x),
  dense: (x) => lenet5.dense({ units: 4, activation: "sigmoid" })(lenet5.flatten()(x)),
  averagePooling2d: (x) => lenet5.averagePooling2d({ poolSize: [3, 2], strides: 2, padding: "same" })(x),
  maxPooling2d: (x) => lenet5.maxPooling2d({ poolSize: [3, 2], strides: 2, padding: "same" })(x),
  globalAveragePooling2d: (x) => lenet5.globalAveragePooling2d({ keepdims: true })(x),
  globalMaxPooling2d: (x) => lenet5.globalMaxPooling2d({ keepdims: true })(x),
  upSampling2d: (x) => lenet5.upSampling2d({ size: [2, 3], interpolation: "bilinear" })(x),
  flatten: (x) => lenet5.flatten()(x),
  reshape: (x) => lenet5.reshape({ targetShape: [3, -1, 6] })(x),
  permute: (x) => lenet5.permute({ dims: [3, 1, 2] })(x),
  activation: (x) => lenet5.activation({ activation: "scaled_tanh" })(x),
  relu: (x) => lenet5.relu({ maxValue: 0.5, negativeSlope: 0.25, threshold: 0.125 })(x),
  leakyRelu: (x) => lenet5.leakyRelu({ negativeSlope: 0.6 })(x),
  elu: (x) => lenet5.elu({ alpha: 0.7 })(x),
  prelu: (x) => lenet5.prelu({ alphaInitializer: { uniform: [-0.5, 0.5] }, sharedAxes: [2] })(x),
  softmax: (x) => lenet5.softmax()(x),
  dropout: (x) => lenet5.dropout({ rate: 0 })(x),
  spatialDropout2d: (x) => lenet5.spatialDropout2d({ rate: 0 })(x),
  gaussianNoise: (x) => lenet5.gaussianNoise({ stddev: 0 })(x),
  gaussianDropout: (x) => lenet5.gaussianDropout({ rate: 0 })(x),
  randomTranslation: (x) =>
    lenet5.randomTranslation({ heightFactor: [0.25, 0.25], widthFactor: [-0.125, -0.125], fillMode: "wrap" })(x),
  randomRotation: (x) => lenet5.randomRotation({ factor: [0.07, 0.07], fillMode: "constant", fillValue: 0.5 })(x),
  randomZoom: (x) =>
    lenet5.randomZoom({ heightFactor: [0.3125, 0.3125], widthFactor: [-0.25, -0.25], interpolation: "nearest" })(x),
  batchNormalization: (x) => lenet5.batchNormalization({ momentum: 0.5, epsilon: 1e-2 })(x),
  layerNormalization: (x) => lenet5.layerNormalization({ epsilon: 1e-2, gammaInitializer: { uniform: [0.5, 2] } })(x),
  groupNormalization: (x) =>
    lenet5.groupNormalization({ groups: 3, epsilon: 1e-2, betaInitializer: { uniform: [-1, 1] } })(x),
  unitNormalization: (x) => lenet5.unitNormalization()(x),
  zeroPadding2d: (x) =>
    lenet5.zeroPadding2d({
      padding: [
        [1, 2],
        [3, 0],
      ],
    })(x),
  cropping2d: (x) =>
    lenet5.cropping2d({
      cropping: [
        [1, 2],
        [3, 0],
      ],
    })(x),
  rescaling: (x) => lenet5.rescaling({ scale: 0.5, offset: -0.25 })(x),
  concatenate: (x) => lenet5.concatenate()([x, lenet5.conv2d({ filters: 2, kernelSize: 1, name: "other" })(x), x]),
  add: (x) => lenet5.add()([x, lenet5.activation({ activation: "tanh" })(x)]),
  subtract: (x) => lenet5.subtract()([x, squeezed(x)]),
  multiply: (x) => lenet5.multiply()([x, squeezed(x), lenet5.activation({ activation: "tanh" })(x)]),
  average: (x) => lenet5.average()([squeezed(x), x, lenet5.activation({ activation: "tanh" })(x)]),
  maximum: (x) => lenet5.maximum()([x, lenet5.activation({ activation: "sigmoid" })(x), squeezed(x)]),
  minimum: (x) => lenet5.minimum()([x, lenet5.activation({ activation: "sigmoid" })(x), squeezed(x)]),
  channelSlice: (x) => lenet5.channelSlice({ start: 1, count: 2 })(x),
  subsampling2d: (x) => lenet5.subsampling2d({ poolSize: [3, 2], strides: 1, activation: "sigmoid" })(x),
  rbf: (x) => lenet5.rbf({ units: 4, trainable: true })(lenet5.flatten()(x)),
};

/** [1, 1, channels], which is broadcast. */
function squeezed(x: SymbolicTensor): SymbolicTensor {
  return lenet5.globalAveragePooling2d({ keepdims: true })(x);
}
