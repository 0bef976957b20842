import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/tensor.ts";
import type { SymbolicTensor } from "../../layers/layer.ts";
import type { Graph } from "../../model/graph.ts";

/**
 * The places of a vector's features in a program whose maps have their channels first: feature i here is feature order[i]
 * there. Undefined where both have the same order.
 */
export type FeatureOrder = readonly number[] | undefined;

/** Layers whose vectors have an order of their own, whatever they read. */
const newVectors = new Set(["dense", "rbf", "input", "globalAveragePooling2d", "globalMaxPooling2d"]);

/** What a tensor is in a program with channels first. */
type Order =
  /** The same features, in this order; maps are the same maps, with the channels first. */
  | { readonly kind: "known"; readonly features: FeatureOrder }
  /** Maps whose axes are already those of the other program. */
  | { readonly kind: "moved" }
  | { readonly kind: "unknown" };

const same: Order = { kind: "known", features: undefined };

/**
 * The order of the features of every vector in a program with channels first, which flattens maps channel by channel.
 * @throws InputError, when asked for a vector whose order there is not known
 */
export function featureOrders(graph: Graph): (tensor: SymbolicTensor) => FeatureOrder {
  const orders = ordersOf(graph);
  return (tensor) => {
    const order = orders.get(tensor)!;
    if (order.kind === "known") return order.features;
    throw new InputError(
      `layer "${tensor.layer.name}": cannot tell the order of its features in a program whose channels come first`,
    );
  };
}

/** Whether each tensor has the same features in the same order in a program with channels first; undefined: not known. */
export function keepsOrder(graph: Graph): (tensor: SymbolicTensor) => boolean | undefined {
  const orders = ordersOf(graph);
  return (tensor) => {
    const order = orders.get(tensor)!;
    return order.kind === "known" ? order.features === undefined : undefined;
  };
}

function ordersOf(graph: Graph): ReadonlyMap<SymbolicTensor, Order> {
  const orders = new Map<SymbolicTensor, Order>();
  for (const tensor of graph.tensors) orders.set(tensor, orderOf(tensor, orders));
  return orders;
}

/**
 * The name of a layer that makes maps of several channels from computed features, such as the first layer of a decoder: a
 * program with channels first orders those features in another way.
 */
export function reshapedVector({ tensors }: Graph): string | undefined {
  const computed = new Set<SymbolicTensor>();
  for (const tensor of tensors) {
    const { layer, inputs, shape } = tensor;
    const isComputed = layer.built.weights.length > 0 || inputs.some((input) => computed.has(input));
    if (isComputed) computed.add(tensor);
    if (layer.type !== "reshape" || shape.length !== 3 || shape[2] === 1 || shape[0]! * shape[1]! === 1) continue;
    if (inputs.some((input) => computed.has(input)) && String(inputs[0]!.shape) !== String(shape)) return layer.name;
  }
  return undefined;
}

function orderOf({ shape, layer, inputs }: SymbolicTensor, orders: ReadonlyMap<SymbolicTensor, Order>): Order {
  const [input] = inputs;
  if (!input || newVectors.has(layer.type)) return same;
  const given = orders.get(input)!;
  const { type, config } = layer;
  if (type === "permute") {
    const isChannelsFirst = String(config.dims) === "3,1,2" && given.kind === "known";
    return isChannelsFirst ? { kind: "moved" } : { kind: "unknown" };
  }
  if (type === "flatten" || type === "reshape") {
    if (shape.length === 1) return flattened(input, given);
    // A vector as maps: one channel, or one position, has the same order in both programs.
    const isPlain = shape.length === 3 && (shape[2] === 1 || shape[0]! * shape[1]! === 1);
    return isPlain && given.kind === "known" && given.features === undefined && isVectorLike(input)
      ? same
      : { kind: "unknown" };
  }
  if (type === "concatenate" && shape.length === 1) return concatenated(inputs, orders);
  if (type === "channelSlice" && given.kind === "known" && given.features !== undefined) return { kind: "unknown" };
  if (shape.length === 3 && String(shape) !== String(input.shape)) return same;
  // What is added to features in one order must have the same order.
  const isAlike = inputs.every((each) => JSON.stringify(orders.get(each)) === JSON.stringify(given));
  return isAlike ? given : { kind: "unknown" };
}

/** A vector, or maps of one channel or one position. */
function isVectorLike({ shape }: SymbolicTensor): boolean {
  return shape.length === 1 || (shape.length === 3 && (shape[2] === 1 || shape[0]! * shape[1]! === 1));
}

function flattened({ shape }: SymbolicTensor, given: Order): Order {
  if (shape.length === 1 || given.kind === "unknown") return given;
  if (given.kind === "moved") return same;
  const [H, W, C] = shape as [number, number, number];
  if (shape.length !== 3) return { kind: "unknown" };
  if (C === 1 || H * W === 1) return same;
  return {
    kind: "known",
    features: Array.from({ length: H * W * C }, (_, i) => (i % C) * H * W + Math.floor(i / C)),
  };
}

function concatenated(inputs: readonly SymbolicTensor[], orders: ReadonlyMap<SymbolicTensor, Order>): Order {
  const features: number[] = [];
  for (const input of inputs) {
    const given = orders.get(input)!;
    if (given.kind !== "known") return { kind: "unknown" };
    const start = features.length;
    const size = sizeOf(input.shape);
    for (let i = 0; i < size; i++) features.push(start + (given.features?.[i] ?? i));
  }
  return features.every((feature, i) => feature === i) ? same : { kind: "known", features };
}
