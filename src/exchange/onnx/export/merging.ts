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

const merged = ({ graph, name, inputs, shape }: LayerCall) =>
  inputs.map((value) => broadcastable(graph, name, value, shape));

/** Elementwise, by an operator of two inputs that broadcasts: the first and the second, the result and the third, ... */
export const merging =
  (op: "Add" | "Sub" | "Mul" | "Max" | "Min"): OnnxRule =>
  (call) =>
    merged(call).reduce((sum, other) => call.graph.node(call.name, op, [sum, other]));

/** One operator: readers see that the mean of probabilities is one, too. */
export const average: OnnxRule = (call) => call.graph.node(call.name, "Mean", merged(call));

/** Along the channels. */
export const concatenate: OnnxRule = ({ graph, name, inputs }) =>
  graph.node(
    name,
    "Concat",
    inputs.map(({ tensor }) => tensor),
    { axis: { int: 1 } },
  );
