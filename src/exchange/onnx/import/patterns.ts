/**
 * Operators that exporters write for one layer. Each pattern is looked for from its last node on; that node then stands for
 * all of them.
 */
import type { GraphProto, NodeProto, TensorProto } from "../../../formats/onnx/schema.ts";
import { readTensor } from "../../../formats/onnx/tensor.ts";
import { activationOf, layerNormalizationOf, rbfOf, unitNormalizationOf } from "./operators/composed.ts";
import { paddedMaxPool } from "./operators/pooling.ts";
import type { Rule } from "./operators/rule.ts";

/** What a pattern is: the rule that makes the layer, and the values that it reads. */
interface Found {
  readonly rule: Rule;
  readonly inputs: readonly string[];
}

/** The nodes of a graph by what they compute, for patterns. */
interface Seen {
  /** The node that computes a value, if it is of one of these types. */
  node(name: string | undefined, ...types: readonly string[]): NodeProto | undefined;
  /** The single number that a value is; undefined for another value. */
  number(name: string | undefined): number | undefined;
}

/** The rules of the last nodes of patterns, and what these nodes read instead. */
export function patternsOf(graph: GraphProto): ReadonlyMap<NodeProto, Found> {
  const producers = new Map(graph.node.flatMap((node) => node.output.map((output) => [output, node] as const)));
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const seen: Seen = {
    node(name, ...types) {
      const node = name === undefined ? undefined : producers.get(name);
      return node && types.includes(node.opType) && node.domain === "" ? node : undefined;
    },
    number(name) {
      const node = seen.node(name, "Constant");
      return single(node ? node.attribute.find((each) => each.name === "value")?.t : initializers.get(name ?? ""));
    },
  };
  const found = new Map<NodeProto, Found>();
  for (const node of graph.node) {
    const pattern = node.domain === "" ? (roots.get(node.opType) ?? []) : [];
    for (const of of pattern) {
      const match = of(node, seen);
      if (match) found.set(node, match);
    }
  }
  return found;
}

function single(tensor: TensorProto | undefined): number | undefined {
  if (!tensor || tensor.dims.some((size) => size !== 1n) || tensor.externalData.length > 0) return undefined;
  const none = (): never => {
    throw new RangeError();
  };
  try {
    return readTensor(tensor, none).data[0];
  } catch {
    return undefined; // what reads it says what is wrong
  }
}

type Pattern = (node: NodeProto, seen: Seen) => Found | undefined;

function isNear(value: number | undefined, wanted: number): boolean {
  return value !== undefined && Math.abs(value - wanted) <= 1e-5 * Math.abs(wanted);
}

/** The other input of an operator whose inputs may change places, where one is a number. */
function besideNumber({ input: [a, b] }: NodeProto, { number }: Seen, wanted: number): string | undefined {
  if (isNear(number(b), wanted)) return a;
  return isNear(number(a), wanted) ? b : undefined;
}

/** What a product multiplies, also where it is made of products. */
function factorsOf(node: NodeProto, seen: Seen): readonly string[] {
  const isPair = ({ input }: NodeProto) => input.length === 2;
  if (!isPair(node)) return [];
  return node.input.flatMap((name) => {
    const product = seen.node(name, "Mul");
    return product && isPair(product) ? product.input : [name];
  });
}

/** x (1 + erf(x / sqrt 2)) / 2 */
const gelu: Pattern = (node, seen) => {
  const factors = factorsOf(node, seen);
  const half = factors.find((name) => isNear(seen.number(name), 0.5));
  const sum = factors.map((name) => seen.node(name, "Add")).find((each) => each !== undefined);
  const x = factors.find((name) => name !== half && name !== sum?.output[0]);
  if (factors.length !== 3 || half === undefined || !sum || x === undefined) return undefined;
  const erf = seen.node(besideNumber(sum, seen, 1), "Erf");
  const scaled = seen.node(erf?.input[0], "Mul", "Div");
  if (!scaled) return undefined;
  const of = besideNumber(scaled, seen, scaled.opType === "Mul" ? Math.SQRT1_2 : Math.SQRT2);
  return of === x ? { rule: activationOf("gelu"), inputs: [x] } : undefined;
};

/** x times a function of x. */
const timesX: Pattern = ({ input: [a, b] }, seen) => {
  for (const [x, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (x === undefined) continue;
    if (seen.node(other, "Sigmoid")?.input[0] === x) return { rule: activationOf("silu"), inputs: [x] };
    const softplus = seen.node(seen.node(other, "Tanh")?.input[0], "Softplus");
    if (softplus?.input[0] === x) return { rule: activationOf("mish"), inputs: [x] };
    const hard = seen.node(other, "HardSigmoid");
    const alpha = hard?.attribute.find((each) => each.name === "alpha")?.f;
    const beta = hard?.attribute.find((each) => each.name === "beta")?.f ?? 0.5;
    if (hard?.input[0] === x && isNear(alpha, 1 / 6) && isNear(beta, 0.5))
      return { rule: activationOf("hard_silu"), inputs: [x] };
  }
  return undefined;
};

/** 1.7159 tanh(2/3 x) */
const scaledTanh: Pattern = (node, seen) => {
  const tanh = seen.node(besideNumber(node, seen, 1.7159), "Tanh");
  const scaled = seen.node(tanh?.input[0], "Mul");
  const x = scaled && besideNumber(scaled, seen, 2 / 3);
  return x === undefined ? undefined : { rule: activationOf("scaled_tanh"), inputs: [x] };
};

/** What a square is of. */
function rootOf(name: string | undefined, seen: Seen): string | undefined {
  const node = seen.node(name, "Mul", "Pow");
  if (!node) return undefined;
  const [a, b] = node.input;
  return (node.opType === "Mul" ? a === b : seen.number(b) === 2) ? a : undefined;
}

/** The axes of a reduction as an attribute, as text. */
function axesText({ attribute }: NodeProto): string | undefined {
  const axes = attribute.find(({ name }) => name === "axes")?.ints;
  return axes && axes.length <= 16 ? axes.join() : undefined;
}

/** (x - mean) / sqrt(mean of (x - mean)^2 + epsilon) */
const layerNormalization: Pattern = ({ input: [above, below] }, seen) => {
  const centred = seen.node(above, "Sub");
  const mean = seen.node(centred?.input[1], "ReduceMean");
  const root = seen.node(below, "Sqrt");
  const sum = seen.node(root?.input[0], "Add");
  if (!centred || !mean || !sum || mean.input[0] !== centred.input[0]) return undefined;
  const [a, b] = sum.input;
  const variance = seen.node(a, "ReduceMean") ?? seen.node(b, "ReduceMean");
  const epsilon = seen.number(variance?.output[0] === a ? b : a);
  const axes = axesText(mean);
  const isVariance = variance && rootOf(variance.input[0], seen) === above && axesText(variance) === axes;
  if (!isVariance || epsilon === undefined || axes === undefined) return undefined;
  return { rule: layerNormalizationOf(axes.split(",").map(Number), epsilon), inputs: [mean.input[0]!] };
};

/** x / max(|x|, 1e-12) */
const unitNormalization: Pattern = ({ input: [x, below] }, seen) => {
  const most = seen.node(below, "Max", "Clip");
  const length = seen.node(most && besideNumber(most, seen, 1e-12), "ReduceL2");
  const axes = length && axesText(length);
  if (length?.input[0] !== x || x === undefined || axes === undefined) return undefined;
  return { rule: unitNormalizationOf(axes.split(",").map(Number)), inputs: [x] };
};

/** The sum over the features of (x - centre)^2, x as [N, features, 1] and the centres as [1, features, units]. */
const rbf: Pattern = (node, seen) => {
  const difference = seen.node(rootOf(node.input[0], seen), "Sub");
  const axes = axesText(node) ?? String(seen.number(node.input[1]));
  const isKept = node.attribute.find(({ name }) => name === "keepdims")?.i !== 0n;
  const [x, centres] = difference?.input ?? [];
  if (axes !== "1" || isKept || x === undefined || centres === undefined) return undefined;
  return { rule: rbfOf, inputs: [x, centres] };
};

/** A maximum over a padding that repeats the edges. */
const overEdges: Pattern = (node, seen) => {
  const pad = seen.node(node.input[0], "Pad");
  const mode = pad?.attribute.find(({ name }) => name === "mode")?.s;
  const [x, pads] = pad?.input ?? [];
  if (!mode || new TextDecoder().decode(mode) !== "edge" || x === undefined || pads === undefined) return undefined;
  return { rule: paddedMaxPool, inputs: [x, pads] };
};

const roots: ReadonlyMap<string, readonly Pattern[]> = new Map([
  ["Mul", [gelu, timesX, scaledTanh]],
  ["Div", [layerNormalization, unitNormalization]],
  ["ReduceSum", [rbf]],
  ["MaxPool", [overEdges]],
]);
