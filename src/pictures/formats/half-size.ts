import type { Picture } from "../picture.ts";

/** Up to so many pixels, a picture is decoded in its own size: 64 MB in memory. */
const MANY_PIXELS = 2 ** 24;

/** Whether a large picture comes in half its size, where a longer side of `longest` is enough. */
export function isHalfEnough(width: number, height: number, longest: number): boolean {
  return width * height > MANY_PIXELS && Math.ceil(Math.max(width, height) / 2) >= longest;
}

/** Takes the rows of a picture in its own size. */
export class FullSize {
  readonly picture: Picture & { readonly data: Uint8Array };

  constructor(width: number, height: number) {
    this.picture = { width, height, data: new Uint8Array(4 * width * height) };
  }

  row(y: number) {
    const { width, data } = this.picture;
    return { rgba: data, start: 4 * width * y };
  }

  finish(): void {}
}

/** Takes rows from the first to the last, and keeps the means of 2x2 pixels. Colours are weighted by their alpha. */
export class HalfSize {
  readonly picture: Picture & { readonly data: Uint8Array };
  private readonly height: number;
  /** The rows that become one. */
  private readonly pair: readonly [Uint8Array, Uint8Array];

  constructor(width: number, height: number) {
    this.height = height;
    this.pair = [new Uint8Array(4 * width), new Uint8Array(4 * width)];
    const [columns, rows] = [Math.ceil(width / 2), Math.ceil(height / 2)];
    this.picture = { width: columns, height: rows, data: new Uint8Array(4 * columns * rows), unit: 2 };
  }

  row(y: number) {
    return { rgba: this.pair[y % 2]!, start: 0 };
  }

  finish(y: number): void {
    const isLast = y === this.height - 1;
    if (y % 2 === 0 && !isLast) return;
    const [upper, lower] = this.pair;
    const { width, data } = this.picture;
    // The last row and the last column may have no neighbour: they count twice.
    const below = y % 2 === 0 ? upper : lower;
    for (let x = 0, to = 4 * width * (y >> 1); x < width; x++, to += 4) {
      const left = 8 * x;
      const right = left + 4 < upper.length ? left + 4 : left;
      const alphas = [upper[left + 3]!, upper[right + 3]!, below[left + 3]!, below[right + 3]!] as const;
      const [a, b, c, d] = alphas;
      const sum = a + b + c + d;
      if (sum === 0) continue;
      for (let k = 0; k < 3; k++) {
        const colour = a * upper[left + k]! + b * upper[right + k]! + c * below[left + k]! + d * below[right + k]!;
        data[to + k] = Math.round(colour / sum);
      }
      data[to + 3] = Math.round(sum / 4);
    }
  }
}

/** A picture in half its size. */
export function halved({ width, height, data }: Picture & { readonly data: Uint8Array }): Picture {
  const half = new HalfSize(width, height);
  for (let y = 0; y < height; y++) {
    half.row(y).rgba.set(data.subarray(4 * width * y, 4 * width * (y + 1)));
    half.finish(y);
  }
  return half.picture;
}
