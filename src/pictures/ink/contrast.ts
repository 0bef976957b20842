import type { Grey } from "../grey.ts";
import type { Colours } from "./colours.ts";

/** About as many pixels are looked at, however large the picture is. */
const SAMPLE = 40_000;

/** The distance, in pixels, of the two that are compared: about the width of a blurred edge. */
const APART = 2;

/**
 * A picture's colours along the axis on which ink and ground differ most, from 0 to 1, light colours high: red ink on
 * green paper of equal luminance stands out as black on white does. The axis is the first principal component of the
 * differences between near pixels. Light that changes slowly over the paper hardly adds to these.
 */
export function contrastOf({ rows, columns, red, green, blue }: Colours): Grey {
  if (green === red && blue === red) return { rows, columns, data: red };
  const step = Math.max(1, Math.floor(Math.sqrt((rows * columns) / SAMPLE)));
  // The sums of products of the differences: rr, rg, rb, gg, gb, bb.
  let [rr, rg, rb, gg, gb, bb] = [0, 0, 0, 0, 0, 0];
  for (const apart of [APART, APART * columns]) {
    const [lastRow, lastColumn] = apart === APART ? [rows, columns - APART] : [rows - APART, columns];
    for (let row = 0; row < lastRow; row += step) {
      for (let column = 0; column < lastColumn; column += step) {
        const at = row * columns + column;
        const r = red[at + apart] - red[at];
        const g = green[at + apart] - green[at];
        const b = blue[at + apart] - blue[at];
        rr += r * r;
        rg += r * g;
        rb += r * b;
        gg += g * g;
        gb += g * b;
        bb += b * b;
      }
    }
  }
  // Power iteration, from the luminance: it stays there where nothing differs, and never turns against it, since the
  // matrix has no negative eigenvalues. So light colours stay high.
  let [u, v, w] = [0.299, 0.587, 0.114];
  for (let i = 0; i < 60; i++) {
    const [x, y, z] = [rr * u + rg * v + rb * w, rg * u + gg * v + gb * w, rb * u + gb * v + bb * w];
    const length = Math.abs(x) + Math.abs(y) + Math.abs(z);
    if (!(length > 0)) break;
    [u, v, w] = [x / length, y / length, z / length];
  }
  // A negative weight counts what is missing of its colour.
  const base = -Math.min(u, 0) - Math.min(v, 0) - Math.min(w, 0);
  const data = new Float32Array(rows * columns);
  for (let i = 0; i < data.length; i++) data[i] = base + u * red[i] + v * green[i] + w * blue[i];
  return { rows, columns, data };
}
