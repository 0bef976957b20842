import { largest } from "../../core/extremes.ts";
import { boxOf, type Component } from "../ink/components.ts";

/** Parts lower than this fraction of the digits' height do not stand for themselves. */
const SMALL = 0.3;

/**
 * The connected parts of the ink, together as digits, in reading order: lines from the top down, in a line from left to
 * right. Dots and dashes beside digits are left out.
 */
export function grouped(parts: readonly Component[], marks: Int32Array, columns: number): (readonly Component[])[] {
  const height = largest(parts.map(heightOf));
  let groups: (readonly Component[])[] = [];
  for (const part of parts) {
    let group: readonly Component[] = [part];
    // A group that has grown may reach others.
    for (let k = 0; k < groups.length; ) {
      if (belongTogether(groups[k], group, height, marks, columns)) {
        group = [...groups[k], ...group];
        groups.splice(k, 1);
        k = 0;
      } else k++;
    }
    groups.push(group);
  }
  const tallest = largest(groups.map((group) => heightOf(boxOf(group))));
  groups = groups.filter((group) => sideOf(boxOf(group)) >= SMALL * tallest);
  return inReadingOrder(groups);
}

type Sides = Pick<Component, "top" | "bottom" | "left" | "right">;
const heightOf = ({ top, bottom }: Sides) => bottom - top;
const widthOf = ({ left, right }: Sides) => right - left;
const sideOf = (box: Sides) => Math.max(heightOf(box), widthOf(box));

/** Whether two groups of parts are strokes of one digit. @param height that of a digit */
function belongTogether(
  some: readonly Component[],
  others: readonly Component[],
  height: number,
  marks: Int32Array,
  columns: number,
): boolean {
  const [a, b] = [boxOf(some), boxOf(others)];
  const across = Math.max(a.left, b.left) - Math.min(a.right, b.right);
  const down = Math.max(a.top, b.top) - Math.min(a.bottom, b.bottom);
  if (across > 0.15 * height || down > 0.3 * height) return false;
  const lower = Math.min(heightOf(a), heightOf(b));
  // Over each other, such as the bar of a 5 and its belly, or the two halves of a broken 8.
  const overlap = -across / Math.min(widthOf(a), widthOf(b));
  if (overlap > 0.5 && down > 0) return down <= (lower < 0.5 * height ? 0.3 : 0.12) * height;
  // Beside each other: a short stroke near a digit is part of it, two tall ones only where they nearly touch.
  const near = lower < 0.5 * height ? 0.12 : lower < 0.75 * height ? 0.07 : 0.03;
  return gapBetween(some, others, marks, columns, near * height);
}

/** Whether the pixels of two groups come nearer to each other than a distance, along rows, columns or diagonals. */
function gapBetween(
  some: readonly Component[],
  others: readonly Component[],
  marks: Int32Array,
  columns: number,
  distance: number,
): boolean {
  const reach = Math.max(2, Math.ceil(distance));
  const isOther = new Set(others.map(({ mark }) => mark));
  const target = boxOf(others);
  const rows = marks.length / columns;
  for (const { mark, top, bottom, left, right } of some) {
    const lastRow = Math.min(bottom, target.bottom + reach);
    const lastColumn = Math.min(right, target.right + reach);
    for (let row = Math.max(top, target.top - reach); row < lastRow; row++) {
      for (let column = Math.max(left, target.left - reach); column < lastColumn; column++) {
        if (marks[row * columns + column] !== mark) continue;
        for (const [dy, dx] of DIRECTIONS) {
          for (let step = 1; step <= reach; step++) {
            const [y, x] = [row + step * dy, column + step * dx];
            if (y < 0 || x < 0 || y >= rows || x >= columns) break;
            const there = marks[y * columns + x];
            if (there === mark) break;
            if (there !== 0 && isOther.has(there)) return true;
          }
        }
      }
    }
  }
  return false;
}

const DIRECTIONS = [
  [0, 1],
  [0, -1],
  [1, 0],
  [-1, 0],
  [1, 1],
  [1, -1],
  [-1, 1],
  [-1, -1],
] as const;

/** Lines from the top down: what overlaps in height with most of a line is in it. */
function inReadingOrder(groups: readonly (readonly Component[])[]): (readonly Component[])[] {
  const lines: (readonly Component[])[][] = [];
  const byTop = groups.toSorted((a, b) => boxOf(a).top - boxOf(b).top);
  for (const group of byTop) {
    const box = boxOf(group);
    const line = lines.find((of) => {
      const its = boxOf(of.flat());
      const overlap = Math.min(its.bottom, box.bottom) - Math.max(its.top, box.top);
      return overlap > 0.4 * Math.min(heightOf(its), heightOf(box));
    });
    if (line) line.push(group);
    else lines.push([group]);
  }
  return lines.flatMap((line) => line.toSorted((a, b) => centre(a) - centre(b)));
}

function centre(group: readonly Component[]): number {
  const { left, right } = boxOf(group);
  return left + right;
}
