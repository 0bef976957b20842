import * as activations from "./layers/activations.ts";
import * as convolutions from "./layers/convolutions.ts";
import { dense } from "./layers/dense.ts";
import * as merges from "./layers/merges.ts";
import * as noise from "./layers/noise.ts";
import * as normalizations from "./layers/normalizations.ts";
import * as own from "./layers/own.ts";
import * as pooling from "./layers/pooling.ts";
import * as preprocessing from "./layers/preprocessing.ts";
import * as shapes from "./layers/shapes.ts";
import type { Translation } from "./place.ts";

/** Every class of Keras that is read, by its name in any Keras. */
const translations: Readonly<Record<string, Translation>> = {
  Conv2D: convolutions.convolution,
  Convolution2D: convolutions.convolution,
  AtrousConvolution2D: convolutions.convolution,
  AtrousConv2D: convolutions.convolution,
  DepthwiseConv2D: convolutions.depthwise,
  SeparableConv2D: convolutions.separable,
  SeparableConvolution2D: convolutions.separable,
  Conv2DTranspose: convolutions.transposedConvolution,
  Convolution2DTranspose: convolutions.transposedConvolution,
  Dense: dense,
  MaxPooling2D: pooling.maxPooling,
  MaxPool2D: pooling.maxPooling,
  AveragePooling2D: pooling.averagePooling,
  AvgPool2D: pooling.averagePooling,
  GlobalMaxPooling2D: pooling.globalMaxPooling,
  GlobalAveragePooling2D: pooling.globalAveragePooling,
  Flatten: shapes.flatten,
  Reshape: shapes.reshape,
  Permute: shapes.permute,
  ZeroPadding2D: shapes.zeroPadding,
  Cropping2D: shapes.cropping,
  UpSampling2D: shapes.upSampling,
  Activation: activations.activation,
  LeakyReLU: activations.rectifier,
  ELU: activations.rectifier,
  ReLU: activations.rectifier,
  ThresholdedReLU: activations.rectifier,
  Softmax: activations.softmax,
  PReLU: activations.prelu,
  BatchNormalization: normalizations.batch,
  BatchNormalizationV1: normalizations.batch,
  BatchNormalizationV2: normalizations.batch,
  SyncBatchNormalization: normalizations.batch,
  LayerNormalization: normalizations.layer,
  GroupNormalization: normalizations.group,
  UnitNormalization: normalizations.unit,
  Normalization: normalizations.normalization,
  Rescaling: normalizations.rescaling,
  Add: merges.elementwise,
  Subtract: merges.elementwise,
  Multiply: merges.elementwise,
  Average: merges.elementwise,
  Maximum: merges.elementwise,
  Minimum: merges.elementwise,
  Concatenate: merges.concatenate,
  Merge: merges.merge,
  Dropout: noise.dropout,
  SpatialDropout2D: noise.spatialDropout,
  GaussianDropout: noise.gaussianDropoutLayer,
  GaussianNoise: noise.gaussianNoiseLayer,
  AlphaDropout: preprocessing.onlyInTraining,
  ActivityRegularization: preprocessing.onlyInTraining,
  RandomRotation: preprocessing.rotation,
  RandomTranslation: preprocessing.translation,
  RandomZoom: preprocessing.zoom,
  RandomFlip: preprocessing.otherAugmentation,
  RandomContrast: preprocessing.otherAugmentation,
  RandomBrightness: preprocessing.otherAugmentation,
  RandomHue: preprocessing.otherAugmentation,
  RandomSaturation: preprocessing.otherAugmentation,
  RandomColorJitter: preprocessing.otherAugmentation,
  RandomSharpness: preprocessing.otherAugmentation,
  RandomShear: preprocessing.otherAugmentation,
  RandomErasing: preprocessing.otherAugmentation,
  RandomHeight: preprocessing.otherAugmentation,
  RandomWidth: preprocessing.otherAugmentation,
  Resizing: preprocessing.resizing,
  CenterCrop: preprocessing.centerCrop,
  CastToFloat32: preprocessing.toFloat32,
  ExpandLastDim: preprocessing.expandLastDim,
  ChannelSlice: own.slice,
  Subsampling2D: own.subsampling,
  RBF: own.rbf,
  ConnectedConv2D: convolutions.convolution,
};

/** The translation of a class; undefined for one that is not read. */
export function translationOf(className: string): Translation | undefined {
  // "Custom>X", "keras.layers>X", "lenet5>X"
  const name = className.slice(className.lastIndexOf(">") + 1);
  return Object.hasOwn(translations, name) ? translations[name] : undefined;
}

/** The classes that are read, for messages. */
export const knownClasses: readonly string[] = [
  ...["Conv2D", "DepthwiseConv2D", "SeparableConv2D", "Conv2DTranspose", "Dense", "pooling", "Flatten", "Reshape"],
  ...["Permute", "ZeroPadding2D", "Cropping2D", "UpSampling2D", "activations", "normalizations", "Rescaling", "merges"],
  ...["dropout", "models"],
];
