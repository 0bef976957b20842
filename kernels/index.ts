/** Every kernel the engine can call. The build reads the names of their parameters from these files. */

export {
  relu,
  reluBackward,
  sigmoid,
  sigmoidBackward,
  softmax,
  softmaxBackward,
  tanh,
  tanhBackward,
} from "./activations";
export {
  blockGradientSums,
  blockMoments,
  joinGradientSums,
  joinMoments,
  movingStatistics,
  normalize,
  normalizeBackward,
} from "./batch-normalization";
export { loadBytes, loadFloats, pack, storeFloats } from "./border";
export { add, clear, copy, crop, dropout, pad, rescale, transposeCells } from "./cells";
export { scaleChannels, scaleChannelsGradient } from "./channels";
export { constantsEnd } from "./constants";
export { biasGradient, conv2dBackwardInput, conv2dBackwardKernel, conv2dForward } from "./conv2d";
export {
  crossEntropyOfLogitsCurvature,
  crossEntropyOfOutputsCurvature,
  keepCurvature,
  meanSquaredErrorCurvature,
  rbfCentresCurvature,
  rbfCurvature,
  softmaxCurvature,
  square,
  squareWeights,
} from "./curvature";
export { dense, denseBackwardKernel } from "./dense";
export {
  imageConv2d,
  imageDense,
  imageOfBytes,
  imageOfFloats,
  imagePooling,
  imageScaleChannels,
  imageSoftmax,
  imageValues,
} from "./image";
export {
  blockOfImage,
  imageBiasGradient,
  imageConv2dBackwardKernel,
  imageDenseBackwardInput,
  imageDenseBackwardKernel,
  imageOfBlock,
  imagePoolingBackward,
  imageScaleChannelsGradient,
  imageSpread,
} from "./image-backward";
export { crossEntropyOfLogits, crossEntropyOfOutputs, distanceLoss, meanSquaredError, oneHot, rank } from "./losses";
export { adam, diagonalLevenbergMarquardt, rmsprop, sgd, sgdMomentum, sumShards } from "./optimizers";
export { peak } from "./peak";
export { averagePooling, averagePoolingBackward, maxPooling, maxPoolingBackward } from "./pooling";
export { rbf, rbfBackwardCentres, rbfBackwardInput } from "./rbf";
export { conv2dWinogradBackward, conv2dWinogradForward, winogradWeights } from "./winograd";
