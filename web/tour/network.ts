/** The parts of a network that the tour speaks of, found by what they do: their names may be any. */
import type { LayerOutput, LayerSummary } from "lenet5";
import { seenBy } from "../networks/fields.ts";
import type { Forward, NetworkFacts } from "../state/network.ts";
import type { Highlight } from "../state/state.ts";
import { layoutOf } from "../state/units.ts";
import type { Unit } from "../state/view.ts";
import { name, type Piece } from "./text.ts";

/** A layer that slides a window over maps, and the layer that it reads. */
export interface Sliding {
  readonly layer: LayerSummary;
  readonly source: LayerSummary;
  /** Rows and columns of the window, and by how much it moves. */
  readonly window: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly pads: boolean;
}

const pools = ["averagePooling2d", "maxPooling2d", "subsampling2d"];

export function layerOf(network: NetworkFacts, layer: string): LayerSummary | undefined {
  return network.summary.layers.find((one) => one.name === layer);
}

export function sourceOf(network: NetworkFacts, layer: LayerSummary): LayerSummary {
  return layerOf(network, layer.connectedTo[0]!)!;
}

export function imageOf(network: NetworkFacts): LayerSummary {
  return network.summary.layers[0]!;
}

export function outputOf(network: NetworkFacts): LayerSummary {
  return network.summary.layers.at(-1)!;
}

/** The convolutions and poolings, in their order. */
export function slidingOf(network: NetworkFacts): readonly Sliding[] {
  return network.summary.layers
    .filter(({ type }) => type === "conv2d" || pools.includes(type))
    .map((layer) => {
      const { kernelSize, poolSize, strides, padding } = layer.config as Record<string, readonly [number, number]>;
      return {
        layer,
        source: sourceOf(network, layer),
        window: (kernelSize ?? poolSize)!,
        stride: strides!,
        pads: (padding as unknown) === "same",
      };
    });
}

/** The convolutions whose windows have more than one place to be. */
export function convolutionsOf(network: NetworkFacts): readonly Sliding[] {
  return slidingOf(network).filter(({ layer }) => layer.type === "conv2d" && !isPoint(layer));
}

export function poolingsOf(network: NetworkFacts): readonly Sliding[] {
  return slidingOf(network).filter(({ layer }) => pools.includes(layer.type));
}

/** Whether a layer's maps have become single numbers. */
export function isPoint({ outputShape }: LayerSummary): boolean {
  const { rows, columns, maps } = layoutOf(outputShape);
  return outputShape.length === 1 || (rows === 1 && columns === 1 && maps >= 1);
}

export function sizeOf({ outputShape }: LayerSummary): number {
  return outputShape.reduce((product, size) => product * size, 1);
}

/** The S2 maps that each C3 map sees: all of them where the layer has no connection table. */
export function seenMaps({ layer, source }: Sliding): readonly (readonly number[])[] {
  const table = layer.config.connectionTable as readonly (readonly number[])[] | undefined;
  const groups = (layer.config.groups as number | undefined) ?? 1;
  const [inputs, outputs] = [source, layer].map(({ outputShape }) => layoutOf(outputShape).maps) as [number, number];
  return (
    table ??
    Array.from({ length: outputs }, (_, map) => {
      const first = Math.floor((map * groups) / outputs) * (inputs / groups);
      return Array.from({ length: inputs / groups }, (_, i) => first + i);
    })
  );
}

export function valuesOf(forward: Forward | undefined, layer: LayerSummary): LayerOutput | undefined {
  return forward?.layers.find(({ name }) => name === layer.name);
}

/** The unit with the value farthest from 0. */
export function strongest({ values, shape, name }: LayerOutput): { readonly unit: Unit; readonly index: number } {
  const index = values.reduce((best, value, i) => (Math.abs(value) > Math.abs(values[best]!) ? i : best), 0);
  const { maps, columns } = layoutOf(shape);
  const position = Math.floor(index / maps);
  const unit = { layer: name, map: index % maps, row: Math.floor(position / columns), column: position % columns };
  return { unit, index };
}

/** All of a layer, or some of its maps. */
export function lit({ name, outputShape }: LayerSummary, maps: Highlight["maps"] = "all"): Highlight {
  const { rows, columns } = layoutOf(outputShape);
  return { layer: name, maps, rows: [0, rows - 1], columns: [0, columns - 1] };
}

/** A layer's name, or other words for it, as a word that lights it. */
export function layerWord(layer: LayerSummary, text: string = layer.name): Piece {
  return { type: "part", text, light: { type: "layers", layers: [lit(layer)] } };
}

/** Some maps of a layer, as a word that lights them. */
export function mapsWord(layer: LayerSummary, maps: readonly number[], text: string): Piece {
  return { type: "part", text, light: { type: "layers", layers: [lit(layer, maps)] } };
}

/** A unit, as a word that shows what it sees. */
export function unitWord(unit: Unit, text: string): Piece {
  return { type: "part", text, light: { type: "unit", unit } };
}

/** The weights that were trained; all of them in a network that was never to be. */
export function weightsOf({ summary }: NetworkFacts): number {
  return summary.trainableParams || summary.params;
}

/** Whether the classes are the ten digits. */
export function readsDigits({ classNames }: NetworkFacts): boolean {
  return classNames.join("") === "0123456789";
}

/** The classes from the best to the worst, with their scores. */
export function ranked(
  network: NetworkFacts,
  { scores }: Forward,
): readonly { readonly className: string; readonly score: number; readonly index: number }[] {
  const sign = network.outputsDistances ? 1 : -1;
  return scores
    .map((score, index) => ({ className: network.classNames[index]!, score, index }))
    .toSorted((a, b) => sign * (a.score - b.score));
}

/** Whether the outputs are probabilities. */
export function outputsProbabilities(network: NetworkFacts): boolean {
  const output = outputOf(network);
  return output.type === "softmax" || output.config.activation === "softmax";
}

export function networkName(network: NetworkFacts): Piece {
  return name(network.title);
}

/** The layer itself, or the one below it where it only writes the same numbers in another order. */
export function withNumbers(network: NetworkFacts, layer: LayerSummary): LayerSummary {
  let at = layer;
  while (["flatten", "reshape", "dropout"].includes(at.type)) at = sourceOf(network, at);
  return at;
}

/** How many rows and columns of the input the number in the middle of a layer sees. */
export function fieldOf(
  { summary }: NetworkFacts,
  layer: LayerSummary,
): { readonly rows: number; readonly columns: number } {
  const { lit } = seenBy(summary, middleOf(layer));
  const { rows, columns } = lit.find((one) => one.layer === summary.layers[0]!.name) ?? {
    rows: [0, 0],
    columns: [0, 0],
  };
  return { rows: rows[1] - rows[0] + 1, columns: columns[1] - columns[0] + 1 };
}

/** The number in the middle of a layer's first map. */
export function middleOf({ name, outputShape }: LayerSummary): Unit {
  const { rows, columns } = layoutOf(outputShape);
  return { layer: name, map: 0, row: Math.floor(rows / 2), column: Math.floor(columns / 2) };
}
