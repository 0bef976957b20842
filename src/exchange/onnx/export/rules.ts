import type { LayerType } from "../../../layers/registry.ts";
import type { ActivationName } from "../../../ops/activations/table.ts";
import { transposed } from "../../transposed.ts";
import { activated, clipped, plus, times } from "./activations.ts";
import { conv2d, conv2dTranspose, depthwiseConv2d, separableConv2d } from "./convolutions.ts";
import { dense, rbf } from "./dense.ts";
import type { OnnxRule } from "./layer-call.ts";
import { average, concatenate, merging } from "./merging.ts";
import { batchNormalization, groupNormalization, layerNormalization, unitNormalization } from "./normalization.ts";
import { globalPooling2d, pooling2d, subsampling2d } from "./pooling.ts";
import { channelSlice, cropping2d, flatten, permute, reshape, upSampling2d, zeroPadding2d } from "./shapes.ts";

/** What a layer does in training only; in inference it passes its input. */
const nothing: OnnxRule = ({ x }) => x;

/** An activation that is a layer, on the tensor of its input. */
const activation =
  (name?: ActivationName): OnnxRule =>
  (call) => {
    const x = activated(
      { ...call, x: call.x.tensor },
      name ?? call.config<{ activation: ActivationName }>().activation,
    );
    return x === call.x.tensor ? call.x : x;
  };

/** min(x, maxValue) where x is above the threshold t, else negativeSlope s (x - t), by operators that most programs know. */
const relu: OnnxRule = (call) => {
  const { graph, name } = call;
  const { maxValue, negativeSlope, threshold } = call.config<{
    maxValue?: number;
    negativeSlope: number;
    threshold: number;
  }>();
  const x = call.x.tensor;
  const operator = (op: string, alpha: number) => graph.node(name, op, [x], { alpha: { float: alpha } });
  if (threshold === 0 && negativeSlope === 0) {
    return maxValue === undefined ? graph.node(name, "Relu", [x]) : clipped({ graph, name, x }, maxValue);
  }
  let y = threshold === 0 ? operator("LeakyRelu", negativeSlope) : operator("ThresholdedRelu", threshold);
  if (threshold !== 0 && negativeSlope !== 0) {
    // (x where it is above t, else 0) - s max(t - x, 0)
    const below = plus({ graph, name, x: times({ graph, name, x }, -1, "minus") }, threshold, "threshold");
    const lower = times({ graph, name, x: graph.node(name, "Relu", [below]) }, -negativeSlope, "slope");
    y = graph.node(name, "Add", [y, lower]);
  }
  return maxValue === undefined ? y : graph.node(name, "Min", [y, graph.float(`${name}/max`, maxValue)]);
};

const rescaling: OnnxRule = ({ graph, name, x: { tensor }, config }) => {
  const { scale, offset } = config<{ scale: number; offset: number }>();
  return plus({ graph, name, x: times({ graph, name, x: tensor }, scale, "scale") }, offset, "offset");
};

/** The operators of every type of layer: standard ones of opset 13. */
export const layerRules: { readonly [Type in LayerType]: OnnxRule } = {
  input: nothing,
  conv2d,
  depthwiseConv2d,
  separableConv2d,
  conv2dTranspose,
  dense,
  averagePooling2d: pooling2d("AveragePool"),
  maxPooling2d: pooling2d("MaxPool"),
  globalAveragePooling2d: globalPooling2d("GlobalAveragePool"),
  globalMaxPooling2d: globalPooling2d("GlobalMaxPool"),
  upSampling2d,
  flatten,
  reshape,
  permute,
  activation: activation(),
  relu,
  leakyRelu: ({ graph, name, x, config }) =>
    graph.node(name, "LeakyRelu", [x.tensor], { alpha: { float: config<{ negativeSlope: number }>().negativeSlope } }),
  elu: ({ graph, name, x, config }) =>
    graph.node(name, "Elu", [x.tensor], { alpha: { float: config<{ alpha: number }>().alpha } }),
  prelu: ({ graph, name, x, constant }) => {
    const axes = x.shape.map((_, i) => i);
    const order = [...axes.slice(-1), ...axes.slice(0, -1)];
    return graph.node(name, "PRelu", [x.tensor, constant("alpha", (alpha) => transposed(alpha, order))!]);
  },
  softmax: activation("softmax"),
  dropout: nothing,
  spatialDropout2d: nothing,
  gaussianNoise: nothing,
  gaussianDropout: nothing,
  randomTranslation: nothing,
  randomRotation: nothing,
  randomZoom: nothing,
  batchNormalization,
  layerNormalization,
  groupNormalization,
  unitNormalization,
  zeroPadding2d,
  cropping2d,
  rescaling,
  concatenate,
  add: merging("Add"),
  subtract: merging("Sub"),
  multiply: merging("Mul"),
  average,
  maximum: merging("Max"),
  minimum: merging("Min"),
  channelSlice,
  subsampling2d,
  rbf,
};

/** Whether a layer of the type passes its input in inference. */
export function doesNothing(type: LayerType): boolean {
  return layerRules[type] === nothing && type !== "input";
}
