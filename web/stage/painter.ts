/** Paints the maps of a network on the stage's canvas, at the device's resolution. */
import type { LayerOutput } from "lenet5";
import { activationColours, type ColourTable, inkColours } from "../design/colours.ts";
import { type Atlas, atlasOf } from "./atlas.ts";
import { DOTS, hasDots } from "./blocks.ts";
import { LEGEND, type PlacedLayer, type StageLayout } from "./layout.ts";

/** The colours of the page around the maps. */
export interface Look {
  readonly isDark: boolean;
  /** CSS colours: frames around maps, and dots of connections. */
  readonly line: string;
  readonly soft: string;
}

export interface Painter {
  /** Paints all maps; with a change of layout or look, what is around them too. */
  paint(outputs: readonly LayerOutput[] | undefined, ranges: ReadonlyMap<string, number>): void;
}

export function painterOf(canvas: HTMLCanvasElement, { places }: StageLayout, ratio: number, look: Look): Painter {
  const context = canvas.getContext("2d")!;
  const atlas = atlasOf(places);
  const device = (value: number) => Math.round(value * ratio);
  context.clearRect(0, 0, canvas.width, canvas.height);
  for (const place of places) {
    frames(context, place, atlas, device, look);
    if (hasDots(place.layer)) dots(context, place, device, look);
    legend(context, place, device, coloursOf(place, look));
  }
  return {
    paint(outputs, ranges) {
      for (const place of places) {
        const output = outputs?.find(({ name }) => name === place.layer.name) ?? empty(place);
        atlas.put(place, output, ranges.get(place.layer.name) ?? 1, coloursOf(place, look));
      }
      atlas.draw();
      for (const place of places) {
        // A unit of less than a pixel is a mean, and else has sharp edges.
        context.imageSmoothingEnabled = device(place.unit) < 1;
        atlas.slots.get(place.layer.name)?.forEach(({ x, y, width, height }, map) => {
          const { left, top, right, bottom } = deviceMap(place, map, width, height, device);
          context.drawImage(atlas.canvas, x, y, width, height, left, top, right - left, bottom - top);
        });
      }
    },
  };
}

function coloursOf({ layer }: PlacedLayer, { isDark }: Look): ColourTable {
  return (layer.kind === "input" ? inkColours : activationColours)(isDark);
}

/** Zeros, for a pad without ink. */
function empty({ layer }: PlacedLayer): LayerOutput {
  const { name, maps, rows, columns, summary } = layer;
  return {
    name,
    type: summary.type as LayerOutput["type"],
    shape: [],
    values: new Float32Array(maps * rows * columns),
  };
}

function deviceMap(
  { corners, unit }: PlacedLayer,
  map: number,
  width: number,
  height: number,
  device: (value: number) => number,
) {
  const [left, top] = [device(corners[map]!.x), device(corners[map]!.y)];
  return { left, top, right: left + device(unit * width), bottom: top + device(unit * height) };
}

/** A line of one device pixel around each map: a map of zeros is seen as a map. */
function frames(
  context: CanvasRenderingContext2D,
  place: PlacedLayer,
  atlas: Atlas,
  device: (value: number) => number,
  look: Look,
) {
  context.fillStyle = look.line;
  atlas.slots.get(place.layer.name)?.forEach(({ width, height }, map) => {
    const { left, top, right, bottom } = deviceMap(place, map, width, height, device);
    context.fillRect(left - 1, top - 1, right - left + 2, bottom - top + 2);
  });
}

/** Where the dots of a map stand: one for each map that it could see. */
export function dotCentres(
  { layer, corners, unit }: PlacedLayer,
  map: number,
): { readonly x: number; readonly y: number }[] {
  const inputs = layer.inputs[0]!.outputShape[2]!;
  const { x, y } = corners[map]!;
  const width = layer.columns * unit;
  return Array.from({ length: inputs }, (_, i) => ({
    x: x + (width * (i + 0.5)) / inputs,
    y: y + layer.rows * unit + DOTS / 2 + 1,
  }));
}

function dots(context: CanvasRenderingContext2D, place: PlacedLayer, device: (value: number) => number, look: Look) {
  const radius = device(1.75);
  place.layer.table!.forEach((seen, map) => {
    dotCentres(place, map).forEach(({ x, y }, i) => {
      context.beginPath();
      const isSeen = seen.includes(i);
      context.arc(device(x), device(y), isSeen ? radius : radius * 0.6, 0, 2 * Math.PI);
      context.fillStyle = isSeen ? look.soft : look.line;
      context.fill();
    });
  });
}

/** Where a layer's legend stands: the bar of its colours. Its numbers are text of the page. */
export function legendBox({ layer, box, body }: PlacedLayer) {
  const width = Math.min(box.width, 96);
  return {
    x: body.x,
    y: box.y + box.height - LEGEND + 8,
    width: layer.kind === "input" ? Math.min(width, 64) : width,
    height: 6,
  };
}

function legend(
  context: CanvasRenderingContext2D,
  place: PlacedLayer,
  device: (value: number) => number,
  colours: ColourTable,
) {
  if (place.layer.kind === "output") return;
  const { x, y, width, height } = legendBox(place);
  const [left, columns] = [device(x), device(width)];
  const middle = (colours.length - 1) / 2;
  for (let i = 0; i < columns; i++) {
    const part = i / (columns - 1);
    // Ink has one side, of 0 to 1.
    const index = Math.round(place.layer.kind === "input" ? middle + part * middle : part * 2 * middle);
    const pixel = colours[index]!;
    context.fillStyle = `rgb(${pixel & 255} ${(pixel >> 8) & 255} ${(pixel >> 16) & 255})`;
    context.fillRect(left + i, device(y), 1, device(height));
  }
}
