import { checkOptions } from "../../core/errors.ts";
import type { Tensor } from "../../core/tensor.ts";
import { className } from "../drawing/class-name.ts";
import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { imageBytes } from "../drawing/image-bytes.ts";
import { count as counted } from "../drawing/numbers.ts";
import { paperRaster } from "../drawing/pictures.ts";
import { rasterImage } from "../drawing/raster.ts";
import { shortened } from "../drawing/text.ts";
import { given } from "./given.ts";

/** Labelled images, as in a data set. */
export interface LabelledPictures {
  /** [N, rows, columns, channels] */
  readonly images: Tensor;
  /** Class of each image. */
  readonly labels: ArrayLike<number>;
  /** Class names by class number. */
  readonly classNames: readonly string[];
}

/** Options of {@link imageGrid}. */
export interface ImageGridOptions {
  /** Number of images; default 40. */
  readonly count?: number;
  /** Number of images in a row; default 10. */
  readonly columns?: number;
}

const CELL = 72;
const PICTURE = 56;
const ROW = 84;

/** The first images of a data set with their classes. */
export function imageGrid(data: LabelledPictures, options: ImageGridOptions = {}): Figure {
  checkOptions("imageGrid", options, ["count", "columns"]);
  const { count = 40, columns = 10 } = options;
  const { images, labels, classNames } = given("imageGrid", "pictures", data);
  const total = images.shape[0];
  const shown = Math.min(count, total);
  const cells = Array.from({ length: shown }, (_, i) => {
    const [x, y] = [(i % columns) * CELL, Math.floor(i / columns) * ROW];
    const name = className(classNames, labels[i]);
    const box = { x: x + (CELL - PICTURE) / 2, y, width: PICTURE, height: PICTURE };
    return html`<g><title>image ${i}: ${name}</title>${rasterImage(paperRaster(imageBytes(images, i), images.shape.slice(1)), box)}<text x="${x + CELL / 2}" y="${y + PICTURE + 15}" text-anchor="middle" fill="var(--soft)">${shortened(name, 12, CELL - 4)}</text></g>`;
  });
  const [title, note] = ["Images", `the first ${counted(shown)} of ${counted(total)}, with their classes`];
  const width = Math.min(columns, shown) * CELL;
  return new Figure({ title, note, width, height: Math.ceil(shown / columns) * ROW }, html`${cells}`);
}
