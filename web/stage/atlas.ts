/** All maps of a network in one small picture, one pixel a unit: the stage's canvas enlarges its parts. */
import type { LayerOutput } from "lenet5";
import { type ColourTable, colourIndex } from "../design/colours.ts";
import type { PlacedLayer } from "./layout.ts";

/** A map in the atlas. */
interface Slot {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Atlas {
  readonly canvas: OffscreenCanvas;
  /** The slots of each layer, by its name: one a map, and one for all single units. */
  readonly slots: ReadonlyMap<string, readonly Slot[]>;
  /** Colours a layer's values; {@link Atlas.draw} shows them. */
  put(place: PlacedLayer, output: LayerOutput, range: number, colours: ColourTable): void;
  draw(): void;
}

/** Pixels in a row of the atlas. */
const WIDTH = 1024;

export function atlasOf(places: readonly PlacedLayer[]): Atlas {
  const slots = new Map<string, Slot[]>();
  let [x, y, rowHeight, widest] = [0, 0, 0, 1];
  for (const { layer, across } of places) {
    if (layer.kind === "output") continue;
    const count = layer.kind === "units" ? 1 : layer.maps;
    const cells = layer.maps * layer.columns;
    const [width, height] = layer.kind === "units" ? [across, Math.ceil(cells / across)] : [layer.columns, layer.rows];
    const own: Slot[] = [];
    for (let map = 0; map < count; map++) {
      if (x > 0 && x + width > WIDTH) [x, y, rowHeight] = [0, y + rowHeight, 0];
      own.push({ x, y, width, height });
      x += width;
      rowHeight = Math.max(rowHeight, height);
      widest = Math.max(widest, x);
    }
    slots.set(layer.name, own);
  }
  const canvas = new OffscreenCanvas(widest, Math.max(1, y + rowHeight));
  const context = canvas.getContext("2d")!;
  const image = context.createImageData(canvas.width, canvas.height);
  const pixels = new Uint32Array(image.data.buffer);
  const put: Atlas["put"] = ({ layer }, { values }, range, colours) => {
    const own = slots.get(layer.name);
    if (!own) return;
    const { maps, rows, columns } = layer;
    if (layer.kind === "units") {
      const { x: left, y: top, width } = own[0]!;
      for (let i = 0; i < maps * columns; i++)
        pixels[(top + Math.floor(i / width)) * canvas.width + left + (i % width)] =
          colours[colourIndex(values[i]!, range)]!;
      return;
    }
    for (let map = 0; map < maps; map++) {
      const { x: left, y: top } = own[map]!;
      for (let row = 0; row < rows; row++) {
        let to = (top + row) * canvas.width + left;
        let from = row * columns * maps + map;
        for (let column = 0; column < columns; column++, to++, from += maps)
          pixels[to] = colours[colourIndex(values[from]!, range)]!;
      }
    }
  };
  return { canvas, slots, put, draw: () => context.putImageData(image, 0, 0) };
}
