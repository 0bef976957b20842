import { type Shape, sizeOf } from "../../../core/tensor.ts";
import { concatenate } from "../../../layers/concatenate.ts";
import { flatten } from "../../../layers/flatten.ts";
import { reshape } from "../../../layers/reshape.ts";
import { zeroPadding2d } from "../../../layers/zero-padding2d.ts";
import type { Graph, GraphValue } from "./graph.ts";
import { type GraphNode, numberOf, numbersOf } from "./node.ts";
import { numbers, refuse, tensorOf } from "./values.ts";

export function padding(graph: Graph, node: GraphNode): GraphValue {
  const data = graph.sizes(node, 1);
  const [a, b, top, bottom, left, right, c, d] = data as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const isZero = node.op === "Pad" || node.inputs.length < 3 || graph.numbers(node, 2).data[0] === 0;
  if (data.length !== 8 || a + b + c + d !== 0 || !isZero) refuse(node, "supported are zeros around an image only");
  const sides = [
    [top, bottom],
    [left, right],
  ] as const;
  return tensorOf(graph.layer(node, (name) => zeroPadding2d({ name, padding: sides }), graph.tensor(node)));
}

export function joined(graph: Graph, node: GraphNode): GraphValue {
  const last = node.inputs.length - 1;
  const axis = graph.numbers(node, last).data[0];
  const parts = node.inputs.slice(0, last).map((_, index) => graph.tensor(node, index));
  const rank = parts[0]!.shape.length;
  if (axis !== -1 && axis !== rank) refuse(node, `expected the last axis, got ${axis}`);
  return tensorOf(graph.layer(node, (name) => concatenate({ name }), parts));
}

/** Other axes for the same numbers, of the images as they are. */
export function reshaped(graph: Graph, node: GraphNode): GraphValue {
  const x = graph.tensor(node);
  const shape = targetOf(graph, node, graph.shapeRead(node));
  if (shape.join() === x.shape.join()) return tensorOf(x);
  if (shape.length === 1) return tensorOf(graph.layer(node, (name) => flatten({ name }), x));
  return tensorOf(graph.layer(node, (name) => reshape({ name, targetShape: shape }), x));
}

/** The axes without that of the images. */
function targetOf(graph: Graph, node: GraphNode, from: Shape): Shape {
  if (node.op === "Flatten") return [sizeOf(from)];
  if (node.op === "Squeeze") {
    const dims = numbersOf(node, "squeeze_dims").concat(numbersOf(node, "axis"));
    const axes = dims.map((axis) => (axis < 0 ? axis + from.length : axis - 1));
    const left = from.filter((size, axis) => !(axes.length === 0 ? size === 1 : axes.includes(axis)));
    return sizeOf(left) === sizeOf(from)
      ? left
      : refuse(node, `it drops axes of [${from.join(", ")}] that have a size`);
  }
  if (node.op === "ExpandDims") {
    const axis = graph.sizes(node, 1)[0] ?? 0;
    const at = axis < 0 ? axis + from.length + 1 : axis - 1;
    return at >= 0 && at <= from.length
      ? from.toSpliced(at, 0, 1)
      : refuse(node, `expected an axis after that of the images, got ${axis}`);
  }
  const [images, ...shape] = graph.sizes(node, 1);
  const size = sizeOf(from);
  const known = sizeOf(shape.filter((each) => each !== -1));
  const whole = shape.map((each) => (each === -1 ? size / known : each));
  // A number of images that is fixed, or -1 for what is left over.
  if (images === undefined || sizeOf(whole) !== size || !whole.every((each) => Number.isInteger(each) && each > 0))
    refuse(node, `expected a shape of ${size} numbers for each image, got [${[images, ...shape].join(", ")}]`);
  return whole;
}

/** A part of a list of sizes. */
export function sliced(graph: Graph, node: GraphNode): GraphValue {
  const [list, [begin], [end], [step]] = [0, 1, 2, 3].map((index) => graph.sizes(node, index)) as [
    number[],
    number[],
    number[],
    number[],
  ];
  if (begin === undefined || end === undefined || step !== 1) refuse(node, "supported is a range of sizes only");
  const from = numberOf(node, "begin_mask", 0) === 1 ? 0 : begin;
  return numbers(list.slice(from, numberOf(node, "end_mask", 0) === 1 ? undefined : end));
}

/** A list of sizes from its parts. */
export function packed(graph: Graph, node: GraphNode): GraphValue {
  return numbers(node.inputs.flatMap((_, index) => graph.sizes(node, index)));
}
