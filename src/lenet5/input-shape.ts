import { InputError, shown } from "../core/errors.ts";
import type { Check } from "../core/options.ts";

/** The smallest side of an image: of LeNet-5, C1 leaves 12, S2 6, C3 2 and S4 1. */
export const SMALLEST = 16;

/** The shape of LeNet-5's images. */
export type InputShape = readonly [rows: number, columns: number, channels: number];

/** The images that LeNet-5 can be built for: at least 16x16. */
export const inputShape: Check<InputShape> = (what, given) => {
  const [rows, columns, channels, ...more] = Array.isArray(given) ? (given as readonly number[]) : [];
  const isWhole = [rows, columns, channels].every((side) => Number.isInteger(side) && side! >= 1);
  if (!isWhole || more.length > 0)
    throw new InputError(`${what}: expected [rows, columns, channels], such as [32, 32, 1], got ${shown(given)}`);
  if (Math.min(rows!, columns!) >= SMALLEST) return [rows!, columns!, channels!];
  throw new InputError(
    `${what}: expected images of at least ${SMALLEST}x${SMALLEST}, got ${rows}x${columns}; enlarge them, such as to 32x32`,
  );
};

/** Rows and columns that are left for C5 after C1, S2, C3 and S4: of 32 5. C5's kernel covers them. */
export function sizeOfS4([rows, columns]: InputShape): readonly [rows: number, columns: number] {
  const left = (side: number) => Math.floor((Math.floor((side - 4) / 2) - 4) / 2);
  return [left(rows), left(columns)];
}
