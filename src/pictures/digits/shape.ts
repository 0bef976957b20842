import { largest } from "../../core/extremes.ts";
import { componentsOf, sideOf } from "../ink/components.ts";
import { strokeWidth } from "../ink/widen.ts";
import type { Ink } from "../mnist-frame.ts";

/** What a shape has that digits do not have. */
export type ShapeDoubt = "wide" | "filled" | "holes" | "parts" | "crossings";

/** The measures of a shape that tell digits from other drawings. */
export interface Shape {
  /** Width over height. */
  readonly aspect: number;
  /** The width of its strokes over the longer side. */
  readonly stroke: number;
  /** The part of its box that ink covers. */
  readonly cover: number;
  /** Areas of paper that ink encloses, without those smaller than a fiftieth of the box. */
  readonly holes: number;
  /** Connected parts, without those with less than a tenth of the largest one's ink. */
  readonly parts: number;
  /** How many strokes straight lines across or down the shape cross, over a fifth of its length. */
  readonly crossings: number;
}

/**
 * @param ink the shape alone, up to the edges of its box
 * @param stroke the width of its strokes, where it is known
 */
export function shapeOf(ink: Ink, stroke: number = strokeWidth(ink)): Shape {
  const { rows, columns, data } = ink;
  const marked = new Uint8Array(data.length);
  let inked = 0;
  for (let at = 0; at < data.length; at++) {
    if (data[at] <= 0.4) continue;
    marked[at] = 1;
    inked++;
  }
  const parts = componentsOf(rows, columns, marked).list;
  const most = largest(
    parts.map(({ pixels }) => pixels),
    0,
  );
  return {
    aspect: columns / rows,
    stroke: stroke / Math.max(rows, columns),
    cover: inked / (rows * columns),
    holes: holesIn(marked, rows, columns),
    parts: parts.filter(({ pixels }) => pixels >= 0.1 * most).length,
    crossings: Math.max(crossings(marked, rows, columns, columns, 1), crossings(marked, columns, rows, 1, columns)),
  };
}

function holesIn(marked: Uint8Array, rows: number, columns: number): number {
  // A rim of paper, so that all of it outside is connected. Diagonal neighbours count, so a hole must be closed well.
  const [height, width] = [rows + 2, columns + 2];
  const paper = new Uint8Array(height * width).fill(1);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (marked[row * columns + column]) paper[(row + 1) * width + column + 1] = 0;
    }
  }
  const areas = componentsOf(height, width, paper).list.filter((area) => area.top > 0);
  return areas.filter((area) => area.pixels >= 0.02 * rows * columns && sideOf(area) > 2).length;
}

/** The fourth largest count of strokes on lines at every twentieth. */
function crossings(marked: Uint8Array, lines: number, length: number, lineStep: number, step: number): number {
  const counts: number[] = [];
  for (let k = 0; k < 20; k++) {
    const start = Math.floor(((k + 0.5) * lines) / 20) * lineStep;
    let [count, before] = [0, 0];
    for (let i = 0; i < length; i++) {
      const value = marked[start + i * step];
      if (value > before) count++;
      before = value;
    }
    counts.push(count);
  }
  return counts.sort((a, b) => b - a)[3];
}

/** Takes what {@link shapeOf} takes. */
export function shapeDoubts(ink: Ink, width?: number): ShapeDoubt[] {
  const { aspect, stroke, cover, holes, parts, crossings } = shapeOf(ink, width);
  const doubts: ShapeDoubt[] = [];
  if (aspect > 1.75) doubts.push("wide");
  if (aspect > 0.5 && (stroke > 0.36 || cover > 0.85)) doubts.push("filled");
  if (holes > 2) doubts.push("holes");
  if (parts > 3) doubts.push("parts");
  if (crossings > 5) doubts.push("crossings");
  return doubts;
}
