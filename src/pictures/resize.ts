import { type Axis, axisOf } from "./axis.ts";
import type { Picture } from "./picture.ts";
import type { Preparation } from "./preparation.ts";

/**
 * A picture in another size: the mean of the old pixels under each new one where it shrinks (with the share of each that
 * is under it, as OpenCV's INTER_AREA), linear interpolation where it grows (as Pillow's BILINEAR). A picture that has
 * the size already is returned as it is. Colours are weighted by their alpha.
 *
 * @param ground the grey, from 0 to 255, beside a picture that is padded
 */
export function resized(
  picture: Picture,
  width: number,
  height: number,
  fit: Preparation["fit"],
  ground: number,
): Picture {
  if (picture.width === width && picture.height === height) return picture;
  const [across, down] = [width / picture.width, height / picture.height];
  const factor = fit === "pad" ? Math.min(across, down) : Math.max(across, down);
  const columns = middleAxis(picture.width, width, fit === "stretch" ? across : factor);
  const rows = middleAxis(picture.height, height, fit === "stretch" ? down : factor);
  const data = new Uint8Array(4 * width * height);
  const addRow = isOpaque(picture) ? addOpaqueRow : addRowWithAlpha;
  // For each new row, the old rows under it are summed to a strip, then the pixels of the strip under each new column:
  // a photo needs no memory of its size. In the strip, colours are multiplied by their alpha.
  const strip = new Float64Array(4 * picture.width);
  for (let y = 0, to = 0; y < height; y++) {
    strip.fill(0);
    for (let k = rows.start[y]; k < rows.start[y + 1]; k++)
      addRow(strip, picture, rows.first[y] + k - rows.start[y], rows.weights[k]);
    for (let x = 0; x < width; x++, to += 4) {
      let [red, green, blue, alpha] = [0, 0, 0, 0];
      for (let k = columns.start[x], from = 4 * columns.first[x]; k < columns.start[x + 1]; k++, from += 4) {
        const weight = columns.weights[k];
        red += weight * strip[from];
        green += weight * strip[from + 1];
        blue += weight * strip[from + 2];
        alpha += weight * strip[from + 3];
      }
      const isBeside = columns.start[x] === columns.start[x + 1] || rows.start[y] === rows.start[y + 1];
      if (isBeside) {
        data.fill(ground, to, to + 3);
        data[to + 3] = 255;
      } else if (alpha > 0) {
        data[to] = Math.round(red / alpha);
        data[to + 1] = Math.round(green / alpha);
        data[to + 2] = Math.round(blue / alpha);
        data[to + 3] = Math.round(255 * alpha);
      }
    }
  }
  return { width, height, data };
}

function isOpaque({ data }: Picture): boolean {
  for (let i = 3; i < data.length; i += 4) if (data[i] !== 255) return false;
  return true;
}

/** Adds a row of the picture, times the weight, to the strip. */
function addOpaqueRow(strip: Float64Array, { width, data }: Picture, row: number, weight: number): void {
  for (let i = 0, from = 4 * width * row; i < 4 * width; i += 4, from += 4) {
    strip[i] += weight * data[from];
    strip[i + 1] += weight * data[from + 1];
    strip[i + 2] += weight * data[from + 2];
    strip[i + 3] += weight;
  }
}

function addRowWithAlpha(strip: Float64Array, { width, data }: Picture, row: number, weight: number): void {
  for (let i = 0, from = 4 * width * row; i < 4 * width; i += 4, from += 4) {
    const seen = (weight * data[from + 3]) / 255;
    strip[i] += seen * data[from];
    strip[i + 1] += seen * data[from + 1];
    strip[i + 2] += seen * data[from + 2];
    strip[i + 3] += seen;
  }
}

/** @param factor new pixels to an old one; the middles of the old and the new picture coincide */
function middleAxis(oldSize: number, size: number, factor: number): Axis {
  const pitch = 1 / factor;
  return axisOf(size, (oldSize - size * pitch) / 2, pitch, 0, oldSize);
}
