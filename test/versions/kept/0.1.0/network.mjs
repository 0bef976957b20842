
import { batchNormalization, conv2d, dense, dropout, flatten, input, maxPooling2d, model } from "lenet5";
export default ({ shape, classes, seed }) => {
  const image = input({ shape });
  const maps = maxPooling2d({ poolSize: 4 })(conv2d({ filters: 2, kernelSize: 5, activation: "relu" })(image));
  const x = dropout({ rate: 0.2 })(flatten()(batchNormalization()(maps)));
  return model({ inputs: image, outputs: dense({ units: classes, activation: "softmax" })(x), seed });
};
