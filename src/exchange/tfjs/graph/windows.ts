import { averagePooling2d } from "../../../layers/average-pooling2d.ts";
import { globalAveragePooling2d } from "../../../layers/global-average-pooling2d.ts";
import { globalMaxPooling2d } from "../../../layers/global-max-pooling2d.ts";
import type { SymbolicTensor } from "../../../layers/layer.ts";
import { maxPooling2d } from "../../../layers/max-pooling2d.ts";
import { zeroPadding2d } from "../../../layers/zero-padding2d.ts";
import type { Graph, GraphValue } from "./graph.ts";
import { flagOf, type GraphNode, numbersOf, textOf } from "./node.ts";
import { refuse, tensorOf } from "./values.ts";

/** Rows and columns of an attribute for [images, rows, columns, channels]. */
export function middle(node: GraphNode, name: string, fallback: readonly number[]): [number, number] {
  if (textOf(node, "data_format", "NHWC") !== "NHWC") refuse(node, "channels first are not supported");
  const list = numbersOf(node, name);
  const [images = 1, rows = 1, columns = 1, channels = 1] = list.length === 0 ? fallback : list;
  if (images !== 1 || channels !== 1) refuse(node, `${name} over images or channels is not supported`);
  return [rows, columns];
}

/** The padding of windows, and the image with zeros around it where the node counts them. */
export function windowsOf(graph: Graph, node: GraphNode): { x: SymbolicTensor; padding: "same" | "valid" } {
  const x = graph.tensor(node);
  const padding = textOf(node, "padding", "VALID");
  if (padding === "SAME" || padding === "VALID") return { x, padding: padding === "SAME" ? "same" : "valid" };
  const [, , top = 0, bottom = 0, left = 0, right = 0] = numbersOf(node, "explicit_paddings");
  if (padding !== "EXPLICIT" || node.op === "MaxPool" || node.op === "AvgPool")
    refuse(node, `the padding "${padding.slice(0, 20)}" is not supported`);
  const sides = [
    [top, bottom],
    [left, right],
  ] as const;
  return { x: graph.layer(node, (name) => zeroPadding2d({ name, padding: sides }), x), padding: "valid" };
}

export function pooling(graph: Graph, node: GraphNode): GraphValue {
  const { x, padding } = windowsOf(graph, node);
  const make = node.op === "MaxPool" ? maxPooling2d : averagePooling2d;
  const options = { poolSize: middle(node, "ksize", []), strides: middle(node, "strides", []), padding };
  return tensorOf(graph.layer(node, (name) => make({ name, ...options }), x));
}

/** The mean or the largest over rows and columns. */
export function globalPooling(graph: Graph, node: GraphNode): GraphValue {
  const x = graph.tensor(node);
  const axes = graph
    .sizes(node, 1)
    .map((axis) => (axis < 0 ? axis + 4 : axis))
    .toSorted();
  if (x.shape.length !== 3 || axes.join() !== "1,2") refuse(node, "supported is the one over rows and columns only");
  const make = node.op === "Mean" ? globalAveragePooling2d : globalMaxPooling2d;
  const keepdims = flagOf(node, "keep_dims") || flagOf(node, "keepDims");
  return tensorOf(graph.layer(node, (name) => make({ name, keepdims }), x));
}
