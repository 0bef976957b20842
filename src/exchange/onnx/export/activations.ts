import type { ActivationName } from "../../../ops/activations/table.ts";
import type { GraphWriter } from "./graph-writer.ts";

/** Where an activation's operators go, and on which tensor they work. */
interface Place {
  readonly graph: GraphWriter;
  /** The layer's name. */
  readonly name: string;
  readonly x: string;
}

type ActivationRule = (place: Place) => string;

/** One operator. */
const operator =
  (op: string, attributes: Parameters<GraphWriter["node"]>[3] = {}): ActivationRule =>
  ({ graph, name, x }) =>
    graph.node(name, op, [x], attributes);

/** x times a function of x. */
const timesX =
  (rule: ActivationRule): ActivationRule =>
  (place) =>
    place.graph.node(place.name, "Mul", [place.x, rule(place)]);

/** min(max(x + 3, 0), 6) / 6 */
const hardSigmoid = operator("HardSigmoid", { alpha: { float: 1 / 6 }, beta: { float: 0.5 } });

/** x times a number. */
export function times({ graph, name, x }: Place, factor: number, called: string): string {
  return factor === 1 ? x : graph.node(name, "Mul", [x, graph.float(`${name}/${called}`, factor)]);
}

/** x plus a number. */
export function plus({ graph, name, x }: Place, summand: number, called: string): string {
  return summand === 0 ? x : graph.node(name, "Add", [x, graph.float(`${name}/${called}`, summand)]);
}

/** min(max(x, 0), highest) */
export function clipped({ graph, name, x }: Place, highest: number): string {
  return graph.node(name, "Clip", [x, graph.float(`${name}/min`, 0), graph.float(`${name}/max`, highest)]);
}

/**
 * The operators of every activation, of opset 13: newer ones have Gelu, Mish and HardSwish, which fewer programs know.
 * Their definitions: `src/ops/activations`.
 */
const activationRules: { readonly [Name in ActivationName]: ActivationRule } = {
  linear: ({ x }) => x,
  relu: operator("Relu"),
  leaky_relu: operator("LeakyRelu", { alpha: { float: 0.2 } }),
  relu6: (place) => clipped(place, 6),
  elu: operator("Elu", { alpha: { float: 1 } }),
  selu: operator("Selu", { alpha: { float: 1.6732632423543772 }, gamma: { float: 1.0507009873554805 } }),
  gelu: (place) => {
    const { graph, name } = place;
    const erf = graph.node(name, "Erf", [times(place, Math.SQRT1_2, "root")]);
    const doubled = timesX(() => plus({ graph, name, x: erf }, 1, "one"))(place);
    return times({ graph, name, x: doubled }, 0.5, "half");
  },
  silu: timesX(operator("Sigmoid")),
  mish: timesX((place) => place.graph.node(place.name, "Tanh", [operator("Softplus")(place)])),
  softplus: operator("Softplus"),
  softsign: operator("Softsign"),
  exponential: operator("Exp"),
  sigmoid: operator("Sigmoid"),
  hard_sigmoid: hardSigmoid,
  hard_silu: timesX(hardSigmoid),
  tanh: operator("Tanh"),
  scaled_tanh: (place) => {
    const { graph, name } = place;
    const tanh = graph.node(name, "Tanh", [times(place, 2 / 3, "slope")]);
    return times({ graph, name, x: tanh }, 1.7159, "amplitude");
  },
  // Axis 1 has the channels or features.
  softmax: operator("Softmax", { axis: { int: 1 } }),
  log_softmax: operator("LogSoftmax", { axis: { int: 1 } }),
};

/** The activation of a layer's option. */
export function activated(place: Place, name: ActivationName): string {
  return activationRules[name](place);
}
