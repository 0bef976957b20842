/** Which unit is where on the stage, and where keys lead. */
import type { Unit } from "../state/view.ts";
import { DOTS, hasDots } from "./blocks.ts";
import type { PlacedLayer, StageLayout } from "./layout.ts";
import { dotCentres } from "./painter.ts";
import { type ShownLayer, singleIndex, singleUnit } from "./shown-layers.ts";

/** What is at a point of the stage. */
export interface Target {
  /** A unit; of the output, that of its n-th row. */
  readonly unit?: Unit;
  /** A dot below a map: the map that it stands for, of the layer that is read. */
  readonly link?: { readonly layer: string; readonly map: number };
}

/** What is at a point; undefined for nothing. Between maps, the nearest one is meant. */
export function targetAt({ places }: StageLayout, x: number, y: number): Target | undefined {
  for (const place of places) {
    const { layer, body, unit, corners, across, row } = place;
    if (x < body.x - 4 || x > body.x + body.width + 4 || y < body.y - 4 || y > body.y + body.height + 4) continue;
    if (layer.kind === "output")
      return { unit: singleUnit(layer, clamp(Math.floor((y - body.y) / row), layer.maps * layer.columns)) };
    if (layer.kind === "units") {
      const i = Math.min(
        layer.maps * layer.columns - 1,
        clamp(Math.floor((x - body.x) / unit), across) + across * Math.max(0, Math.floor((y - body.y) / unit)),
      );
      return { unit: singleUnit(layer, i) };
    }
    for (const [map, corner] of corners.entries()) {
      const [column, line] = [(x - corner.x) / unit, (y - corner.y) / unit];
      const margin = 3 / unit;
      if (column >= -margin && column < layer.columns + margin && line >= -margin && line < layer.rows + margin)
        return {
          unit: {
            layer: layer.name,
            map,
            row: clamp(Math.floor(line), layer.rows),
            column: clamp(Math.floor(column), layer.columns),
          },
        };
      if (
        hasDots(layer) &&
        column >= 0 &&
        column < layer.columns &&
        y < corner.y + layer.rows * unit + DOTS + 3 &&
        line >= layer.rows
      ) {
        const centres = dotCentres(place, map);
        const nearest = centres.reduce(
          (best, dot, i) => (Math.abs(dot.x - x) < Math.abs(centres[best]!.x - x) ? i : best),
          0,
        );
        return { link: { layer: layer.reads[0]!, map: nearest } };
      }
    }
  }
  return undefined;
}

/** The corner and the size of a unit on the stage. */
export function unitBox(
  place: PlacedLayer,
  unit: Unit,
): { readonly x: number; readonly y: number; readonly width: number; readonly height: number } {
  const { layer, body, across, row, unit: side, corners } = place;
  if (layer.kind === "output")
    return { x: body.x, y: body.y + row * singleIndex(layer, unit), width: body.width, height: row };
  if (layer.kind === "units") {
    const i = singleIndex(layer, unit);
    return { x: body.x + (i % across) * side, y: body.y + Math.floor(i / across) * side, width: side, height: side };
  }
  const corner = corners[unit.map]!;
  return { x: corner.x + unit.column * side, y: corner.y + unit.row * side, width: side, height: side };
}

/** The unit that a key leads to; undefined for a key that moves nothing. At the edge of a map a key stays. */
export function movedUnit(
  { layer, across }: Pick<PlacedLayer, "layer" | "across">,
  unit: Unit,
  key: string,
): Unit | undefined {
  if (layer.kind === "units" || layer.kind === "output") {
    const [i, count] = [singleIndex(layer, unit), layer.maps * layer.columns];
    const width = layer.kind === "output" ? 1 : across;
    const steps: Readonly<Record<string, number>> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: width,
      ArrowUp: -width,
      Home: -i,
      End: count - 1 - i,
    };
    const step = steps[key];
    if (step === undefined) return undefined;
    return i + step < 0 || i + step >= count ? unit : singleUnit(layer, i + step);
  }
  const { maps, rows, columns } = layer;
  const { map, row, column } = unit;
  const moves: Readonly<Record<string, Partial<Unit>>> = {
    ArrowRight: { column: column + 1 },
    ArrowLeft: { column: column - 1 },
    ArrowDown: { row: row + 1 },
    ArrowUp: { row: row - 1 },
    PageDown: { map: map + 1 },
    PageUp: { map: map - 1 },
    Home: { column: 0 },
    End: { column: columns - 1 },
  };
  const move = moves[key];
  if (!move) return undefined;
  const moved = { ...unit, ...move };
  return { ...moved, map: clamp(moved.map, maps), row: clamp(moved.row, rows), column: clamp(moved.column, columns) };
}

/** The unit of a layer at the place where a unit of another is, of `[` and `]`. */
export function sameSpot(from: ShownLayer, unit: Unit, to: ShownLayer): Unit {
  if (to.kind === "units" || to.kind === "output") return singleUnit(to, 0);
  const scaled = (at: number, size: number, other: number) => clamp(Math.floor(((at + 0.5) / size) * other), other);
  const isSingle = from.kind === "units" || from.kind === "output";
  return {
    layer: to.name,
    map: isSingle ? 0 : clamp(Math.floor((unit.map / from.maps) * to.maps), to.maps),
    row: isSingle ? Math.floor(to.rows / 2) : scaled(unit.row, from.rows, to.rows),
    column: isSingle ? Math.floor(to.columns / 2) : scaled(unit.column, from.columns, to.columns),
  };
}

/** 0 to count - 1 */
function clamp(i: number, count: number): number {
  return Math.min(Math.max(i, 0), count - 1);
}
