import type { Shape } from "../../../core/tensor.ts";
import { isInAnyOrder } from "./graph-writer.ts";
import type { LayerCall, OnnxRule } from "./layer-call.ts";

type Sides = readonly [rows: readonly [number, number], columns: readonly [number, number]];

/** An image as a vector in the order row, column, channel; where the readers' weights are rearranged, as it is. */
export const flatten: OnnxRule = (call) => {
  const { graph, name, x, shape, isRearranged } = call;
  if (x.shape.length === 1) return x;
  const asItIs = isInAnyOrder(x.shape) || isRearranged();
  const tensor = asItIs ? x.tensor : graph.channelsLast(name, x);
  const flat = graph.node(name, "Flatten", [tensor], { axis: { int: 1 } });
  const isMoved = asItIs && !isInAnyOrder(x.shape);
  return isMoved ? { tensor: flat, shape, flattened: x.shape } : flat;
};

/** The same numbers, channels last, with other axes. */
export const reshape: OnnxRule = (call) => {
  const { graph, name, x, shape } = call;
  if (shape.length === 1) return flatten(call);
  if (shape.join() === x.shape.join()) return x;
  const from = isInAnyOrder(x.shape) ? x.tensor : graph.channelsLast(name, x);
  if (isInAnyOrder(shape)) return graph.reshape(name, from, [...shape.slice(-1), ...shape.slice(0, -1)]);
  return graph.fromChannelsLast(name, graph.reshape(name, from, shape), shape);
};

/** Both orders of axes, the library's and the graph's, in one transposition. */
export const permute: OnnxRule = ({ graph, name, x, config }) => {
  const { dims } = config<{ dims: readonly number[] }>();
  const count = dims.length;
  const placeOf = (axis: number) => (axis === count ? 1 : axis + 1);
  const order = [...dims.slice(-1), ...dims.slice(0, -1)];
  const tensor = graph.transpose(name, x.tensor, [0, ...order.map(placeOf)]);
  return tensor === x.tensor ? x : tensor;
};

export const zeroPadding2d: OnnxRule = ({ graph, name, x, config }) => {
  const { padding } = config<{ padding: Sides }>();
  const [[top, bottom], [left, right]] = padding;
  if (padding.flat().every((size) => size === 0)) return x;
  const pads = graph.ints(`${name}/pads`, [0, 0, top, left, 0, 0, bottom, right]);
  return graph.node(name, "Pad", [x.tensor, pads], { mode: { text: "constant" } });
};

/** `starts` up to `ends`, along some axes of the graph's tensor. */
function slice({ graph, name, x }: LayerCall, starts: Shape, ends: Shape, axes: Shape): string {
  const inputs = Object.entries({ starts, ends, axes }).map(([key, list]) => graph.ints(`${name}/${key}`, list));
  return graph.node(name, "Slice", [x.tensor, ...inputs]);
}

export const cropping2d: OnnxRule = (call) => {
  const { cropping } = call.config<{ cropping: Sides }>();
  const [[top, bottom], [left, right]] = cropping;
  const [H, W] = call.x.shape as [number, number, number];
  return slice(call, [top, left], [H - bottom, W - right], [2, 3]);
};

export const channelSlice: OnnxRule = (call) => {
  const { start } = call.config<{ start: number }>();
  return slice(call, [start], [start + call.shape[call.shape.length - 1]!], [1]);
};

export const upSampling2d: OnnxRule = ({ graph, name, x, config }) => {
  const { size, interpolation } = config<{ size: Shape; interpolation: "nearest" | "bilinear" }>();
  const scales = graph.floats(`${name}/scales`, { shape: [4], data: Float32Array.of(1, 1, ...size) });
  const middles = { mode: { text: "linear" }, coordinate_transformation_mode: { text: "half_pixel" } };
  const repeats = {
    mode: { text: "nearest" },
    coordinate_transformation_mode: { text: "asymmetric" },
    nearest_mode: { text: "floor" },
  };
  return graph.node(name, "Resize", [x.tensor, "", scales], interpolation === "bilinear" ? middles : repeats);
};
