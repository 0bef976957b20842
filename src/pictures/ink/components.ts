import { largest, smallest } from "../../core/extremes.ts";
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

/**
 * The connected parts of the pixels above 0, in the order of their first pixels. Runs of pixels in a row are joined with
 * those in the row above that they touch; the first run of a part stands for it.
 */
export function componentsOf(rows: number, columns: number, data: ArrayLike<number>): Components {
  const start: number[] = [];
  const end: number[] = [];
  const first: number[] = [];
  const firstOf = (run: number) => {
    let at = run;
    while (first[at] !== at) {
      first[at] = first[first[at]];
      at = first[at];
    }
    return at;
  };
  for (let row = 0, above = 0; row < rows; row++) {
    const aboveEnd = start.length;
    for (let at = row * columns, stop = at + columns; at < stop; at++) {
      if (!(data[at] > 0)) continue;
      const run = start.length;
      start.push(at);
      while (at < stop && data[at] > 0) at++;
      end.push(at);
      first.push(run);
      // Diagonal neighbours touch.
      while (above < aboveEnd && end[above] + columns < start[run]) above++;
      for (let other = above; other < aboveEnd && start[other] + columns <= end[run]; other++) {
        const a = firstOf(other);
        const b = firstOf(run);
        if (a < b) first[b] = a;
        else first[a] = b;
      }
    }
    above = aboveEnd;
  }
  const marks = new Int32Array(rows * columns);
  const list: Component[] = [];
  for (let run = 0; run < start.length; run++) {
    const leader = firstOf(run);
    const row = Math.floor(start[run] / columns);
    const left = start[run] - row * columns;
    if (leader === run)
      list.push({ mark: list.length + 1, pixels: 0, mass: 0, peak: 0, top: row, bottom: 0, left, right: 0 });
    // Runs of one part before this one have its mark already.
    const part = leader === run ? list[list.length - 1] : list[marks[start[leader]] - 1];
    for (let at = start[run]; at < end[run]; at++) {
      const value = data[at];
      marks[at] = part.mark;
      part.mass += value;
      if (value > part.peak) part.peak = value;
    }
    part.pixels += end[run] - start[run];
    part.bottom = row + 1;
    part.left = Math.min(part.left, left);
    part.right = Math.max(part.right, end[run] - row * columns);
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
    top: smallest(parts.map((part) => part.top)),
    bottom: largest(parts.map((part) => part.bottom)),
    left: smallest(parts.map((part) => part.left)),
    right: largest(parts.map((part) => part.right)),
  };
}
