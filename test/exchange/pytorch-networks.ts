import {
  batchNormalization,
  conv2d,
  conv2dTranspose,
  dense,
  depthwiseConv2d,
  flatten,
  groupNormalization,
  input,
  layerNormalization,
  type Model,
  maxPooling2d,
  model,
  prelu,
  relu,
  type SymbolicTensor,
  softmax,
  zeroPadding2d,
} from "../../src/index.ts";

const inOrder = (x: SymbolicTensor, ...layers: ((x: SymbolicTensor) => SymbolicTensor)[]) =>
  layers.reduce((y, layer) => layer(y), x);

/** The networks of `parity/files/pytorch.py`. */
export function usual(): Model {
  const image = input({ shape: [8, 8, 1] });
  const maps = inOrder(
    image,
    conv2d({ filters: 3, kernelSize: 3, name: "C1" }),
    batchNormalization({ epsilon: 1e-5, name: "N1" }),
    relu(),
    maxPooling2d({ poolSize: 2 }),
    zeroPadding2d({ padding: [1, 0] }),
    conv2d({ filters: 4, kernelSize: [3, 2], activation: "relu", name: "C2" }),
  );
  const hidden = dense({ units: 6, activation: "tanh", name: "D1" })(flatten()(maps));
  return model({ inputs: image, outputs: dense({ units: 4, name: "D2" })(hidden) });
}

export function special(): Model {
  const image = input({ shape: [8, 8, 1] });
  const maps = inOrder(
    image,
    conv2d({ filters: 4, kernelSize: 3, useBias: false }),
    groupNormalization({ groups: 2, epsilon: 1e-5 }),
    prelu({ sharedAxes: [1, 2] }),
    depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2 }),
    conv2d({ filters: 4, kernelSize: 1, useBias: false }),
    conv2d({ filters: 6, kernelSize: 3, groups: 2 }),
    conv2dTranspose({ filters: 3, kernelSize: [3, 2], strides: 2 }),
  );
  const classes = inOrder(
    flatten()(maps),
    batchNormalization({ epsilon: 1e-5 }),
    dense({ units: 5 }),
    prelu(),
    layerNormalization({ epsilon: 1e-5 }),
    dense({ units: 3, useBias: false }),
    softmax(),
  );
  return model({ inputs: image, outputs: classes });
}
