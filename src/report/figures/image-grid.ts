import { type Numbers, sizeOf, type Tensor } from "../../core/tensor.ts";
import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { count as counted } from "../drawing/numbers.ts";
import { type Raster, rasterImage, sequential } from "../drawing/raster.ts";
import { shortened, textWidth } from "../drawing/text.ts";

/** Images with their class numbers, as data sets hold them. */
export interface LabelledPictures {
  /** [N, rows, columns, channels] */
  readonly images: Tensor;
  readonly labels: ArrayLike<number>;
  readonly classNames: readonly string[];
}

export interface ImageGridOptions {
  /** How many images, from the first; default 40. */
  readonly count?: number;
  /** How many side by side; default 10. */
  readonly columns?: number;
}

const CELL = 72;
const PICTURE = 56;
const ROW = 84;

/** The first images of a data set, each over its class: what there is to learn. */
export function imageGrid(data: LabelledPictures, { count = 40, columns = 10 }: ImageGridOptions = {}): Figure {
  const { images, labels, classNames } = data;
  const total = images.shape[0];
  const shown = Math.min(count, total);
  const cells = Array.from({ length: shown }, (_, i) => {
    const [x, y] = [(i % columns) * CELL, Math.floor(i / columns) * ROW];
    const name = classNames[labels[i]] ?? String(labels[i]);
    const box = { x: x + (CELL - PICTURE) / 2, y, width: PICTURE, height: PICTURE };
    return html`<g><title>image ${i}: ${name}</title>${rasterImage(rasterOf(images, i), box)}<text x="${x + CELL / 2}" y="${y + PICTURE + 15}" text-anchor="middle" fill="var(--soft)">${shortened(name, 12, CELL - 4)}</text></g>`;
  });
  const [title, note] = ["Images", `the first ${counted(shown)} of ${counted(total)}, each over its class`];
  const width = Math.max(Math.min(columns, shown) * CELL, textWidth(title, 15) + textWidth(note, 12) + 16);
  return new Figure({ title, note, width: Math.ceil(width), height: Math.ceil(shown / columns) * ROW }, html`${cells}`);
}

/** An image as paper shows it: dark on white where it has one channel, in colour where it has three. */
function rasterOf({ shape, data, scale = 1 }: Tensor<Numbers>, index: number): Raster {
  const [, height, width, channels = 1] = shape;
  const size = sizeOf(shape.slice(1));
  const values = data.subarray(index * size, (index + 1) * size);
  if (channels === 3) {
    return { width, height, channels, data: Uint8ClampedArray.from(values, (value) => value * scale * 255) };
  }
  const first = values.filter((_, i) => i % channels === 0);
  return { width, height, channels: 1, data: sequential(first, 0, 1 / scale) };
}
