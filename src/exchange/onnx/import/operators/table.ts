import * as activations from "./activations.ts";
import * as arithmetic from "./arithmetic.ts";
import * as axes from "./axes.ts";
import * as constants from "./constants.ts";
import * as convolution from "./convolution.ts";
import * as dense from "./dense.ts";
import * as normalization from "./normalization.ts";
import * as pieces from "./pieces.ts";
import * as pooling from "./pooling.ts";
import * as resize from "./resize.ts";
import type { Rule } from "./rule.ts";

/** The operators that are read, by their names in ONNX. */
export const operators = {
  Conv: convolution.Conv,
  ConvTranspose: convolution.ConvTranspose,
  MaxPool: pooling.MaxPool,
  AveragePool: pooling.AveragePool,
  GlobalAveragePool: pooling.GlobalAveragePool,
  GlobalMaxPool: pooling.GlobalMaxPool,
  ReduceMean: pooling.ReduceMean,
  ReduceMax: pooling.ReduceMax,
  Gemm: dense.Gemm,
  MatMul: dense.MatMul,
  BatchNormalization: normalization.BatchNormalization,
  LayerNormalization: normalization.LayerNormalization,
  InstanceNormalization: normalization.InstanceNormalization,
  GroupNormalization: normalization.GroupNormalization,
  MeanVarianceNormalization: normalization.MeanVarianceNormalization,
  Relu: activations.Relu,
  LeakyRelu: activations.LeakyRelu,
  PRelu: activations.PRelu,
  ThresholdedRelu: activations.ThresholdedRelu,
  Elu: activations.Elu,
  Selu: activations.Selu,
  Gelu: activations.Gelu,
  Mish: activations.Mish,
  Sigmoid: activations.Sigmoid,
  HardSigmoid: activations.HardSigmoid,
  HardSwish: activations.HardSwish,
  Tanh: activations.Tanh,
  Softplus: activations.Softplus,
  Softsign: activations.Softsign,
  Exp: activations.Exp,
  Log: activations.Log,
  Clip: activations.Clip,
  Softmax: activations.Softmax,
  LogSoftmax: activations.LogSoftmax,
  Identity: axes.Identity,
  Dropout: axes.Dropout,
  Cast: axes.Cast,
  Flatten: axes.Flatten,
  Reshape: axes.Reshape,
  Squeeze: axes.Squeeze,
  Unsqueeze: axes.Unsqueeze,
  Transpose: axes.Transpose,
  Shape: axes.Shape,
  Add: arithmetic.Add,
  Sub: arithmetic.Sub,
  Mul: arithmetic.Mul,
  Div: arithmetic.Div,
  Neg: arithmetic.Neg,
  Pow: arithmetic.Pow,
  Sqrt: arithmetic.Sqrt,
  Sum: arithmetic.Sum,
  Mean: arithmetic.Mean,
  Max: arithmetic.Max,
  Min: arithmetic.Min,
  ImageScaler: arithmetic.ImageScaler,
  Concat: pieces.Concat,
  Split: pieces.Split,
  Slice: pieces.Slice,
  Gather: pieces.Gather,
  Pad: pieces.Pad,
  Resize: resize.Resize,
  Upsample: resize.Upsample,
  Constant: constants.Constant,
  ConstantOfShape: constants.ConstantOfShape,
  Range: constants.Range,
  Expand: constants.Expand,
  Where: constants.Where,
  Equal: constants.Equal,
  Less: constants.Less,
  Greater: constants.Greater,
  Floor: constants.Floor,
  Ceil: constants.Ceil,
  Reciprocal: constants.Reciprocal,
  Size: constants.Size,
  ReduceProd: constants.ReduceProd,
} as const satisfies { readonly [operator: string]: Rule };

/** The refusal of an operator. */
export const supported =
  "Conv, pools, Gemm, MatMul, activations, Softmax, BatchNormalization and other normalizations, Dropout, Concat, arithmetic, and what reshapes, pads and cuts";
