import type { Padding } from "../../../layers/windows.ts";
import type { ActivationName } from "../../../ops/activations/table.ts";
import { activated } from "./activations.ts";
import { padsOf } from "./convolutions.ts";
import type { OnnxRule } from "./layer-call.ts";

type Pair = readonly [rows: number, columns: number];

interface Pooling {
  readonly poolSize: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
}

/** The mean or the largest of each window; padding counts in neither, as ONNX has it without `count_include_pad`. */
export const pooling2d =
  (op: "AveragePool" | "MaxPool"): OnnxRule =>
  ({ graph, name, x, config }) => {
    const { poolSize, strides, padding } = config<Pooling>();
    return graph.node(name, op, [x.tensor], {
      kernel_shape: { ints: poolSize },
      strides: { ints: strides },
      pads: { ints: padsOf(x.shape, poolSize, { strides, padding }) },
    });
  };

/** One number for each map. */
export const globalPooling2d =
  (op: "GlobalAveragePool" | "GlobalMaxPool"): OnnxRule =>
  ({ graph, name, x, config }) => {
    const pooled = graph.node(name, op, [x.tensor]);
    const { keepdims } = config<{ keepdims: boolean }>();
    return keepdims ? pooled : graph.node(name, "Flatten", [pooled], { axis: { int: 1 } });
  };

/** coefficient times the sum of a window: a convolution of each map by itself, whose kernel is the coefficient. */
export const subsampling2d: OnnxRule = (call) => {
  const { graph, name, x } = call;
  const { poolSize, strides, activation } = call.config<Omit<Pooling, "padding"> & { activation: ActivationName }>();
  const [rows, columns] = poolSize;
  const kernel = call.constant("coefficient", ({ shape: [channels = 1], data }) => ({
    shape: [channels, 1, rows, columns],
    data: Float32Array.from({ length: channels * rows * columns }, (_, i) => data[Math.floor(i / (rows * columns))]!),
  }))!;
  const sums = graph.node(name, "Conv", [x.tensor, kernel, call.constant("bias")!], {
    kernel_shape: { ints: poolSize },
    strides: { ints: strides },
    group: { int: x.shape[2]! },
  });
  return activated({ ...call, x: sums }, activation);
};
