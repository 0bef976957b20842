import { type Axis, axisOf } from "./axis.ts";

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
  const scaled = scaledAsMnist(ink, field);
  return scaled ? centredAsMnist(scaled, size, field) : new Uint8Array(size * size);
}

/**
 * The first half of {@link frameAsMnist}: the bounding box of the ink, scaled so that its longer side is 20 pixels in a
 * field of 28.
 * @returns undefined if there is no ink
 */
export function scaledAsMnist(ink: Ink, field: number = MNIST.field): Ink | undefined {
  const box = boundingBox(ink);
  if (!box) return undefined;
  const longer = Math.max(box.bottom - box.top, box.right - box.left);
  const side = Math.round((MNIST.box * field) / MNIST.field);
  const rows = scalingOf(box.top, box.bottom, side, longer);
  const columns = scalingOf(box.left, box.right, side, longer);
  return { rows: rows.length, columns: columns.length, data: resample(ink, rows, columns) };
}

/** The second half: scaled ink is moved so that its centre of mass lies in pixel (14, 14) of 28x28. */
export function centredAsMnist({ rows, columns, data }: Ink, size: number, field: number): Uint8Array {
  const image = new Uint8Array(size * size);
  let mass = 0;
  let massRow = 0;
  let massColumn = 0;
  let peak = 0;
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      mass += data[i];
      massRow += data[i] * (row + 0.5);
      massColumn += data[i] * (column + 0.5);
      peak = Math.max(peak, data[i]);
    }
  }
  const border = Math.floor((size - field) / 2);
  const top = border + offset(massRow / mass, rows, field);
  const left = border + offset(massColumn / mass, columns, field);
  for (let row = 0, i = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, i++) {
      // Every image of MNIST reaches full ink, however thin the pen was
      image[(top + row) * size + left + column] = Math.round((255 * data[i]) / peak);
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

/** The scaling of one side of the box. */
interface Scaling extends Axis {
  /** The number of new pixels. */
  readonly length: number;
}

/** @param longer the longer side of the box, which becomes `side` pixels */
function scalingOf(start: number, end: number, side: number, longer: number): Scaling {
  const length = Math.max(1, Math.round((side * (end - start)) / longer));
  return Object.assign(axisOf(length, start, (end - start) / length, start, end), { length });
}

/**
 * `[rows.length, columns.length]`: for each new row, the old rows are averaged to a strip, then the strip's columns.
 */
function resample(ink: Ink, rows: Scaling, columns: Scaling): Float32Array {
  const scaled = new Float32Array(rows.length * columns.length);
  const strip = new Float32Array(ink.columns);
  for (let row = 0, i = 0; row < rows.length; row++) {
    strip.fill(0);
    for (let k = rows.start[row], old = rows.first[row]; k < rows.start[row + 1]; k++, old++)
      addRow(strip, ink.data, old * ink.columns, rows.weights[k]);
    for (let column = 0; column < columns.length; column++, i++) {
      let sum = 0;
      for (let k = columns.start[column], old = columns.first[column]; k < columns.start[column + 1]; k++, old++)
        sum += columns.weights[k] * strip[old];
      scaled[i] = sum;
    }
  }
  return scaled;
}

/** Its own function, which meets one kind of objects only: in `resample`, it would take several times as long. */
function addRow(strip: Float32Array, data: Float32Array, start: number, weight: number): void {
  for (let column = 0; column < strip.length; column++) strip[column] += weight * data[start + column];
}
