/**
 * The wasm kernels with which a network of LeNet-5's kind classifies one image. The build makes a small binary of them:
 * a program that calls no others loads it, instead of all wasm kernels.
 */
export { imageSoftmax, relu, sigmoid, tanh } from "./activation";
export { imageOfBytes, imageOfFloats, imageValues } from "./border";
export { imageConv2d } from "./conv2d/one-image";
export { clear, copy } from "./copy";
export { imageDense } from "./dense";
export { blockOfImage, imageOfBlock } from "./one-image";
export { pack } from "./pack";
export { imagePooling } from "./pooling-one-image";
export { rbf } from "./rbf";
export { rescale } from "./rescaling";
export { imageScaleChannels } from "./subsampling2d";
