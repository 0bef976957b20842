import { add } from "../../../../layers/add.ts";
import { average } from "../../../../layers/average.ts";
import type { Layer } from "../../../../layers/layer.ts";
import { maximum } from "../../../../layers/maximum.ts";
import { minimum } from "../../../../layers/minimum.ts";
import { multiply } from "../../../../layers/multiply.ts";
import { subtract } from "../../../../layers/subtract.ts";
import { elementwise, isInteger } from "../constant.ts";
import { layerName } from "../names.ts";
import type { Node } from "../node.ts";
import type { Activation, Constant } from "../value.ts";
import { clipped } from "./activations.ts";
import { affine, affineBy } from "./affine.ts";
import { allConstants } from "./constants.ts";
import { joined } from "./joined.ts";
import type { Rule } from "./rule.ts";

/** What an operator does with two activations, with an activation and a constant, and with two constants. */
interface Binary {
  readonly layer: (() => Layer) | undefined;
  /** The activation is the first input, or the second. */
  readonly first: (constant: number) => { scale: number; offset: number };
  readonly second: ((constant: number) => { scale: number; offset: number }) | undefined;
  readonly constants: (a: number, b: number) => number;
}

const binary =
  ({ layer, first, second, constants }: Binary): Rule =>
  (node) => {
    node.ignore("consumed_inputs");
    const [a, b] = [node.value(0), node.value(1)];
    if (a.kind === "constant" && b.kind === "constant") {
      const isWhole = isInteger(a.type);
      node.ignore("broadcast", "axis");
      return elementwise(node, [a, b], (x, y) => (isWhole ? Math.trunc(constants(x!, y!)) : constants(x!, y!)));
    }
    for (const { kind, type } of [a, b]) if (kind === "activation") checkExact(node, type);
    if (b.kind === "constant") return affineBy(node, a as Activation, b, first);
    if (a.kind === "constant") {
      if (!second) return node.refuse("a constant divided by numbers of the network is not supported");
      return affineBy(node, b, a, second);
    }
    if (!layer) return node.refuse("a quotient of two tensors of the network is not supported");
    return merged(node, layer, [a, b]);
  };

/** Whole numbers of small types wrap around, and a quotient of whole numbers is one: floats would differ. */
function checkExact(node: Node, type: Activation["type"]): void {
  const isExact = !isInteger(type) || (/^int(32|64)$/.test(type) && node.type !== "Div");
  if (!isExact) node.refuse(`arithmetic on ${type} is not supported: cast it to float before`);
}

/** https://onnx.ai/onnx/operators/onnx__Add.html */
export const Add: Rule = binary({
  layer: add,
  first: (offset) => ({ scale: 1, offset }),
  second: (offset) => ({ scale: 1, offset }),
  constants: (a, b) => a + b,
});

/** https://onnx.ai/onnx/operators/onnx__Sub.html */
export const Sub: Rule = binary({
  layer: subtract,
  first: (constant) => ({ scale: 1, offset: -constant }),
  second: (offset) => ({ scale: -1, offset }),
  constants: (a, b) => a - b,
});

/** https://onnx.ai/onnx/operators/onnx__Mul.html */
export const Mul: Rule = binary({
  layer: multiply,
  first: (scale) => ({ scale, offset: 0 }),
  second: (scale) => ({ scale, offset: 0 }),
  constants: (a, b) => a * b,
});

/** https://onnx.ai/onnx/operators/onnx__Div.html */
export const Div: Rule = binary({
  layer: undefined,
  first: (constant) => ({ scale: 1 / constant, offset: 0 }),
  second: undefined,
  constants: (a, b) => a / b,
});

/** https://onnx.ai/onnx/operators/onnx__Neg.html */
export const Neg: Rule = (node) => {
  const x = node.value(0);
  return x.kind === "constant" ? elementwise(node, [x], (a) => -a!) : affine(node, x, { scale: -1, offset: 0 });
};

/** https://onnx.ai/onnx/operators/onnx__Sqrt.html */
export const Sqrt: Rule = (node) => elementwise(node, allConstants(node), (a) => Math.sqrt(a!));

/** https://onnx.ai/onnx/operators/onnx__Pow.html */
export const Pow: Rule = (node) => {
  const x = node.value(0);
  const exponent = node.constant(1, "the exponent");
  if (x.kind === "constant") return elementwise(node, [x, exponent], (a, b) => a! ** b!);
  if (exponent.data.length !== 1 || exponent.data[0] !== 2) node.refuse("expected the exponent 2");
  return merged(node, multiply, [x, x]);
};

const several =
  (layer: () => Layer, constants: (values: readonly number[]) => number, withConstant?: WithConstant): Rule =>
  (node) => {
    node.ignore("consumed_inputs");
    const values = Array.from({ length: node.count }, (_, i) => node.value(i));
    const activations = values.filter((value) => value.kind === "activation");
    const others = values.filter((value) => value.kind === "constant");
    if (values.length === 0) node.refuse("expected at least one input, got none");
    if (activations.length === 0) return elementwise(node, others, (...each) => constants(each));
    if (others.length > 0 && !withConstant) node.refuse("expected inputs that are all computed from the images");
    const one = activations.length === 1 ? activations[0]! : merged(node, layer, activations);
    return others.reduce<Activation>((x, other) => withConstant!(node, x, other), one);
  };

type WithConstant = (node: Node, x: Activation, constant: Constant) => Activation;

const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);

/** https://onnx.ai/onnx/operators/onnx__Sum.html */
export const Sum: Rule = several(add, sum, (node, x, constant) =>
  affineBy(node, x, constant, (offset) => ({ scale: 1, offset })),
);
/** https://onnx.ai/onnx/operators/onnx__Mean.html */
export const Mean: Rule = several(average, (values) => sum(values) / values.length);
/** https://onnx.ai/onnx/operators/onnx__Max.html */
export const Max: Rule = several(
  maximum,
  (values) => Math.max(...values),
  (node, x, constant) => clipped(node, x, single(node, constant), Number.POSITIVE_INFINITY),
);
/** https://onnx.ai/onnx/operators/onnx__Min.html */
export const Min: Rule = several(
  minimum,
  (values) => Math.min(...values),
  (node, x, constant) => clipped(node, x, Number.NEGATIVE_INFINITY, single(node, constant)),
);

function single(node: Node, { data, dims }: Constant): number {
  return data.length === 1 ? data[0]! : node.refuse(`expected a single number beside a tensor, got [${dims}]`);
}

/** https://onnx.ai/onnx/operators/onnx__ImageScaler.html (opset 1): scale x + bias of each channel. */
export const ImageScaler: Rule = (node) => {
  const x = node.activation();
  const scale = node.float("scale", 1);
  const bias = node.floats("bias") ?? [];
  const dims = [bias.length, 1, 1];
  const data = Float64Array.from(bias);
  return affineBy(node, x, { kind: "constant", name: "", dims, type: "float", data }, (offset) => ({ scale, offset }));
};

/** A layer of several tensors of the network. */
function merged(node: Node, layer: () => Layer, values: readonly Activation[]): Activation {
  const { x, tensors } = joined(node, values);
  const tensor = node.network.add(layer, {}, tensors, { name: layerName(node) });
  return { ...x, tensor, isOnlyUse: true };
}
