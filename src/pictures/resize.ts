import type { Picture } from "./picture.ts";
import type { Preparation } from "./preparation.ts";

/**
 * A picture in another size: the mean of the old pixels under each new one where it shrinks, linear interpolation where
 * it grows. A picture that has the size already is returned as it is. Colours are weighted by their alpha.
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
  const columns = axis(picture.width, width, fit === "stretch" ? across : factor);
  const rows = axis(picture.height, height, fit === "stretch" ? down : factor);
  const data = new Uint8Array(4 * width * height);
  for (let y = 0, to = 0; y < height; y++) {
    for (let x = 0; x < width; x++, to += 4) {
      let [red, green, blue, alpha, weights] = [0, 0, 0, 0, 0];
      for (const [row, down] of rows[y]!) {
        for (const [column, across] of columns[x]!) {
          const from = 4 * (row * picture.width + column);
          const weight = down * across;
          const seen = weight * picture.data[from + 3]!;
          red += seen * picture.data[from]!;
          green += seen * picture.data[from + 1]!;
          blue += seen * picture.data[from + 2]!;
          alpha += seen;
          weights += weight;
        }
      }
      if (weights === 0) data.set([ground, ground, ground, 255], to);
      else if (alpha > 0) {
        data.set(
          [red, green, blue].map((sum) => Math.round(sum / alpha)),
          to,
        );
        data[to + 3] = Math.round(alpha / weights);
      }
    }
  }
  return { width, height, data };
}

/** For each new pixel, the old ones under it with their weights; none beside the picture. */
function axis(oldSize: number, size: number, factor: number): (readonly [at: number, weight: number])[][] {
  const pitch = 1 / factor;
  const window = Math.max(1, pitch);
  const start = (oldSize - size * pitch) / 2;
  return Array.from({ length: size }, (_, i) => {
    const centre = start + (i + 0.5) * pitch;
    if (centre < 0 || centre > oldSize) return [];
    const [low, high] = [Math.max(0, centre - window / 2), Math.min(oldSize, centre + window / 2)];
    const first = Math.floor(low);
    return Array.from({ length: Math.ceil(high) - first }, (_, k) => {
      const at = first + k;
      return [at, Math.min(high, at + 1) - Math.max(low, at)] as const;
    }).filter(([, weight]) => weight > 0);
  });
}
