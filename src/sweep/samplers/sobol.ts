import { random } from "../../core/random.ts";
import { settingsFrom } from "../space.ts";
import { valueAt } from "../variation.ts";
import type { Sampler } from "./sampler.ts";

const BITS = 32;

/**
 * Primitive polynomials and first direction numbers of dimensions 2 to 21: `new-joe-kuo-6.21201` of S. Joe and F. Y. Kuo,
 * Constructing Sobol sequences with better two-dimensional projections, SIAM J. Sci. Comput. 30, 2008. A row is the
 * coefficients of the polynomial between the first and the last, as bits, and the numbers m.
 */
const directions: readonly (readonly [coefficients: number, m: readonly number[]])[] = [
  [0, [1]],
  [1, [1, 3]],
  [1, [1, 3, 1]],
  [2, [1, 1, 1]],
  [1, [1, 1, 3, 3]],
  [4, [1, 3, 5, 13]],
  [2, [1, 1, 5, 5, 17]],
  [4, [1, 1, 5, 5, 5]],
  [7, [1, 1, 7, 11, 19]],
  [11, [1, 1, 5, 1, 1]],
  [13, [1, 1, 1, 3, 11]],
  [14, [1, 3, 5, 5, 31]],
  [1, [1, 3, 3, 9, 7, 49]],
  [13, [1, 1, 1, 15, 21, 21]],
  [16, [1, 3, 1, 13, 27, 49]],
  [19, [1, 1, 1, 15, 7, 5]],
  [22, [1, 3, 1, 15, 13, 25]],
  [25, [1, 1, 5, 5, 19, 61]],
  [1, [1, 3, 7, 11, 23, 15, 103]],
  [4, [1, 3, 7, 13, 13, 15, 69]],
];

/** The most dimensions of a {@link sobolPoints} sequence. */
export const MAX_DIMENSIONS = directions.length + 1;

/** The points of Sobol's sequence in Gray code order, each coordinate as 32 bits: the first point is 0. */
export function* sobolPoints(dimensions: number): Generator<Uint32Array> {
  const numbers = Array.from({ length: dimensions }, (_, j) => directionNumbers(j));
  const point = new Uint32Array(dimensions);
  for (let i = 0; ; i++) {
    yield point;
    // The lowest bit of i that is 0.
    const bit = Math.min(BITS - 1, 31 - Math.clz32(~i & (i + 1)));
    for (let j = 0; j < dimensions; j++) point[j]! ^= numbers[j]![bit]!;
  }
}

/** The direction numbers of dimension `j` (from 0), by bit. */
function directionNumbers(j: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (j === 0) return v.map((_, k) => 2 ** (BITS - 1 - k));
  const [coefficients, m] = directions[j - 1]!;
  const degree = m.length;
  for (let k = 0; k < BITS; k++) {
    if (k < degree) v[k] = m[k]! * 2 ** (BITS - 1 - k);
    else {
      v[k] = v[k - degree]! ^ (v[k - degree]! >>> degree);
      for (let l = 1; l < degree; l++) if ((coefficients >> (degree - 1 - l)) & 1) v[k]! ^= v[k - l]!;
    }
  }
  return v;
}

/**
 * Sobol's sequence, shifted by the seed: its points fill the space more evenly than independent ones, whatever their
 * number. The shift is an exclusive or of the bits, which keeps that property.
 */
export const sobol: Sampler = {
  isFinite: false,
  most: MAX_DIMENSIONS,
  *settings(space, seed) {
    const drawn = random(seed, "sweep", "sobol");
    const shifts = Uint32Array.from(space.varied, () => Math.floor(drawn.uniform() * 2 ** BITS));
    for (const point of sobolPoints(space.varied.length))
      yield settingsFrom(space, (of, j) => valueAt(of, ((point[j]! ^ shifts[j]!) >>> 0) / 2 ** BITS));
  },
};
