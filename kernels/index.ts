/** Every wasm kernel that the engine can call. The build reads their parameters from these files. */
export {
  imageSoftmax,
  relu,
  reluBackward,
  sigmoid,
  sigmoidBackward,
  softmax,
  softmaxBackward,
  softmaxCurvature,
  tanh,
  tanhBackward,
} from "./activation";
export { activityPenalty, activityPenaltyBackward } from "./activity-penalty";
export { add } from "./add";
export { averagePooling, averagePoolingBackward, averagePoolingOfTanhBackward } from "./average-pooling";
export { blockMoments, joinMoments, normalize } from "./batch-normalization";
export { blockGradientSums, joinGradientSums, normalizeBackward } from "./batch-normalization-gradient";
export { biasGradient, imageBiasGradient } from "./bias";
export { imageOfBytes, imageOfFloats, imageValues, loadBytes, loadFloats, storeFloats } from "./border";
export {
  addBroadcast,
  chosenGradient,
  divideBroadcast,
  divideGradient,
  equalBroadcast,
  maximumBroadcast,
  maximumOver,
  minimumBroadcast,
  multiplyBroadcast,
  scaleGradient,
  spread,
  subtractBroadcast,
  sumBroadcast,
} from "./broadcast";
export { constantsEnd } from "./constants";
export { depthwiseBackwardInput, depthwiseBackwardKernel, depthwiseForward } from "./conv2d/depthwise";
export {
  imageDepthwise,
  imageDepthwiseBackwardInput,
  imageDepthwiseBackwardKernel,
} from "./conv2d/depthwise-one-image";
export { conv2dBackwardInput, conv2dForward } from "./conv2d/direct";
export { conv2dBackwardKernel } from "./conv2d/direct-kernel-gradient";
export { imageConv2d, imageConv2dBackwardKernel, imageCrop, imageSpread } from "./conv2d/one-image";
export { conv2dWinogradBackward, conv2dWinogradForward } from "./conv2d/winograd";
export { conv2dWinogradRowsBackwardKernel, conv2dWinogradRowsForward } from "./conv2d/winograd-rows";
export { winogradRowsWeights } from "./conv2d/winograd-rows-transforms";
export { winogradWeights } from "./conv2d/winograd-weights";
export { clear, copy } from "./copy";
export { keepCurvature, square } from "./curvature";
export {
  elu,
  eluBackward,
  exponentials,
  exponentialsBackward,
  gelu,
  geluBackward,
  mish,
  mishBackward,
  silu,
  siluBackward,
  softplus,
  softplusBackward,
  softsign,
  softsignBackward,
} from "./curved-activations";
export {
  dense,
  denseBackwardKernel,
  imageDense,
  imageDenseBackwardInput,
  imageDenseBackwardKernel,
  transposeOutputs,
} from "./dense";
export { dropout, gaussianNoise, spatialDropout } from "./dropout";
export {
  absolute,
  absoluteBackward,
  clip,
  clipBackward,
  exponentialBackward,
  exponentialFunction,
  logarithmBackward,
  logarithmFunction,
  power,
  powerBackward,
  reciprocal,
  reciprocalBackward,
  squareBackward,
  squareRoot,
  squareRootBackward,
} from "./elementwise";
export { transposeGroups } from "./flatten";
export { logSoftmax, logSoftmaxBackward, logSoftmaxCurvature } from "./log-softmax";
export {
  crossEntropyOfLogits,
  crossEntropyOfLogitsCurvature,
  crossEntropyOfOutputs,
  crossEntropyOfOutputsCurvature,
  distanceLoss,
  meanSquaredError,
  meanSquaredErrorCurvature,
  oneHot,
  rank,
} from "./losses";
export { foldNormalization, movingNormalization } from "./moving-normalization";
export { blockOfImage, imageChannels, imageOfBlock } from "./one-image";
export {
  adadelta,
  adagrad,
  adam,
  adamax,
  diagonalLevenbergMarquardt,
  lion,
  nadam,
  rmsprop,
  sgd,
  sgdMomentum,
} from "./optimizers";
export { gradientOfWeighted, keepLosses } from "./own-losses";
export { pack, squareWeights } from "./pack";
export { peak } from "./peak";
export {
  hardSigmoid,
  hardSigmoidBackward,
  hardSilu,
  hardSiluBackward,
  rectify,
  rectifyBackward,
} from "./piecewise-activations";
export { maxPooling, maxPoolingBackward } from "./pooling";
export { imagePooling, imagePoolingBackward } from "./pooling-one-image";
export { prelu, preluAlphaGradient, preluBackward } from "./prelu";
export { randomGeometry, resample } from "./random-geometry";
export { rbf, rbfBackwardCentres, rbfBackwardInput, rbfCentresCurvature, rbfCurvature } from "./rbf";
export { gatherFloats, gatherGroups } from "./rearrange";
export { rescale } from "./rescaling";
export {
  imageNormalizeSets,
  normalizeSets,
  normalizeSetsBackward,
  normalizeSetsCurvature,
  normalizeSetsGammaGradient,
} from "./set-normalization";
export { imageScaleChannels, imageScaleChannelsGradient, scaleChannels, scaleChannelsGradient } from "./subsampling2d";
export {
  imageUnitNormalize,
  unitNormalize,
  unitNormalizeBackward,
  unitNormalizeCurvature,
} from "./unit-normalization";
export { interpolate, interpolateBackward, repeatPositions, repeatPositionsBackward } from "./up-sampling2d";
export {
  accumulateGradient,
  addPenalty,
  averageWeights,
  clipNorm,
  clipValue,
  constrainNorms,
  decayWeights,
  nonNegative,
  sumShards,
} from "./update";
export { imageWeightGradient, weightGradient, weightInLanes } from "./weights";
export { crop, pad } from "./zero-padding2d";
