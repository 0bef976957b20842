import type { Shape } from "../../../core/tensor.ts";
import { channelsFirst, type GraphWriter, isInAnyOrder, type Value } from "./graph-writer.ts";
import type { LayerCall, OnnxRule } from "./layer-call.ts";

/** The value with as many axes as `like`: missing ones come first, with size 1. */
function broadcastable(graph: GraphWriter, name: string, value: Value, like: Shape): string {
  const { shape } = value;
  if (shape.length === like.length) return value.tensor;
  const whole = [...like.slice(shape.length).map(() => 1), ...shape];
  const tensor = isInAnyOrder(shape) || shape.length === 1 ? value.tensor : graph.channelsLast(name, value);
  if (shape.length === 1 || isInAnyOrder(whole)) return graph.reshape(name, tensor, channelsFirst(whole));
  return graph.fromChannelsLast(name, graph.reshape(name, tensor, whole), whole);
}

/** The first and the second input joined, the result and the third, and so on. */
function joined({ graph, name, inputs, shape }: LayerCall, op: string): string {
  const [first, ...others] = inputs.map((value) => broadcastable(graph, name, value, shape));
  return others.reduce((sum, other) => graph.node(name, op, [sum, other]), first!);
}

/** Elementwise, by an operator of two inputs that broadcasts. */
export const merging =
  (op: "Add" | "Sub" | "Mul" | "Max" | "Min"): OnnxRule =>
  (call) =>
    joined(call, op);

export const average: OnnxRule = (call) => {
  const { graph, name, inputs } = call;
  return graph.node(name, "Div", [joined(call, "Add"), graph.float(`${name}/count`, inputs.length)]);
};

/** Along the channels. */
export const concatenate: OnnxRule = ({ graph, name, inputs }) =>
  graph.node(
    name,
    "Concat",
    inputs.map(({ tensor }) => tensor),
    { axis: { int: 1 } },
  );
