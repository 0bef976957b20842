import { checkOptions } from "../core/errors.ts";
import type { Shape } from "../core/tensor.ts";
import { pool, type Window } from "../ops/pooling.ts";
import { type BuiltLayer, type Complain, defineLayer, type Layer, type LayerOptions, singleImage } from "./layer.ts";
import { type Padding, padding2d, type Size2d, size2d, windowAxis } from "./windows.ts";

export interface Pooling2dOptions extends LayerOptions {
  /** Rows and columns of the window; default 2. */
  readonly poolSize?: Size2d;
  /** Default: the window's size. */
  readonly strides?: Size2d;
  /** Default "valid"; with "same", cells outside the image do not count. */
  readonly padding?: Padding;
}

/** The mean of each window. https://keras.io/api/layers/pooling_layers/average_pooling2d/ */
export function averagePooling2d(options: Pooling2dOptions = {}): Layer {
  return poolingLayer("averagePooling2d", "average", options);
}

/** The largest cell of each window. https://keras.io/api/layers/pooling_layers/max_pooling2d/ */
export function maxPooling2d(options: Pooling2dOptions = {}): Layer {
  return poolingLayer("maxPooling2d", "max", options);
}

function poolingLayer(
  type: "averagePooling2d" | "maxPooling2d",
  kind: "average" | "max",
  options: Pooling2dOptions,
): Layer {
  checkOptions(`[${type}]`, options, ["poolSize", "strides", "padding", "name"]);
  const what = `[${type}${options.name ? ` "${options.name}"` : ""}]`;
  const poolSize = size2d(`${what} poolSize`, options.poolSize ?? 2);
  const strides = size2d(`${what} strides`, options.strides ?? poolSize);
  const padding = padding2d(`${what} padding`, options.padding ?? "valid");
  return defineLayer(
    type,
    options,
    { poolSize, strides, padding },
    (shapes: readonly Shape[], complain: Complain): BuiltLayer => {
      const [H, W, channels] = singleImage(shapes, complain);
      const rows = windowAxis(H, poolSize[0], strides[0], padding, complain);
      const columns = windowAxis(W, poolSize[1], strides[1], padding, complain);
      const output: [number, number] = [rows.output, columns.output];
      const window: Window = { size: poolSize, strides, output, top: rows.before, left: columns.before };
      return {
        outputShape: [...output, channels],
        weights: [],
        connections: output[0] * output[1] * channels * poolSize[0] * poolSize[1],
        macs: 0,
        emit: (tape, [x]) => pool(tape, x!, kind, window),
      };
    },
  );
}
