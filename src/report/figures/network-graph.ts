import type { LayerJson, NetworkJson } from "../results.ts";
import { phrases } from "./network-words.ts";

/** A layer that is drawn. */
export interface NetworkNode {
  readonly layer: LayerJson;
  /** What layers that are words only do before it, ... */
  readonly before: readonly string[];
  /** ... what it does itself, and what they do after it. */
  readonly words: readonly string[];
  /** What it reads; all stand before it. */
  readonly sources: readonly NetworkNode[];
}

/** Layers that make one tensor of others as they are: nothing is computed that a unit could be seen to read. */
export const arranging: ReadonlySet<string> = new Set(["concatenate", "add", "channelSlice"]);

/** Layers that change values cell by cell: words on the way to the layer they follow, ... */
const following: ReadonlySet<string> = new Set(["activation", "dropout", "batchNormalization", "rescaling"]);
/** ... and those that prepare for the layer that reads them. */
const preparing: ReadonlySet<string> = new Set(["flatten", "zeroPadding2d"]);

/** Whether the layer could be words only. */
export function isWordOnly({ type }: LayerJson): boolean {
  return following.has(type) || preparing.has(type);
}

/** Where a layer's output is to be seen: at a node, after what the words say. */
interface Origin {
  readonly node: NetworkNode & { readonly words: string[] };
  readonly words: readonly string[];
}

/** The layers that are drawn, in order; the others are words. */
export function networkNodes({ layers }: NetworkJson): NetworkNode[] {
  const readers = new Map<string, LayerJson[]>();
  for (const layer of layers)
    for (const name of layer.connectedTo) readers.set(name, [...(readers.get(name) ?? []), layer]);
  const channels = new Map(layers.map(({ name, outputShape }) => [name, outputShape[outputShape.length - 1]]));
  const origins = new Map<string, Origin>();
  const nodes: NetworkNode[] = [];

  for (const layer of layers) {
    const from = [...new Set(layer.connectedTo)].flatMap((name) => origins.get(name) ?? []);
    const said = phrases(layer, channels.get(layer.connectedTo[0]));
    if (isWordOnly(layer) && layer.connectedTo.length === 1 && from.length === 1) {
      const [{ node, words }] = from;
      const isAlone = readers.get(layer.connectedTo[0])?.length === 1 && !isRepeated(node.layer);
      if (following.has(layer.type) && isAlone && words.length === 0 && node.sources.length > 0) {
        node.words.push(...said);
        origins.set(layer.name, from[0]);
        continue;
      }
      // What nobody reads is an output; a vector that is put together with others is to be seen as one.
      const read = (readers.get(layer.name) ?? []).filter(({ name }) => !origins.has(name));
      if (read.length > 0 && !(layer.type === "flatten" && read.some(({ type }) => arranging.has(type)))) {
        origins.set(layer.name, { node, words: [...words, ...said] });
        continue;
      }
    }
    const node = {
      layer,
      before: [...new Set(from.flatMap(({ words }) => words))],
      words: [...said, ...again(layer, origins)],
      sources: [...new Set(from.map((origin) => origin.node))],
    };
    nodes.push(node);
    origins.set(layer.name, { node, words: [] });
  }
  return nodes;
}

/** Whether the layer is called more than once. */
function isRepeated({ type, connectedTo }: LayerJson): boolean {
  return connectedTo.length > 1 && !arranging.has(type);
}

/** That the layer is called more than once, perhaps with what was made of its own output. */
function again(layer: LayerJson, known: ReadonlyMap<string, unknown>): string[] {
  if (!isRepeated(layer)) return [];
  const later = layer.connectedTo.filter((name) => !known.has(name));
  return [`applied ${layer.connectedTo.length} times`, ...later.map((name) => `again after ${name}`)];
}
