import { type Grey, greyPicture } from "./grey.ts";
import type { Ink } from "./mnist-frame.ts";
import { blobs, closed, distanceTo, enlarged, opened, softened } from "./picture-filters.ts";

/** Strokes are narrower than this part of the picture's longer side. */
const WIDEST_STROKE = 0.3;

/** The width of MNIST's strokes: median 2.33 pixels (from 1.7 at 10 % to 3.5 at 90 %) by {@link strokeWidth}, test set. */
const MNIST_STROKE = 2.4;

/** Ink must take at least this part of the paper's light, and stand this many standard deviations out of its noise. */
const LEAST_CONTRAST = 0.12;
const LEAST_DEVIATIONS = 6;

/**
 * Finds the ink in a picture of a digit: a drawing or a photo, dark on light or light on dark, on paper of any tone,
 * under uneven light, with noise. Paper becomes exactly 0; the ink of the strongest strokes 1; dirt, and edges of the
 * paper or table along the picture's border, are dropped; strokes thinner than MNIST's (for the digit's size) are
 * widened to MNIST's, so that scaling to 20 pixels does not fade them.
 *
 * @returns undefined when nothing stands out of the paper: a blank picture
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
  // Now that the strokes' width is known, the paper can be followed more closely: shadows wider than strokes go.
  const near = Math.min(radius, Math.max(3, Math.ceil(1.5 * strokeWidth(first))));
  const ink = cleaned(thresholded(dark, closed(dark, near)));
  return ink && widened(ink);
}

/**
 * Whether the ink is darker than the paper, and a width that its strokes do not exceed, as a part of the longer side.
 *
 * Ink is narrow, and lies farther from the typical grey than what surrounds it does: the light inside of a dark 0 is
 * surrounded by dark, but is itself as typical as can be. Of windows from narrow to wide, the first is taken of which the
 * double finds hardly more: thin strokes are found before wide shadows are.
 */
function strokesOf(picture: Grey): { isDark: boolean; width: number } {
  const at = (x: number, y: number) => picture.data[y * picture.columns + x];
  const grey = greyPicture(picture.columns, picture.rows, at, 256);
  const typical = (median(border(grey)) + median(grey.data)) / 2;
  const side = Math.max(grey.rows, grey.columns);
  const found = [8, 4, 2, 1].map((part) => {
    const radius = Math.max(1, Math.round((side * WIDEST_STROKE) / part / 2));
    const [light, dark] = [closed(grey, radius), opened(grey, radius)];
    let [darkInk, lightInk] = [0, 0];
    grey.data.forEach((value, i) => {
      const far = Math.abs(value - typical);
      if (Math.abs(light[i] - typical) < far) darkInk += Math.max(0, light[i] - value - 0.08) ** 3;
      if (Math.abs(dark[i] - typical) < far) lightInk += Math.max(0, value - dark[i] - 0.08) ** 3;
    });
    // Twice the window: strokes are wider where they meet.
    const width = Math.min(1, 2 / part) * WIDEST_STROKE;
    return { isDark: darkInk >= lightInk, ink: Math.max(darkInk, lightInk), width };
  });
  const most = Math.max(...found.map(({ ink }) => ink));
  const settled = found.find(({ ink }, i) => ink >= 0.003 * most && (found[i + 1]?.ink ?? 0) < 1.6 * ink);
  return settled ?? found[0];
}

/** The part of the paper's light that is missing, with the paper's noise cut off and the strokes brought to 1. */
function thresholded(grey: Grey, paper: Float32Array): Ink | undefined {
  // The paper's level is the lower part's, and its noise what pixels differ by from pixels near by (3 columns on, where
  // softening has not mixed them): ink may take half of the picture.
  const level = quantile(
    grey.data.map((value, i) => paper[i] - value),
    0.3,
  );
  const steps = grey.data.subarray(3).map((value, i) => Math.abs(value - grey.data[i]));
  const noise = steps.length === 0 ? 0 : (1.4826 / Math.SQRT2) * median(steps);
  const light = paper.map((value) => Math.max(value - level, 0.15));
  const missing = grey.data.map((value, i) => (paper[i] - level - value) / light[i]);
  const strong = missing.filter((value, i) => value > Math.max(LEAST_CONTRAST, (LEAST_DEVIATIONS * noise) / light[i]));
  if (strong.length === 0) return undefined;
  const full = 0.85 * quantile(strong, 0.75);
  const data = missing.map((value, i) => {
    const floor = Math.max(0.2 * full, (3 * noise) / light[i]);
    return full > floor ? Math.min(Math.max((value - floor) / (full - floor), 0), 1) : 0;
  });
  return { rows: grey.rows, columns: grey.columns, data };
}

/** Without dirt and without what runs along the border; undefined when nothing is left. */
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
  const most = candidates.reduce((largest, { mass }) => Math.max(largest, mass), 0);
  const kept = candidates.filter(({ mass }) => mass >= 0.03 * most);
  if (kept.length === 0) return undefined;
  const data = new Float32Array(ink.data.length);
  for (const { pixels } of kept) for (const at of pixels) data[at] = ink.data[at];
  return { rows, columns, data };
}

/**
 * The mean width of the strokes in pixels. Across a strip the distance to its edge is a quarter of its width in the
 * mean; distances between centres have half a pixel more.
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

/** Strokes brought to MNIST's width when they are thinner, with room around for them to grow into. */
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

/** The pixels of the outer 3 % on each side, at least one. */
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

/** Of at most some 20,000 values, evenly taken: enough, and sorting half a million is not quick. */
function quantile(values: Float32Array, part: number): number {
  const step = Math.ceil(values.length / 20_000);
  const sorted = new Float32Array(Math.ceil(values.length / step)).map((_, i) => values[i * step]).sort();
  return sorted[Math.floor(part * (sorted.length - 1))];
}
