/** What the arithmetic of a unit is made of: its layer's weights, and the numbers of the layers that it reads. */
import type { LayerConfig, LayerOutput, LayerSummary, Shape } from "lenet5";
import { type Links, linksOf, type Size, sizeOf, type Taps } from "../../networks/links.ts";
import type { Forward, NetworkFacts } from "../../state/network.ts";
import { unitAt, unitIndex } from "../../state/units.ts";
import type { Unit } from "../../state/view.ts";

/** A place in a layer: a row, a column and a channel; a vector has channels only. */
export type Place = readonly [row: number, column: number, channel: number];

export interface Given {
  readonly layer: LayerSummary;
  readonly config: LayerConfig;
  /** Of the unit. */
  readonly place: Place;
  readonly size: Size;
  readonly sources: readonly Source[];
  /** The image, where the layer is an input; its bytes times `scale` are the numbers. */
  readonly image: { readonly bytes: ArrayLike<number>; readonly scale: number };
  /** A weight of the layer; undefined where it has none of that name. */
  weight(name: string): { readonly shape: Shape; readonly data: Float32Array } | undefined;
}

/** A layer that the unit's layer reads. */
export interface Source {
  readonly layer: LayerSummary;
  readonly size: Size;
  readonly links: Links | undefined;
  readonly values: Float32Array;
  /** The index of a place; -1 outside, where padding is. */
  index(place: Place): number;
  unit(index: number): Unit;
}

/** What is needed of a network and of its pass. */
export type NetworkWeights = Pick<NetworkFacts, "id" | "summary" | "weights">;
export type PassValues = Pick<Forward, "network" | "input" | "layers">;

/** Everything about a unit; undefined where the network or its pass does not have it. */
export function givenOf({ summary, weights }: NetworkWeights, forward: PassValues, unit: Unit): Given | undefined {
  const layer = summary.layers.find(({ name }) => name === unit.layer);
  const index = layer ? unitIndex(layer.outputShape, unit) : -1;
  if (!layer || index < 0) return undefined;
  const outputs = new Map(forward.layers.map((output) => [output.name, output]));
  const inputs = layer.connectedTo.map((name) => summary.layers.find((other) => other.name === name)!);
  if ([layer, ...inputs].some(({ name }) => !outputs.has(name))) return undefined;
  const links = linksOf(
    layer,
    inputs.map(({ outputShape }) => outputShape),
  );
  const size = sizeOf(layer.outputShape);
  return {
    layer,
    config: layer.config,
    place: placeOf(index, size),
    size,
    sources: inputs.map((input, i) => sourceOf(input, links?.[i], outputs.get(input.name)!)),
    image: { bytes: forward.input.data, scale: forward.input.scale ?? 1 },
    weight: (name) => weights.get(`${layer.name}/${name}`),
  };
}

function sourceOf(layer: LayerSummary, links: Links | undefined, { values }: LayerOutput): Source {
  const size = sizeOf(layer.outputShape);
  return {
    layer,
    size,
    links,
    values,
    index: ([row, column, channel]) =>
      row >= 0 && row < size[0] && column >= 0 && column < size[1] && channel >= 0 && channel < size[2]
        ? (row * size[1] + column) * size[2] + channel
        : -1,
    unit: (index) => unitAt(layer.name, layer.outputShape, index),
  };
}

export function placeOf(index: number, [, columns, channels]: Size): Place {
  const position = Math.floor(index / channels);
  return [Math.floor(position / columns), position % columns, index % channels];
}

/** The places that a unit reads along each axis. */
export function axesOf({ links }: Source): readonly [rows: Taps, columns: Taps, channels: Taps] {
  if (links?.type !== "axes") throw new Error("expected links along axes");
  return links.axes;
}
