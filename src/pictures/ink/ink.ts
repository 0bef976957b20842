import { type Grey, greyPicture } from "../grey.ts";
import type { Ink } from "../mnist-frame.ts";
import { blobs, closed, distanceTo, enlarged, opened, softened } from "./filters.ts";

/** The largest width of strokes, as a fraction of the longer side of the picture. */
const MAX_STROKE = 0.3;

/**
 * The width of strokes in MNIST, by {@link strokeWidth}: in the test set, the median is 2.33 pixels, 80% are from 1.7
 * to 3.5.
 */
const MNIST_STROKE = 2.4;

/**
 * Ink must be darker than the paper by at least this fraction, and by this many standard deviations of the paper's
 * noise.
 */
const MIN_CONTRAST = 0.12;
const MIN_DEVIATIONS = 6;

/**
 * Finds the ink in a picture of a digit: a drawing or a photo, dark on light or light on dark, on paper of any tone,
 * under uneven light, with noise. Paper becomes exactly 0, the ink of the strongest strokes 1. Dirt is removed, and
 * so are edges of the paper or the table along the picture's border. Strokes that are thinner than MNIST's, relative to
 * the size of the digit, are widened: otherwise they would fade when the digit is scaled to 20 pixels.
 *
 * @returns undefined for a blank picture
 */
export function inkOf(picture: Grey): Ink | undefined {
  const sharp = enlarged(picture, Math.ceil(100 / Math.max(picture.rows, picture.columns)));
  const side = Math.max(sharp.rows, sharp.columns);
  const grey = side < 200 ? sharp : softened(sharp); // large pictures are photos, with noise
  const { isDark, width } = strokesOf(grey);
  const dark = isDark ? grey : { ...grey, data: grey.data.map((value) => 1 - value) };
  const radius = Math.max(2, Math.ceil((side * width) / 2));
  const first = cleaned(thresholded(dark, closed(dark, radius)));
  if (first === undefined) return undefined;
  // Once the width of the strokes is known, the paper's brightness can be estimated in smaller windows, which removes
  // shadows.
  const near = Math.min(radius, Math.max(3, Math.ceil(1.5 * strokeWidth(first))));
  const ink = cleaned(thresholded(dark, closed(dark, near)));
  return ink && widened(ink);
}

/**
 * Whether the ink is darker than the paper, and the largest width of its strokes as a fraction of the longer side.
 *
 * Ink is narrow, and differs more from the typical grey of the picture than its surroundings do. (The light inside of a
 * dark 0 is narrow too, but its grey is typical.) Windows are tried from narrow to wide, so that thin strokes are found
 * before wide shadows. The first window is taken for which the next one, twice as wide, finds hardly more ink.
 */
function strokesOf(picture: Grey): { isDark: boolean; width: number } {
  const at = (x: number, y: number) => picture.data[y * picture.columns + x];
  const grey = greyPicture(picture.columns, picture.rows, at, 256);
  const typical = (median(border(grey)) + median(grey.data)) / 2;
  const side = Math.max(grey.rows, grey.columns);
  const found = [8, 4, 2, 1].map((part) => {
    const radius = Math.max(1, Math.round((side * MAX_STROKE) / part / 2));
    const [light, dark] = [closed(grey, radius), opened(grey, radius)];
    let [darkInk, lightInk] = [0, 0];
    grey.data.forEach((value, i) => {
      const distance = Math.abs(value - typical);
      if (Math.abs(light[i] - typical) < distance) darkInk += Math.max(0, light[i] - value - 0.08) ** 3;
      if (Math.abs(dark[i] - typical) < distance) lightInk += Math.max(0, value - dark[i] - 0.08) ** 3;
    });
    // Twice the width of the window, since strokes are wider where they meet.
    const width = Math.min(1, 2 / part) * MAX_STROKE;
    return { isDark: darkInk >= lightInk, ink: Math.max(darkInk, lightInk), width };
  });
  const max = Math.max(...found.map(({ ink }) => ink));
  const settled = found.find(({ ink }, i) => ink >= 0.003 * max && (found[i + 1]?.ink ?? 0) < 1.6 * ink);
  return settled ?? found[0];
}

/**
 * The amount of ink: the fraction by which a pixel is darker than the paper, without noise, scaled so that strokes are
 * 1.
 */
function thresholded(grey: Grey, paper: Float32Array): Ink | undefined {
  // Ink may cover half of the picture: the level is a low quantile. The noise is estimated from differences of pixels
  // that are 3 columns apart, too far for softening to have mixed them.
  const level = quantile(
    grey.data.map((value, i) => paper[i] - value),
    0.3,
  );
  const steps = grey.data.subarray(3).map((value, i) => Math.abs(value - grey.data[i]));
  const noise = steps.length === 0 ? 0 : (1.4826 / Math.SQRT2) * median(steps);
  const light = paper.map((value) => Math.max(value - level, 0.15));
  const missing = grey.data.map((value, i) => (paper[i] - level - value) / light[i]);
  const strong = missing.filter((value, i) => value > Math.max(MIN_CONTRAST, (MIN_DEVIATIONS * noise) / light[i]));
  if (strong.length === 0) return undefined;
  const full = 0.85 * quantile(strong, 0.75);
  const data = missing.map((value, i) => {
    const floor = Math.max(0.2 * full, (3 * noise) / light[i]);
    return full > floor ? Math.min(Math.max((value - floor) / (full - floor), 0), 1) : 0;
  });
  return { rows: grey.rows, columns: grey.columns, data };
}

/** The ink without dirt and without edges along the border; undefined if none is left. */
function cleaned(ink: Ink | undefined): Ink | undefined {
  if (ink === undefined) return undefined;
  const { rows, columns } = ink;
  const side = Math.max(rows, columns);
  const sizable = blobs(ink).filter(
    ({ peak, top, bottom, left, right }) => peak > 0.5 && Math.max(bottom - top, right - left) >= 0.03 * side,
  );
  const isEdge = ({ pixels, top, bottom, left, right }: (typeof sizable)[number]) => {
    const along = (touches: (row: number, column: number) => boolean) =>
      pixels.filter((at) => touches(Math.floor(at / columns), at % columns)).length;
    const onSides = [
      along((row) => row === 0) / columns,
      along((row) => row === rows - 1) / columns,
      along((_, column) => column === 0) / rows,
      along((_, column) => column === columns - 1) / rows,
    ];
    return Math.max(...onSides) > 0.5 && Math.max((bottom - top) / rows, (right - left) / columns) > 0.9;
  };
  const inner = sizable.filter((blob) => !isEdge(blob));
  const candidates = inner.length > 0 ? inner : sizable;
  const max = candidates.reduce((largest, { mass }) => Math.max(largest, mass), 0);
  const kept = candidates.filter(({ mass }) => mass >= 0.03 * max);
  if (kept.length === 0) return undefined;
  const data = new Float32Array(ink.data.length);
  for (const { pixels } of kept) for (const at of pixels) data[at] = ink.data[at];
  return { rows, columns, data };
}

/**
 * The mean width of the strokes in pixels: four times the mean distance to the edge, since across a strip of width w
 * this distance is w / 4 on average. The measured distances are between centres of pixels, half a pixel more.
 */
export function strokeWidth({ rows, columns, data }: Ink): number {
  const distances = distanceTo(
    new Uint8Array(data.length).map((_, at) => (data[at] <= 0.5 ? 1 : 0)),
    rows,
    columns,
  );
  let [sum, count] = [0, 0];
  for (const distance of distances) {
    if (distance === 0 || distance === Number.POSITIVE_INFINITY) continue;
    sum += distance;
    count++;
  }
  return count === 0 ? 1 : Math.max(1, 4 * (sum / count - 0.5));
}

/** Widens strokes that are thinner than MNIST's, and adds the space around the digit that they need. */
function widened(ink: Ink): Ink {
  const stroke = strokeWidth(ink);
  const { top, bottom, left, right } = extent(ink);
  const longer = Math.max(bottom - top, right - left);
  // After growing by r on each side: (stroke + 2 r) * 20 / (longer + 2 r) = MNIST_STROKE
  const radius = ((MNIST_STROKE * longer) / 20 - stroke) / (2 - MNIST_STROKE / 10);
  if (radius < 0.25) return ink;
  const room = Math.ceil(radius) + 1;
  const [rows, columns] = [bottom - top + 2 * room, right - left + 2 * room];
  const data = new Float32Array(rows * columns);
  for (let row = top; row < bottom; row++) {
    const line = ink.data.subarray(row * ink.columns + left, row * ink.columns + right);
    data.set(line, (row - top + room) * columns + room);
  }
  const distances = distanceTo(
    Uint8Array.from(data, (value) => (value > 0.5 ? 1 : 0)),
    rows,
    columns,
  );
  const grown = data.map((value, i) => Math.max(value, Math.min(1, Math.max(0, radius + 0.5 - distances[i]))));
  return { rows, columns, data: grown };
}

function extent({ rows, columns, data }: Ink) {
  const all = blobs({ rows, columns, data });
  return {
    top: Math.min(...all.map((blob) => blob.top)),
    bottom: Math.max(...all.map((blob) => blob.bottom)),
    left: Math.min(...all.map((blob) => blob.left)),
    right: Math.max(...all.map((blob) => blob.right)),
  };
}

/** The pixels of the outer 3% on each side, at least one row or column. */
function border({ rows, columns, data }: Grey): Float32Array {
  const width = Math.max(1, Math.round(0.03 * Math.max(rows, columns)));
  return data.filter((_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    return row < width || row >= rows - width || column < width || column >= columns - width;
  });
}

function median(values: Float32Array): number {
  return quantile(values, 0.5);
}

/** The quantile of about 20,000 of the values, which is exact enough: sorting half a million takes long. */
function quantile(values: Float32Array, part: number): number {
  const step = Math.ceil(values.length / 20_000);
  const sorted = new Float32Array(Math.ceil(values.length / step)).map((_, i) => values[i * step]).sort();
  return sorted[Math.floor(part * (sorted.length - 1))];
}
