/** Operators on constants of the file: mostly shapes, which older exporters compute in the graph. */
import type { ElementType } from "../../../../formats/onnx/tensor.ts";
import { broadcastDims, constant, elementwise, listIn, repeatedIndices, taken } from "../constant.ts";
import type { Node } from "../node.ts";
import type { Constant as ConstantValue } from "../value.ts";
import type { Rule } from "./rule.ts";

/** https://onnx.ai/onnx/operators/onnx__Constant.html */
export const Constant: Rule = (node) => {
  const tensor = node.tensor("value");
  if (tensor) return { ...tensor, kind: "constant", name: node.outputs[0] ?? "" };
  const numbers = (["value_int", "value_ints", "value_float", "value_floats"] as const).find((name) => node.has(name));
  if (numbers === "value_int") return constant([], "int64", [node.int(numbers, 0)]);
  if (numbers === "value_float") return constant([], "float", [node.float(numbers, 0)]);
  const list = numbers === "value_ints" ? node.ints(numbers) : numbers && node.floats(numbers);
  if (list) return constant([list.length], numbers === "value_ints" ? "int64" : "float", list);
  return node.refuse("expected a tensor or numbers as value, got another kind of constant");
};

/** https://onnx.ai/onnx/operators/onnx__ConstantOfShape.html */
export const ConstantOfShape: Rule = (node) => {
  const dims = listIn(node, node.constant(0, "the shape"));
  const value = node.tensor("value");
  return constant(dims, value?.type ?? "float", new Float64Array(taken(node, dims)).fill(value?.data[0] ?? 0));
};

/** https://onnx.ai/onnx/operators/onnx__Range.html */
export const Range: Rule = (node) => {
  const [start, limit, delta] = [0, 1, 2].map((i) => node.constant(i, "a number").data[0] ?? 0) as [
    number,
    number,
    number,
  ];
  const count = taken(node, [Math.max(Math.ceil((limit - start) / delta), 0)]);
  const data = Float64Array.from({ length: count }, (_, i) => start + i * delta);
  return constant([count], node.constant(0, "a number").type, data);
};

/** https://onnx.ai/onnx/operators/onnx__Expand.html */
export const Expand: Rule = (node) => {
  const value = node.constant(0, "what is repeated");
  const dims = broadcastDims(node, [value.dims, listIn(node, node.constant(1, "the shape"))]);
  taken(node, dims);
  return picked(value, dims, repeatedIndices(dims, value.dims));
};

/** https://onnx.ai/onnx/operators/onnx__Where.html */
export const Where: Rule = (node) => {
  const [condition, yes, no] = allConstants(node) as [ConstantValue, ConstantValue, ConstantValue];
  return elementwise(node, [condition, yes, no], (is, a, b) => (is ? a! : b!), yes.type);
};

const comparison =
  (of: (a: number, b: number) => boolean): Rule =>
  (node) =>
    elementwise(node, allConstants(node), (a, b) => (of(a!, b!) ? 1 : 0), "bool");

/** https://onnx.ai/onnx/operators/onnx__Equal.html */
export const Equal: Rule = comparison((a, b) => a === b);
/** https://onnx.ai/onnx/operators/onnx__Less.html */
export const Less: Rule = comparison((a, b) => a < b);
/** https://onnx.ai/onnx/operators/onnx__Greater.html */
export const Greater: Rule = comparison((a, b) => a > b);

const ofOne =
  (of: (a: number) => number): Rule =>
  (node) =>
    elementwise(node, allConstants(node), (a) => of(a!));

/** https://onnx.ai/onnx/operators/onnx__Floor.html */
export const Floor: Rule = ofOne(Math.floor);
/** https://onnx.ai/onnx/operators/onnx__Ceil.html */
export const Ceil: Rule = ofOne(Math.ceil);
/** https://onnx.ai/onnx/operators/onnx__Reciprocal.html */
export const Reciprocal: Rule = ofOne((a) => 1 / a);

/** https://onnx.ai/onnx/operators/onnx__Size.html */
export const Size: Rule = (node) => constant([], "int64", [allConstants(node)[0]!.data.length]);

/** https://onnx.ai/onnx/operators/onnx__ReduceProd.html: of all elements. */
export const ReduceProd: Rule = (node) => {
  const [value] = allConstants(node) as [ConstantValue];
  if (value.dims.length > 1) node.refuse("expected a list of numbers");
  node.ignore("axes", "noop_with_empty_axes");
  const keeps = node.int("keepdims", 1) !== 0;
  return constant(keeps ? [1] : [], value.type, [listIn(node, value).reduce((product, each) => product * each, 1)]);
};

/** All inputs, which must be constants. */
export function allConstants(node: Node): readonly ConstantValue[] {
  return Array.from({ length: node.count }, (_, i) => {
    const value = node.value(i);
    if (value.kind === "constant") return value;
    return node.refuse(`${node.type} is supported of constants of the file, not of what is computed from the images`);
  });
}

/** The elements of a constant at some indices. */
export function picked(value: ConstantValue, dims: readonly number[], indices: ArrayLike<number>): ConstantValue {
  const data = value.data instanceof Float32Array ? new Float32Array(indices.length) : new Float64Array(indices.length);
  for (let i = 0; i < indices.length; i++) data[i] = value.data[indices[i]!]!;
  return { kind: "constant", name: value.name, dims, type: value.type as ElementType, data };
}
