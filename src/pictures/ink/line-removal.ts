import type { Line } from "./lines.ts";

/** Slopes, columns over rows, of strokes that cross a line. */
const SLOPES = [0, 0.25, -0.25, 0.5, -0.5, 0.75, -0.75, 1, -1, 1.4, -1.4, 2, -2];

/**
 * Takes a line out of the ink and leaves the strokes that cross it: in the line's band, a pixel stays where some
 * straight stroke through it has ink on both sides of the band, or much ink on one, or where it is clearly darker than
 * the line alone.
 *
 * @param ink `[rows, columns]`, changed in place
 */
export function removeLine(ink: Float32Array, rows: number, columns: number, line: Line): void {
  const { from, to, start, slope } = line;
  const half = line.thickness / 2;
  const level = levelOf(ink, rows, columns, line);
  const isInk = (row: number, column: number) =>
    row >= 0 &&
    row < rows &&
    column >= 0 &&
    column < columns &&
    ink[row * columns + column] > Math.max(0.25, 0.35 * level);
  // Decided with the line in place, then taken out.
  const cleared: number[] = [];
  for (let column = Math.max(0, from - 1); column < Math.min(columns, to + 1); column++) {
    const middle = start + slope * column;
    const top = Math.floor(middle - half - 0.5);
    const bottom = Math.ceil(middle + half + 0.5);
    const needed = Math.max(2, Math.ceil(0.7 * line.thickness));
    const stays = (row: number): boolean => {
      if (ink[row * columns + column] > 1.35 * level + 0.1) return true;
      for (const lean of SLOPES) {
        const above =
          isInk(top - 1, Math.round(column + lean * (row - top + 1))) &&
          isInk(top - 2, Math.round(column + lean * (row - top + 2)));
        const below =
          isInk(bottom + 1, Math.round(column - lean * (bottom + 1 - row))) &&
          isInk(bottom + 2, Math.round(column - lean * (bottom + 2 - row)));
        if (above && below) return true;
      }
      return false;
    };
    // A stroke that runs along the line or ends on it keeps its full width.
    const rest = (edge: number, step: 1 | -1) => {
      let length = 0;
      while (length <= needed && isInk(edge + step * length, column)) length++;
      return length > needed;
    };
    const isStroke = rest(top - 1, -1) || rest(bottom + 1, 1);
    for (let row = Math.max(0, top); row <= Math.min(rows - 1, bottom); row++) {
      const at = row * columns + column;
      if (ink[at] > 0 && !(isStroke || stays(row))) cleared.push(at);
    }
  }
  for (const at of cleared) ink[at] = 0;
}

/** The ink of most of the line, where it is darkest: rows of half-covered pixels lie along its edges. */
function levelOf(
  ink: Float32Array,
  rows: number,
  columns: number,
  { from, to, start, slope, thickness }: Line,
): number {
  const values: number[] = [];
  for (let column = from; column < to; column++) {
    const middle = start + slope * column;
    const last = Math.min(rows - 1, Math.ceil(middle + thickness / 2));
    let most = 0;
    for (let row = Math.max(0, Math.floor(middle - thickness / 2)); row <= last; row++) {
      most = Math.max(most, ink[row * columns + column]);
    }
    if (most > 0) values.push(most);
  }
  values.sort((a, b) => a - b);
  return values[Math.floor(0.4 * values.length)] ?? 1;
}
