import { type Conv2dOptions, conv2d } from "./conv2d.ts";
import { depthwiseConv2d } from "./depthwise-conv2d.ts";
import type { OracleOp } from "./tensor.ts";

/** Weights: depthwise kernel [KH, KW, C, M], pointwise kernel [1, 1, C M, K] and, optionally, bias [K]. */
export function separableConv2d(options: Omit<Conv2dOptions, "groups" | "connectionTable"> = {}): OracleOp {
  return {
    forward([x], [depthwise, ...pointwise]) {
      const first = depthwiseConv2d(options).forward([x], [depthwise]);
      const second = conv2d().forward([first.output], pointwise);
      return {
        output: second.output,
        backward(dOutput) {
          const { inputs: dMaps, weights: dPointwise } = second.backward(dOutput);
          const { inputs, weights } = first.backward(dMaps[0]);
          return { inputs, weights: [...weights, ...dPointwise] };
        },
      };
    },
  };
}
