import { InputError, shown, wholeNumber } from "../core/errors.ts";

/** Counts of rows above and below an image, and of columns left and right. */
export type Sides = readonly [
  rows: readonly [top: number, bottom: number],
  columns: readonly [left: number, right: number],
];

/** The check of an option that counts rows and columns at the sides of an image, in one of Keras's three forms. */
export function sides(what: string, given: number | readonly [rows: number, columns: number] | Sides): Sides {
  const axes: readonly unknown[] = Array.isArray(given) ? given : [given, given];
  const pairs = axes.map((axis): readonly unknown[] => (Array.isArray(axis) ? axis : [axis, axis]));
  if (pairs.length !== 2 || pairs.some((pair) => pair.length !== 2)) {
    throw new InputError(
      `${what}: expected a number, [rows, columns] or [[top, bottom], [left, right]], got ${shown(given)}`,
    );
  }
  return pairs.map((pair) => pair.map((size) => wholeNumber(what, size as number, 0))) as unknown as Sides;
}
