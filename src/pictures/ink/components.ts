/** A connected part of the ink: pixels above 0 that touch each other, also at corners. */
export interface Component {
  /** The number by which its pixels are marked, from 1 on. */
  readonly mark: number;
  pixels: number;
  mass: number;
  peak: number;
  /** The first row and column, and those after the last. */
  top: number;
  bottom: number;
  left: number;
  right: number;
}

export interface Components {
  /** `[rows, columns]`: the mark of each pixel's component; 0 = no ink. */
  readonly marks: Int32Array;
  readonly list: readonly Component[];
}

/** The connected parts of the pixels above 0. */
export function componentsOf(rows: number, columns: number, data: ArrayLike<number>): Components {
  const marks = new Int32Array(rows * columns);
  const list: Component[] = [];
  // Each pixel is pushed at most once.
  const stack = new Int32Array(rows * columns);
  let depth = 0;
  for (let seed = 0; seed < marks.length; seed++) {
    if (marks[seed] !== 0 || !(data[seed] > 0)) continue;
    const mark = list.length + 1;
    const part: Component = { mark, pixels: 0, mass: 0, peak: 0, top: rows, bottom: 0, left: columns, right: 0 };
    marks[seed] = mark;
    stack[depth++] = seed;
    while (depth > 0) {
      const at = stack[--depth];
      const row = Math.floor(at / columns);
      const column = at - row * columns;
      const value = data[at];
      part.pixels++;
      part.mass += value;
      if (value > part.peak) part.peak = value;
      if (row < part.top) part.top = row;
      if (row >= part.bottom) part.bottom = row + 1;
      if (column < part.left) part.left = column;
      if (column >= part.right) part.right = column + 1;
      const lastRow = Math.min(row + 1, rows - 1);
      const firstColumn = Math.max(column - 1, 0);
      const lastColumn = Math.min(column + 1, columns - 1);
      for (let y = Math.max(row - 1, 0); y <= lastRow; y++) {
        for (let near = y * columns + firstColumn; near <= y * columns + lastColumn; near++) {
          if (marks[near] !== 0 || !(data[near] > 0)) continue;
          marks[near] = mark;
          stack[depth++] = near;
        }
      }
    }
    list.push(part);
  }
  return { marks, list };
}

/** The longer side of a component. */
export function sideOf({ top, bottom, left, right }: Component): number {
  return Math.max(bottom - top, right - left);
}

/** The smallest box around some components. */
export function boxOf(parts: readonly Component[]): { top: number; bottom: number; left: number; right: number } {
  return {
    top: Math.min(...parts.map((part) => part.top)),
    bottom: Math.max(...parts.map((part) => part.bottom)),
    left: Math.min(...parts.map((part) => part.left)),
    right: Math.max(...parts.map((part) => part.right)),
  };
}
