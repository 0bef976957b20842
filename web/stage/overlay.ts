/** Paints what is above the maps: the units that are selected, what belongs to them, and a veil over the rest. */
import type { Highlight } from "../state/state.ts";
import type { Unit } from "../state/view.ts";
import type { Box, PlacedLayer, StageLayout } from "./layout.ts";
import { unitBox } from "./pointing.ts";
import { hasUnit, singleUnit } from "./shown-layers.ts";

/** What is marked. */
export interface Marks {
  /** The unit that {@link Marks.highlight} belongs to. */
  readonly selected: Unit | undefined;
  readonly pin: Unit | undefined;
  readonly second: Unit | undefined;
  readonly highlight: readonly Highlight[] | undefined;
}

/** CSS colours. */
export interface MarkColours {
  readonly accent: string;
  readonly ink: string;
  readonly paper: string;
}

export function paintMarks(
  canvas: HTMLCanvasElement,
  { places }: StageLayout,
  ratio: number,
  marks: Marks,
  colours: MarkColours,
): void {
  const context = canvas.getContext("2d")!;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  // Layers that are shown as one have maps of the same size: what is marked in one of them is marked there.
  const byName = new Map(
    places.flatMap((place) =>
      [place.layer.summary, ...place.layer.followers].map(({ name }): [string, PlacedLayer] => [name, place]),
    ),
  );
  const windows = (marks.highlight ?? []).flatMap((one) => {
    const place = byName.get(one.layer);
    return place ? [{ layer: one.layer, boxes: windowBoxes(place, one) }] : [];
  });
  if (windows.length > 0) {
    context.globalAlpha = 0.62;
    context.fillStyle = colours.paper;
    for (const { body } of places) context.fillRect(body.x - 1, body.y - 1, body.width + 2, body.height + 2);
    context.globalAlpha = 1;
    const boxes = windows.flatMap((window) => window.boxes);
    for (const { x, y, width, height } of boxes) context.clearRect(x, y, width, height);
    for (const box of boxes) outline(context, box, 1, colours.ink);
  }
  const { selected } = marks;
  const place = selected && byName.get(selected.layer);
  if (place && hasUnit(place.layer, selected)) {
    const unit = unitBox(place, selected);
    context.clearRect(unit.x, unit.y, unit.width, unit.height);
    context.strokeStyle = colours.accent;
    context.globalAlpha = 0.5;
    context.lineWidth = 1;
    for (const { layer, boxes } of windows)
      if (place.layer.reads.includes(layer)) for (const box of boxes) cornerLines(context, box, unit);
    context.globalAlpha = 1;
  }
  for (const unit of [marks.second, marks.pin, selected]) {
    const of = unit && byName.get(unit.layer);
    if (!of || !hasUnit(of.layer, unit)) continue;
    // The accent is a colour of maps, too: a line of the background's colour sets it off.
    const box = unitBox(of, unit);
    outline(context, box, 4, colours.paper);
    outline(
      context,
      { x: box.x - 1, y: box.y - 1, width: box.width + 2, height: box.height + 2 },
      2,
      unit === marks.second ? colours.ink : colours.accent,
    );
  }
}

/** An outline just outside a box. */
function outline(
  context: CanvasRenderingContext2D,
  { x, y, width, height }: Box,
  thickness: number,
  colour: string,
): void {
  context.strokeStyle = colour;
  context.lineWidth = thickness;
  context.strokeRect(x - thickness / 2, y - thickness / 2, width + thickness, height + thickness);
}

/** The rows of an output, with a margin to their text. */
function rowsBox({ body }: PlacedLayer): Box {
  return { x: body.x - 6, y: body.y - 2, width: body.width + 8, height: body.height + 4 };
}

/** The boxes of a highlighted window: one a map, or one a single unit. */
export function windowBoxes(place: PlacedLayer, { maps, rows, columns }: Highlight): Box[] {
  const { layer } = place;
  const chosen =
    maps === "all" ? Array.from({ length: layer.maps }, (_, i) => i) : maps.filter((map) => map < layer.maps);
  if (layer.kind === "units" || layer.kind === "output") {
    const [first, last] = [Math.max(0, columns[0]), Math.min(columns[1], layer.columns - 1)];
    const units = layer.maps > 1 ? chosen : Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i);
    if (units.length === layer.maps * layer.columns) return [layer.kind === "output" ? rowsBox(place) : place.body];
    return units.map((i) => unitBox(place, singleUnit(layer, i)));
  }
  const [top, bottom] = [Math.max(0, rows[0]), Math.min(rows[1], layer.rows - 1)];
  const [left, right] = [Math.max(0, columns[0]), Math.min(columns[1], layer.columns - 1)];
  if (bottom < top || right < left) return [];
  return chosen.map((map) => {
    const { x, y } = place.corners[map]!;
    return {
      x: x + left * place.unit,
      y: y + top * place.unit,
      width: (right - left + 1) * place.unit,
      height: (bottom - top + 1) * place.unit,
    };
  });
}

/** Two lines from a window to the unit that sees it: from its right side, or from its lower side to a unit below. */
function cornerLines(context: CanvasRenderingContext2D, from: Box, to: Box): void {
  const isBelow = to.y > from.y + from.height && to.x < from.x + from.width;
  const lines = isBelow
    ? [
        [from.x, from.y + from.height, to.x, to.y],
        [from.x + from.width, from.y + from.height, to.x + to.width, to.y],
      ]
    : [
        [from.x + from.width, from.y, to.x, to.y],
        [from.x + from.width, from.y + from.height, to.x, to.y + to.height],
      ];
  context.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    context.moveTo(x1!, y1!);
    context.lineTo(x2!, y2!);
  }
  context.stroke();
}
