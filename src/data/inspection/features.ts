import type { ImageList } from "./image-list.ts";

/** A few numbers for each image that never differ by more than the images do, in Euclidean distance. */
export interface Features {
  /** `[N, width]` */
  readonly values: Float32Array;
  readonly width: number;
  /** Of each image, the norm of its deviations from its mean. */
  readonly norms: Float32Array;
}

/** Blocks along each side that an image is reduced to. */
const BLOCKS = 8;

/** Frequencies, vertical and horizontal, whose sum is below 5: where digits and photos have most of their variance. */
const frequencies = Array.from({ length: 5 }, (_, v) =>
  Array.from({ length: 5 - v }, (_, h) => [v, h] as const),
).flat();

/**
 * Low frequencies of the cosine transform (DCT-II) of an image whose blocks of pixels were added up. Sums of blocks,
 * divided by the root of the number of values, are coefficients of an orthonormal transform, as those of the DCT are.
 */
export function featuresOf({ count, shape, pixels }: ImageList): Features {
  const [rows = 1, columns = 1, channels = 1] = shape;
  const size = rows * columns * channels;
  const [down, across] = [Math.min(BLOCKS, rows), Math.min(BLOCKS, columns)];
  const blocks = new Uint8Array(size);
  const members = new Float64Array(down * across);
  for (let i = 0; i < size; i++) {
    const pixel = Math.floor(i / channels);
    const row = Math.floor((Math.floor(pixel / columns) * down) / rows);
    blocks[i] = row * across + Math.floor(((pixel % columns) * across) / columns);
    members[blocks[i]!]!++;
  }
  const basis = frequencies
    .filter(([v, h]) => v < down && h < across)
    .map(([v, h]) =>
      members.map((n, b) => (wave(v, Math.floor(b / across), down) * wave(h, b % across, across)) / Math.sqrt(n)),
    );
  const width = basis.length;
  const features = new Float32Array(count * width);
  const norms = new Float32Array(count);
  const sums = new Float64Array(members.length);
  for (let i = 0; i < count; i++) {
    const values = pixels(i);
    sums.fill(0);
    let squares = 0;
    for (let k = 0; k < size; k++) {
      const value = values[k]!;
      sums[blocks[k]!]! += value;
      squares += value * value;
    }
    const sum = sums.reduce((a, b) => a + b, 0);
    norms[i] = Math.sqrt(Math.max(0, squares - (sum * sum) / size));
    for (let k = 0; k < width; k++) {
      const weights = basis[k]!;
      let feature = 0;
      for (let b = 0; b < weights.length; b++) feature += weights[b]! * sums[b]!;
      features[i * width + k] = feature;
    }
  }
  return { values: features, width, norms };
}

function wave(frequency: number, at: number, all: number): number {
  return Math.sqrt((frequency === 0 ? 1 : 2) / all) * Math.cos((Math.PI * frequency * (at + 0.5)) / all);
}
