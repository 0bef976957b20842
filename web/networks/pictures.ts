/** Picture files of the user, decoded in a worker. */
import { type Picture, readPicture } from "lenet5";

/** More pixels a side say no more about a digit, and take longer to draw. */
const LONGEST = 1024;

/** Decodes a picture file, and shrinks it where it is large. @throws Error with a line for the user */
export async function openedPicture(bytes: Uint8Array, name: string): Promise<Picture> {
  return shrunk(await readPicture(bytes, name, { longest: LONGEST }));
}

/** Each new pixel is the mean of a square of old ones, colours weighted by their alpha. */
export function shrunk({ width, height, data }: Picture, longest: number = LONGEST): Picture {
  const factor = Math.ceil(Math.max(width, height) / longest);
  if (factor === 1) return { width, height, data };
  const [across, down] = [Math.min(factor, width), Math.min(factor, height)];
  const [columns, rows] = [Math.floor(width / across), Math.floor(height / down)];
  const small = new Uint8Array(4 * columns * rows);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, to += 4) {
      let [red, green, blue, alpha] = [0, 0, 0, 0];
      for (let y = row * down; y < (row + 1) * down; y++) {
        const start = 4 * (y * width + column * across);
        for (let at = start; at < start + 4 * across; at += 4) {
          const seen = data[at + 3]!;
          red += seen * data[at]!;
          green += seen * data[at + 1]!;
          blue += seen * data[at + 2]!;
          alpha += seen;
        }
      }
      if (alpha > 0) small.set([red / alpha, green / alpha, blue / alpha, alpha / (across * down)].map(Math.round), to);
    }
  }
  return { width: columns, height: rows, data: small };
}

/** The picture on white paper: opaque. */
export function onPaper({ width, height, data }: Picture): Picture {
  const opaque = new Uint8Array(data.length).fill(255);
  for (let at = 0; at < data.length; at += 4) {
    const share = data[at + 3]! / 255;
    for (let c = at; c < at + 3; c++) opaque[c] = Math.round(share * data[c]! + (1 - share) * 255);
  }
  return { width, height, data: opaque };
}
