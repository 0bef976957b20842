import * as lenet5 from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { operation } from "../engine/as-oracle.ts";
import type { OracleOp } from "../oracle/tensor.ts";
import type { GoldenLayer } from "./read-golden.ts";

/** The library's layer for a layer of a golden run: the options have the same names, except for those listed. */
export function layerOf(golden: GoldenLayer): lenet5.Layer {
  const { kind, inputs: _, connections, ...options } = golden;
  switch (kind) {
    case "conv2d":
      return lenet5.conv2d({ ...(options as unknown as lenet5.Conv2dOptions), connectionTable: connections });
    case "channelSlice": {
      const { name, start, stop } = options as unknown as { name: string; start: number; stop: number };
      return lenet5.channelSlice({ name, start, count: stop - start });
    }
    case "dropout":
      // Keras ran this network with training=False, in which dropout drops nothing.
      return lenet5.dropout({ name: options.name, rate: 0 });
  }
  const { name, ...config } = options;
  return layerFromConfig(kind, name, config);
}

/** The oracle of a layer of a golden run. */
export function oracleOf(golden: GoldenLayer, training: boolean): OracleOp {
  const { config } = layerOf(golden);
  return operation(golden.kind, config, training);
}
