import type { Random } from "../../src/core/random.ts";
import { write } from "../../src/data/digits/hand.ts";
import { ink } from "../../src/data/digits/raster.ts";
import type { Ink } from "../../src/pictures/mnist-frame.ts";

/** A digit that can be drawn on pictures. */
export interface Subject {
  readonly digit: number;
  /**
   * The digit alone, its longer side `size` pixels.
   * @param blocky enlarged as a viewer without interpolation does
   */
  drawn(size: number, blocky?: boolean): Ink;
}

/** A digit out of an image of MNIST's form: `side * side` bytes, 0 = paper. */
export function bitmapSubject(digit: number, bytes: ArrayLike<number>, side: number): Subject {
  const data = Float32Array.from({ length: side * side }, (_, at) => bytes[at] / 255);
  const image = trimmed({ rows: side, columns: side, data });
  return { digit, drawn: (size, blocky = false) => scaled(image, size / Math.max(image.rows, image.columns), blocky) };
}

/** A digit of the built-in alphabet, drawn at the size itself. @param pen the width of the pen over the digit's size */
export function penSubject(digit: number, random: Random, pen?: number): Subject {
  const strokes = write(digit, random);
  return {
    digit,
    drawn(size) {
      const factor = size / 40;
      const radius = pen === undefined ? undefined : Math.max(0.5, (pen * size) / 2);
      const side = Math.ceil(size + 2);
      const points = strokes.map((stroke) =>
        stroke.map((p) => ({ x: 1 + factor * p.x, y: 1 + factor * p.y, radius: radius ?? factor * p.radius })),
      );
      return trimmed(ink(points, { rows: side, columns: side, data: new Float32Array(side * side) }));
    },
  };
}

/** Straight strokes through points in a box of 1 x 1. */
export function strokeInk(
  strokes: readonly (readonly (readonly [number, number])[])[],
  size: number,
  pen: number,
): Ink {
  const margin = Math.ceil(pen / 2 + 1);
  const points = strokes.map((stroke) =>
    stroke.map(([x, y]) => ({ x: margin + x * size, y: margin + y * size, radius: pen / 2 })),
  );
  const side = Math.ceil(size + 2 * margin);
  return trimmed(ink(points, { rows: side, columns: side, data: new Float32Array(side * side) }));
}

/** Without the empty rows and columns around. */
export function trimmed({ rows, columns, data }: Ink): Ink {
  let [top, bottom, left, right] = [rows, 0, columns, 0];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (data[row * columns + column] === 0) continue;
      [top, bottom] = [Math.min(top, row), row + 1];
      [left, right] = [Math.min(left, column), Math.max(right, column + 1)];
    }
  }
  if (bottom === 0) return { rows: 1, columns: 1, data: new Float32Array(1) };
  const [height, width] = [bottom - top, right - left];
  const cut = Float32Array.from(
    { length: height * width },
    (_, i) => data[(top + Math.floor(i / width)) * columns + left + (i % width)],
  );
  return { rows: height, columns: width, data: cut };
}

/** Enlarged with cubic interpolation and edges of about a pixel, or shrunk by means of areas. */
export function scaled(image: Ink, factor: number, blocky = false): Ink {
  const rows = Math.max(1, Math.round(image.rows * factor));
  const columns = Math.max(1, Math.round(image.columns * factor));
  const data = new Float32Array(rows * columns);
  const at = (row: number, column: number) =>
    row < 0 || column < 0 || row >= image.rows || column >= image.columns
      ? 0
      : image.data[row * image.columns + column];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const y = ((row + 0.5) * image.rows) / rows - 0.5;
      const x = ((column + 0.5) * image.columns) / columns - 0.5;
      let value = 0;
      if (blocky && factor >= 1) value = at(Math.round(y), Math.round(x));
      else if (factor > 1) {
        const [y0, x0] = [Math.floor(y), Math.floor(x)];
        const [wy, wx] = [cubic(y - y0), cubic(x - x0)];
        for (let i = 0; i < 4; i++) for (let j = 0; j < 4; j++) value += wy[i] * wx[j] * at(y0 + i - 1, x0 + j - 1);
        value = 0.5 + (value - 0.5) * Math.max(1, factor / 2);
      } else {
        const reach = 0.5 / factor;
        let weights = 0;
        for (let old = Math.ceil(y - reach - 0.5); old < y + reach + 0.5; old++) {
          const down = Math.min(old + 0.5, y + reach) - Math.max(old - 0.5, y - reach);
          if (down <= 0) continue;
          for (let beside = Math.ceil(x - reach - 0.5); beside < x + reach + 0.5; beside++) {
            const across = Math.min(beside + 0.5, x + reach) - Math.max(beside - 0.5, x - reach);
            if (across <= 0) continue;
            value += down * across * at(old, beside);
            weights += down * across;
          }
        }
        value /= weights;
      }
      data[row * columns + column] = Math.min(Math.max(value, 0), 1);
    }
  }
  return { rows, columns, data };
}

/** Weights of Catmull and Rom for four neighbours. */
function cubic(t: number): [number, number, number, number] {
  return [
    0.5 * t * (-1 + t * (2 - t)),
    1 + 0.5 * t * t * (3 * t - 5),
    0.5 * t * (1 + t * (4 - 3 * t)),
    0.5 * t * t * (t - 1),
  ];
}
