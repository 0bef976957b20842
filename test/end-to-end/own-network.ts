/** The code of a module with a small network, a convolution and a dense layer, from `rest`. */
export const convnet = (shape: string, rest: string) => `
import { adam, conv2d, dense, flatten, input, maxPooling2d, model } from "lenet5";
export default ({ shape, classes, seed }) => {
  const image = input({ shape: ${shape} });
  const maps = maxPooling2d({ poolSize: 4 })(conv2d({ filters: 4, kernelSize: 5, activation: "relu", name: "maps" })(image));
  ${rest}
};`;
