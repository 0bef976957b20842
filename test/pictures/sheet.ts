import type { Random } from "../../src/core/random.ts";
import type { Ink } from "../../src/pictures/mnist-frame.ts";
import type { Picture } from "../../src/pictures/picture.ts";

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number];

/** A picture that is being made: colours in floats, and what covers the ground. */
export class Sheet {
  readonly width: number;
  readonly height: number;
  readonly rgb: Float32Array;
  readonly alpha: Float32Array;

  /** @param ground undefined: transparent */
  constructor(width: number, height: number, ground: Colour | undefined) {
    this.width = width;
    this.height = height;
    this.rgb = new Float32Array(3 * width * height);
    this.alpha = new Float32Array(width * height).fill(ground === undefined ? 0 : 1);
    if (ground) for (let i = 0; i < this.rgb.length; i++) this.rgb[i] = ground[i % 3];
  }

  /** Lays ink in a colour on the sheet. */
  lay(ink: Ink, top: number, left: number, colour: Colour, opacity = 1): this {
    for (let row = 0; row < ink.rows; row++) {
      for (let column = 0; column < ink.columns; column++) {
        this.#cover(top + row, left + column, colour, opacity * ink.data[row * ink.columns + column]);
      }
    }
    return this;
  }

  /** A rectangle of whole pixels. */
  fill(top: number, left: number, height: number, width: number, colour: Colour, opacity = 1): this {
    for (let row = top; row < top + height; row++) {
      for (let column = left; column < left + width; column++) this.#cover(row, column, colour, opacity);
    }
    return this;
  }

  /** The outline of a rectangle, `thick` pixels inwards; corners are round with a radius, gaps are left open. */
  frame(
    top: number,
    left: number,
    height: number,
    width: number,
    thick: number,
    colour: Colour,
    { radius = 0, gap = () => false }: { radius?: number; gap?: (row: number, column: number) => boolean } = {},
  ): this {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        // How far inside of the rounded rectangle the pixel's centre is
        const y = Math.min(row + 0.5, height - row - 0.5);
        const x = Math.min(column + 0.5, width - column - 0.5);
        const inside = y < radius && x < radius ? radius - Math.hypot(radius - y, radius - x) : Math.min(x, y);
        const cover = Math.min(1, Math.max(0, inside + 0.5)) * Math.min(1, Math.max(0, thick - inside + 0.5));
        if (inside > -0.5 && cover > 0 && !gap(row, column)) this.#cover(top + row, left + column, colour, cover);
      }
    }
    return this;
  }

  #cover(row: number, column: number, colour: Colour, part: number): void {
    if (row < 0 || column < 0 || row >= this.height || column >= this.width || part <= 0) return;
    const at = row * this.width + column;
    const before = this.alpha[at] * (1 - part);
    const after = before + part;
    for (let k = 0; k < 3; k++) {
      this.rgb[3 * at + k] = (before * this.rgb[3 * at + k] + part * colour[k]) / after;
    }
    this.alpha[at] = after;
  }

  /** Light that falls on the sheet, by position from 0 to 1, and a camera's noise. */
  lit(light: (x: number, y: number) => number, noise: number, random: Random): this {
    for (let at = 0; at < this.alpha.length; at++) {
      const factor = light((at % this.width) / this.width, Math.floor(at / this.width) / this.height);
      const grain = noise * random.normal();
      for (let k = 0; k < 3; k++) this.rgb[3 * at + k] = factor * this.rgb[3 * at + k] + grain;
    }
    return this;
  }

  picture(): Picture {
    const data = new Uint8ClampedArray(4 * this.alpha.length);
    for (let at = 0; at < this.alpha.length; at++) {
      for (let k = 0; k < 3; k++) data[4 * at + k] = this.rgb[3 * at + k];
      data[4 * at + 3] = Math.round(255 * this.alpha[at]);
    }
    return { width: this.width, height: this.height, data };
  }
}

/** The luminance of a colour, 0 to 255. */
export function luma([red, green, blue]: Colour): number {
  return 0.299 * red + 0.587 * green + 0.114 * blue;
}

export function grey(value: number): Colour {
  return [value, value, value];
}

/** Two colours of equal luminance that anybody tells apart. */
export function equalGreys(random: Random): [ink: Colour, ground: Colour] {
  for (;;) {
    const ink: Colour = [random.integer(256), random.integer(256), random.integer(256)];
    const ground: Colour = [random.integer(256), random.integer(256), random.integer(256)];
    const apart = Math.hypot(ink[0] - ground[0], ink[1] - ground[1], ink[2] - ground[2]);
    if (Math.abs(luma(ink) - luma(ground)) < 3 && apart > 110) return [ink, ground];
  }
}

/** Where a digit stands on a sheet. */
export interface Place {
  readonly ink: Ink;
  readonly width: number;
  readonly height: number;
  readonly top: number;
  readonly left: number;
}
