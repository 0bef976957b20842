/** Ink on paper: row-major, 0 = paper, 1 = full ink. */
export interface Ink {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/**
 * In MNIST, a digit fits in a box of 20x20 pixels that is centred in a field of 28x28: its centre of mass is, from the
 * edge of the field, at 14.5, the middle of pixel 14.
 */
export const MNIST = { field: 28, box: 20, centre: 14.5 } as const;

/** Ink that is fainter than this fraction of the strongest does not count where a digit is measured. */
export const FAINT = 0.1;

/**
 * Frames a digit as MNIST does: the bounding box of the ink is scaled with anti-aliasing, with its aspect ratio kept,
 * so that its longer side is 20 pixels, and is moved by whole pixels so that the centre of mass lies in pixel (14, 14)
 * of 28x28 (http://yann.lecun.com/exdb/mnist; LeCun et al. 1998, section III.A).
 *
 * @param size side of the image in pixels, at least `field`; the field is in its middle
 * @param field side of the field in pixels, default 28 as in MNIST: everything is in proportion to it
 * @returns `[size, size]` bytes, 0 = paper, 255 = full ink; all 0 if there is no ink.
 */
export function frameAsMnist(ink: Ink, size: number = MNIST.field, field: number = MNIST.field): Uint8Array {
  const image = new Uint8Array(size * size);
  const box = boundingBox(ink);
  if (!box) return image;
  const longer = Math.max(box.bottom - box.top, box.right - box.left);
  const side = Math.round((MNIST.box * field) / MNIST.field);
  const rows = new Axis(box.top, box.bottom, side, longer);
  const columns = new Axis(box.left, box.right, side, longer);
  const scaled = resample(ink, rows, columns);

  let mass = 0;
  let massRow = 0;
  let massColumn = 0;
  let peak = 0;
  for (let row = 0, i = 0; row < rows.length; row++) {
    for (let column = 0; column < columns.length; column++, i++) {
      mass += scaled[i];
      massRow += scaled[i] * (row + 0.5);
      massColumn += scaled[i] * (column + 0.5);
      peak = Math.max(peak, scaled[i]);
    }
  }
  const border = Math.floor((size - field) / 2);
  const top = border + offset(massRow / mass, rows.length, field);
  const left = border + offset(massColumn / mass, columns.length, field);
  for (let row = 0, i = 0; row < rows.length; row++) {
    for (let column = 0; column < columns.length; column++, i++) {
      // Every image of MNIST reaches full ink, however thin the pen was
      image[(top + row) * size + left + column] = Math.round((255 * scaled[i]) / peak);
    }
  }
  return image;
}

/**
 * The start of the box in the field, such that its centre of mass is at the centre, as far as the box then fits in the
 * field.
 */
function offset(centre: number, length: number, field: number): number {
  return Math.min(Math.max(Math.round((MNIST.centre * field) / MNIST.field - centre), 0), field - length);
}

/** The first row and column of the ink, and those after its last; undefined if there is no ink. */
function boundingBox({ rows, columns, data }: Ink) {
  let darkest = 0;
  for (let i = 0; i < rows * columns; i++) if (data[i] > darkest) darkest = data[i];
  if (darkest === 0) return undefined;
  const threshold = FAINT * darkest;
  let top = rows;
  let bottom = 0;
  let left = columns;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * columns;
    let first = 0;
    while (first < columns && data[start + first] < threshold) first++;
    if (first === columns) continue;
    let last = columns - 1;
    while (data[start + last] < threshold) last--;
    if (bottom === 0) top = row;
    bottom = row + 1;
    left = Math.min(left, first);
    right = Math.max(right, last + 1);
  }
  return { top, bottom, left, right };
}

/**
 * The scaling along one axis of the box. New pixel `i` is the mean of the old pixels from `first[i]` on, weighted by
 * their overlap with a window as wide as a new pixel, but at least as wide as an old one. This is area averaging when
 * the box shrinks and linear interpolation when it grows.
 */
class Axis {
  readonly length: number;
  readonly first: number[] = [];
  readonly weights: number[][] = [];
  readonly start: number;
  readonly end: number;

  constructor(start: number, end: number, side: number, longer: number) {
    this.start = start;
    this.end = end;
    this.length = Math.max(1, Math.round((side * (end - start)) / longer));
    const pitch = (end - start) / this.length;
    const window = Math.max(1, pitch);
    for (let i = 0; i < this.length; i++) {
      const centre = start + (i + 0.5) * pitch;
      const low = Math.max(start, centre - window / 2);
      const high = Math.min(end, centre + window / 2);
      const first = Math.floor(low);
      const weights: number[] = [];
      for (let old = first; old < high; old++) {
        weights.push((Math.min(high, old + 1) - Math.max(low, old)) / (high - low));
      }
      this.first.push(first);
      this.weights.push(weights);
    }
  }
}

/**
 * `[rows.length, columns.length]`: for each new row, the old rows are averaged to a strip, then the strip's columns.
 */
function resample(ink: Ink, rows: Axis, columns: Axis): Float32Array {
  const { data } = ink;
  const { start, end } = columns;
  const scaled = new Float32Array(rows.length * columns.length);
  const strip = new Float32Array(end);
  for (let row = 0, i = 0; row < rows.length; row++) {
    const mix = rows.weights[row];
    strip.fill(0);
    for (let k = 0; k < mix.length; k++) {
      const weight = mix[k];
      const from = (rows.first[row] + k) * ink.columns;
      for (let column = start; column < end; column++) strip[column] += weight * data[from + column];
    }
    for (let column = 0; column < columns.length; column++, i++) {
      const weights = columns.weights[column];
      const first = columns.first[column];
      let sum = 0;
      for (let k = 0; k < weights.length; k++) sum += weights[k] * strip[first + k];
      scaled[i] = sum;
    }
  }
  return scaled;
}
