import type { Grey } from "../grey.ts";

/**
 * Grey closing by a square: the maximum around each pixel, then the minimum around each of these. It fills dark
 * structures that are narrower than `2 * radius + 1` pixels with the grey of their surroundings. Wider structures and
 * the edges of bright ones do not change.
 */
export function closed({ rows, columns, data }: Grey, radius: number): Float32Array {
  // Columns are made rows for the second and third pass, and rows again.
  const wide = slid(data, rows, columns, radius, 1);
  const high = slid(transposed(wide, rows, columns), columns, rows, radius, 1);
  const low = slid(high, columns, rows, radius, -1);
  return slid(transposed(low, columns, rows), rows, columns, radius, -1);
}

/** As {@link closed}, for bright structures. */
export function opened({ rows, columns, data }: Grey, radius: number): Float32Array {
  const wide = slid(data, rows, columns, radius, -1);
  const high = slid(transposed(wide, rows, columns), columns, rows, radius, -1);
  const low = slid(high, columns, rows, radius, 1);
  return slid(transposed(low, columns, rows), rows, columns, radius, 1);
}

/**
 * For each pixel, the maximum (`sign` 1) or minimum (-1) within `radius` in its row. Three comparisons a pixel, for any
 * radius: van Herk, "A fast algorithm for local minimum and maximum filters" (1992).
 */
function slid(data: Float32Array, rows: number, columns: number, radius: number, sign: 1 | -1): Float32Array {
  const result = new Float32Array(data.length);
  const window = 2 * radius + 1;
  const length = Math.ceil((columns + 2 * radius) / window) * window;
  const padded = new Float32Array(length).fill(Number.NEGATIVE_INFINITY);
  // From the start of each block of one window up to a pixel, and from there to the block's end.
  const before = new Float32Array(length);
  const after = new Float32Array(length);
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    for (let i = 0; i < columns; i++) padded[radius + i] = sign * data[start + i];
    for (let block = 0; block < length; block += window) {
      let most = Number.NEGATIVE_INFINITY;
      for (let i = block; i < block + window; i++) {
        if (padded[i] > most) most = padded[i];
        before[i] = most;
      }
      most = Number.NEGATIVE_INFINITY;
      for (let i = block + window - 1; i >= block; i--) {
        if (padded[i] > most) most = padded[i];
        after[i] = most;
      }
    }
    for (let i = 0; i < columns; i++) {
      const a = after[i];
      const b = before[i + 2 * radius];
      result[start + i] = sign * (a > b ? a : b);
    }
  }
  return result;
}

/** `[columns, rows]` of a picture `[rows, columns]`. */
export function transposed(data: Float32Array, rows: number, columns: number): Float32Array {
  const turned = new Float32Array(data.length);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, at++) turned[column * rows + row] = data[at];
  }
  return turned;
}

/** Blurs: each pixel is the mean of its 3x3 neighbours with weights 1 2 1; border pixels are repeated outside. */
export function softened({ rows, columns, data }: Grey): Grey {
  const pass = (from: Float32Array, step: number, count: number, lines: number, lineStep: number) => {
    const to = new Float32Array(from.length);
    for (let line = 0; line < lines; line++) {
      for (let i = 0; i < count; i++) {
        const at = line * lineStep + i * step;
        const before = i > 0 ? from[at - step] : from[at];
        const after = i < count - 1 ? from[at + step] : from[at];
        to[at] = (before + 2 * from[at] + after) / 4;
      }
    }
    return to;
  };
  return { rows, columns, data: pass(pass(data, 1, columns, rows, columns), columns, rows, columns, 1) };
}

/**
 * Shrunk by the smallest whole factor with which its longer side is at most `longest`. Each new pixel is the mean of a
 * square of old ones; columns and rows at the end that do not fill a square are left out.
 */
export function shrunk(picture: Grey, longest: number): Grey {
  const factor = Math.ceil(Math.max(picture.rows, picture.columns) / longest);
  if (factor <= 1) return picture;
  // A narrow strip may be thinner than the square: it keeps one row or column.
  const [across, down] = [Math.min(factor, picture.columns), Math.min(factor, picture.rows)];
  const [rows, columns] = [Math.floor(picture.rows / down), Math.floor(picture.columns / across)];
  const data = new Float32Array(rows * columns);
  for (let y = 0; y < rows * down; y++) {
    const to = Math.floor(y / down) * columns;
    const from = y * picture.columns;
    for (let column = 0; column < columns; column++) {
      let sum = 0;
      for (let at = from + column * across; at < from + (column + 1) * across; at++) sum += picture.data[at];
      data[to + column] = data[to + column] + sum;
    }
  }
  for (let i = 0; i < data.length; i++) data[i] = data[i] / (across * down);
  return { rows, columns, data };
}

/** Enlarged by a whole factor, interpolated linearly between the centres of the old pixels. */
export function enlarged(picture: Grey, factor: number): Grey {
  if (factor === 1) return picture;
  const [rows, columns] = [picture.rows * factor, picture.columns * factor];
  const data = new Float32Array(rows * columns);
  const source = (i: number, count: number): [number, number, number] => {
    const at = Math.min(Math.max((i + 0.5) / factor - 0.5, 0), count - 1);
    const low = Math.floor(at);
    return [low, Math.min(low + 1, count - 1), at - low];
  };
  for (let row = 0; row < rows; row++) {
    const [top, bottom, down] = source(row, picture.rows);
    for (let column = 0; column < columns; column++) {
      const [left, right, along] = source(column, picture.columns);
      const line = (y: number) =>
        (1 - along) * picture.data[y * picture.columns + left] + along * picture.data[y * picture.columns + right];
      data[row * columns + column] = (1 - down) * line(top) + down * line(bottom);
    }
  }
  return { rows, columns, data };
}

/**
 * The distance, in pixels between centres, of each pixel to the nearest pixel that `inside` marks; infinite if there is
 * none. Exact, in linear time: Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled Functions" (2012).
 *
 * @param reach longer distances may come out longer, which takes less time; default: none
 */
export function distanceTo(inside: Uint8Array, rows: number, columns: number, reach = NONE - 1): Float32Array {
  // Along columns first: how many rows away the nearest one is.
  const away = new Int32Array(inside.length);
  for (let at = 0; at < away.length; at++) {
    if (inside[at] === 0) away[at] = at < columns ? NONE : Math.min(away[at - columns] + 1, NONE);
  }
  for (let at = away.length - columns - 1; at >= 0; at--) away[at] = Math.min(away[at], away[at + columns] + 1);
  const distances = new Float32Array(away.length);
  const scratch = {
    reach,
    value: new Float64Array(columns),
    vertex: new Int32Array(columns),
    border: new Float64Array(columns + 1),
  };
  // Then along rows. Between two marked pixels of a row, no other of the row is nearer than both.
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    const end = start + columns;
    for (let at = start; at < end; ) {
      while (at < end && away[at] === 0) at++;
      const first = at;
      while (at < end && away[at] !== 0) at++;
      if (at > first) lowerEnvelope(away, distances, Math.max(first - 1, start), Math.min(at + 1, end), scratch);
    }
  }
  return distances;
}

/** Above every count of rows. */
const NONE = 2 ** 22;

interface Scratch {
  readonly reach: number;
  readonly value: Float64Array;
  readonly vertex: Int32Array;
  readonly border: Float64Array;
}

/**
 * The distances of pixels of one row, from `start` to before `end`: the root of the minimum over q of f(q) + (p - q)^2,
 * where f is the square of what is away.
 */
function lowerEnvelope(away: Int32Array, distances: Float32Array, start: number, end: number, scratch: Scratch): void {
  const { reach, value, vertex, border } = scratch;
  const count = end - start;
  let last = -1;
  for (let q = 0; q < count; q++) {
    const rows = away[start + q];
    if (rows > reach) continue;
    value[q] = rows * rows;
    // From where on is the parabola of q below that of the last vertex?
    let meeting = Number.NEGATIVE_INFINITY;
    for (; last >= 0; last--) {
      const v = vertex[last];
      meeting = (value[q] + q * q - value[v] - v * v) / (2 * (q - v));
      if (meeting > border[last]) break;
    }
    vertex[++last] = q;
    border[last] = last === 0 ? Number.NEGATIVE_INFINITY : meeting;
  }
  if (last < 0) {
    distances.fill(Number.POSITIVE_INFINITY, start, end);
    return;
  }
  border[last + 1] = Number.POSITIVE_INFINITY;
  for (let p = 0, k = 0; p < count; p++) {
    while (border[k + 1] < p) k++;
    const off = p - vertex[k];
    distances[start + p] = Math.sqrt(value[vertex[k]] + off * off);
  }
}
