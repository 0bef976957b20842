import type { LayerCall, OnnxRule } from "./layer-call.ts";

interface Normalization {
  readonly epsilon: number;
}

/** A vector of one number for each channel, as it is broadcast to a tensor of the call's shape. */
function perChannel({ constant, shape }: LayerCall, name: string): string | undefined {
  return constant(name, ({ data }) => ({ shape: [data.length, ...shape.slice(1).map(() => 1)], data }));
}

/** gamma x + beta, where the layer has them. */
function scaled(call: LayerCall, x: string): string {
  const { graph, name } = call;
  const [gamma, beta] = [perChannel(call, "gamma"), perChannel(call, "beta")];
  const product = gamma === undefined ? x : graph.node(name, "Mul", [x, gamma]);
  return beta === undefined ? product : graph.node(name, "Add", [product, beta]);
}

/** The same number for each of some channels. */
function same(call: LayerCall, name: string, count: number, value: number): string {
  return call.graph.floats(`${call.name}/${name}`, { shape: [count], data: new Float32Array(count).fill(value) });
}

export const batchNormalization: OnnxRule = (call) => {
  const { graph, name, x, constant } = call;
  const channels = x.shape[x.shape.length - 1]!;
  const gamma = constant("gamma") ?? same(call, "gamma", channels, 1);
  const beta = constant("beta") ?? same(call, "beta", channels, 0);
  const inputs = [x.tensor, gamma, beta, constant("moving_mean")!, constant("moving_variance")!];
  const { epsilon } = call.config<Normalization>();
  return graph.node(name, "BatchNormalization", inputs, { epsilon: { float: epsilon } });
};

/** Over the channels of each position. (The operator LayerNormalization, of opset 17, wants the channels last.) */
export const layerNormalization: OnnxRule = (call) => {
  const { graph, name, x } = call;
  const overChannels = { axes: { ints: [1] }, keepdims: { int: 1 } };
  const mean = graph.node(name, "ReduceMean", [x.tensor], overChannels);
  const centred = graph.node(name, "Sub", [x.tensor, mean]);
  const squares = graph.node(name, "Mul", [centred, centred]);
  const variance = graph.node(name, "ReduceMean", [squares], overChannels);
  const { epsilon } = call.config<Normalization>();
  const safe = graph.node(name, "Add", [variance, graph.float(`${name}/epsilon`, epsilon)]);
  return scaled(call, graph.node(name, "Div", [centred, graph.node(name, "Sqrt", [safe])]));
};

/** As PyTorch writes it: groups become the channels of an instance normalization. */
export const groupNormalization: OnnxRule = (call) => {
  const { graph, name, x, shape } = call;
  const { epsilon, groups: wanted } = call.config<Normalization & { groups: number }>();
  const channels = shape[shape.length - 1]!;
  const groups = wanted === -1 ? channels : wanted;
  const inGroups = graph.reshape(name, x.tensor, [groups, -1]);
  const inputs = [inGroups, same(call, "ones", groups, 1), same(call, "zeros", groups, 0)];
  const normal = graph.node(name, "InstanceNormalization", inputs, { epsilon: { float: epsilon } });
  return scaled(call, graph.reshape(name, normal, [channels, ...shape.slice(0, -1)]));
};

/** x / max(|x|, 1e-12) */
export const unitNormalization: OnnxRule = ({ graph, name, x }) => {
  const length = graph.node(name, "ReduceL2", [x.tensor], { axes: { ints: [1] }, keepdims: { int: 1 } });
  const safe = graph.node(name, "Max", [length, graph.float(`${name}/epsilon`, 1e-12)]);
  return graph.node(name, "Div", [x.tensor, safe]);
};
