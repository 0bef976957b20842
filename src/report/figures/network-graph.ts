import type { LayerJson, NetworkJson } from "../results.ts";
import { phrases, roleOf } from "./network-words.ts";

/** A layer that is drawn. */
export interface NetworkNode {
  readonly layer: LayerJson;
  /** Operations of text-only layers before it. */
  readonly before: readonly string[];
  /** Its own operations, then those of text-only layers after it. */
  readonly words: readonly string[];
  /** The nodes that it reads; all come before it. */
  readonly sources: readonly NetworkNode[];
}

/** True for a layer that only arranges tensors, so that no receptive field is drawn. */
export function isArranging(layer: LayerJson): boolean {
  return roleOf(layer) === "arranging";
}

/** True for a layer that can be shown as text alone. */
export function isWordOnly(layer: LayerJson): boolean {
  return ["following", "preparing"].includes(roleOf(layer));
}

/** The node that shows a layer's output, and the text of the operations after it. */
interface Origin {
  readonly node: NetworkNode & { readonly words: string[] };
  readonly words: readonly string[];
}

/** The layers to draw, in order. The others become text. */
export function networkNodes({ layers }: NetworkJson): NetworkNode[] {
  const readers = new Map<string, LayerJson[]>();
  for (const layer of layers)
    for (const name of layer.connectedTo) readers.set(name, [...(readers.get(name) ?? []), layer]);
  const channels = new Map(layers.map(({ name, outputShape }) => [name, outputShape[outputShape.length - 1]]));
  const origins = new Map<string, Origin>();
  const nodes: NetworkNode[] = [];

  for (const layer of layers) {
    const from = [...new Set(layer.connectedTo)].flatMap((name) => origins.get(name) ?? []);
    const own = phrases(layer, channels.get(layer.connectedTo[0]));
    if (isWordOnly(layer) && layer.connectedTo.length === 1 && from.length === 1) {
      const [{ node, words }] = from;
      const isAlone = readers.get(layer.connectedTo[0])?.length === 1 && !isRepeated(node.layer);
      if (roleOf(layer) === "following" && isAlone && words.length === 0 && node.sources.length > 0) {
        node.words.push(...own);
        origins.set(layer.name, from[0]);
        continue;
      }
      // A layer that no other reads is an output; a vector that is concatenated is drawn as a vector.
      const read = (readers.get(layer.name) ?? []).filter(({ name }) => !origins.has(name));
      if (read.length > 0 && !(layer.type === "flatten" && read.some(isArranging))) {
        origins.set(layer.name, { node, words: [...words, ...own] });
        continue;
      }
    }
    const node = {
      layer,
      before: [...new Set(from.flatMap(({ words }) => words))],
      words: [...own, ...again(layer, origins)],
      sources: [...new Set(from.map((origin) => origin.node))],
    };
    nodes.push(node);
    origins.set(layer.name, { node, words: [] });
  }
  return nodes;
}

/** True for a layer that is called more than once. */
function isRepeated(layer: LayerJson): boolean {
  return layer.connectedTo.length > 1 && !isArranging(layer);
}

/** Text for a layer that is called more than once, possibly on its own output. */
function again(layer: LayerJson, known: ReadonlyMap<string, unknown>): string[] {
  if (!isRepeated(layer)) return [];
  const later = layer.connectedTo.filter((name) => !known.has(name));
  return [`applied ${layer.connectedTo.length} times`, ...later.map((name) => `again after ${name}`)];
}
