/**
 * Layers that are shown as one: a layer that sums products, the normalization behind it, and the activation behind that,
 * where nothing else reads what is in between. The last of them stands for all and has the first one's name.
 */
import type { LayerSummary } from "lenet5";
import type { Unit } from "./view.ts";

const sums: ReadonlySet<string> = new Set(["conv2d", "depthwiseConv2d", "separableConv2d", "conv2dTranspose", "dense"]);
const activations: ReadonlySet<string> = new Set(["relu", "leakyRelu", "elu", "prelu", "activation"]);

/** The layers that are shown as one, in their order, by the name of the last. */
export type Folds = ReadonlyMap<string, readonly LayerSummary[]>;

export function foldsOf(layers: readonly LayerSummary[]): Folds {
  const folds = new Map<string, readonly LayerSummary[]>();
  for (const first of layers) {
    if (!sums.has(first.type) || (first.config.activation ?? "linear") !== "linear") continue;
    const fold = [first];
    for (let next = follower(fold, layers); next; next = follower(fold, layers)) fold.push(next);
    if (fold.length > 1) folds.set(fold.at(-1)!.name, fold);
  }
  return folds;
}

/** The layer that belongs behind those of a fold. The network's output stands alone. */
function follower(fold: readonly LayerSummary[], layers: readonly LayerSummary[]): LayerSummary | undefined {
  const before = fold.at(-1)!;
  const readers = layers.filter(({ connectedTo }) => connectedTo.includes(before.name));
  const [next] = readers;
  if (!next || readers.length > 1 || next === layers.at(-1) || next.connectedTo.length > 1) return undefined;
  if (activations.has(before.type)) return undefined;
  const follows = activations.has(next.type) || (next.type === "batchNormalization" && fold.length === 1);
  return follows ? next : undefined;
}

/** The layers whose numbers are not shown: all of a fold but the last. */
export function insideFolds(layers: readonly LayerSummary[]): ReadonlySet<string> {
  return new Set([...foldsOf(layers).values()].flatMap((fold) => fold.slice(0, -1).map(({ name }) => name)));
}

/** The name of a layer on the stage: that of the first of its fold. */
export function shownName(layers: readonly LayerSummary[], name: string): string {
  return foldWith(layers, name)?.[0]?.name ?? name;
}

/** The unit whose number the stage shows for a unit of any layer, or for one that is named as on the stage. */
export function shownUnit(layers: readonly LayerSummary[], unit: Unit): Unit {
  return { ...unit, layer: foldWith(layers, unit.layer)?.at(-1)?.name ?? unit.layer };
}

/** The unit of another network that stands at the same place under the same name. */
export function twinUnit(from: readonly LayerSummary[], to: readonly LayerSummary[], unit: Unit): Unit {
  return shownUnit(to, { ...unit, layer: shownName(from, unit.layer) });
}

function foldWith(layers: readonly LayerSummary[], name: string): readonly LayerSummary[] | undefined {
  return [...foldsOf(layers).values()].find((fold) => fold.some((layer) => layer.name === name));
}
