import { InputError, shown } from "../core/errors.ts";
import { type Numbers, type Shape, sizeOf, type Tensor } from "../core/tensor.ts";
import type { Preparation } from "../pictures/preparation.ts";

/** Rows and columns of MNIST's images: 28 as in its files and in Keras, or 32 for the same with 2 pixels of 0 around. */
export type ImageSize = 28 | 32;

/** @throws InputError for another size */
export function imageSize(what: string, size: ImageSize = 32): ImageSize {
  if (size === 28 || size === 32) return size;
  throw new InputError(`${what} size: expected 28 or 32, got ${shown(size)}`);
}

/**
 * Images in another size where that is clear: zeros are added around them, or taken away where all images have them;
 * `[N, n]` for pictures of n pixels takes them row by row. Undefined where it is not clear: other channels, or pixels
 * that would be lost.
 * @param images `[N, rows, columns, channels]`
 * @param shape `[rows, columns, channels]`, or `[n]`
 */
export function imagesOfShape<Images extends Tensor>(images: Images, shape: Shape): Images | undefined {
  const [count = 0, ...given] = images.shape;
  if (given.join() === shape.join()) return images;
  const pictures = picturesShape(shape);
  if (given.length !== 3 || !pictures || given[2] !== pictures[2]) return undefined;
  const [rows = 0, columns = 0, channels = 1] = given;
  const [newRows = 0, newColumns = 0] = pictures;
  const [top, left] = [Math.floor((newRows - rows) / 2), Math.floor((newColumns - columns) / 2)];
  const [size, newSize] = [sizeOf(given), sizeOf(pictures)];
  const data = new (images.data.constructor as new (length: number) => Numbers)(count * newSize);
  for (let image = 0; image < count; image++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const [newRow, newColumn] = [row + top, column + left];
        const isInside = newRow >= 0 && newRow < newRows && newColumn >= 0 && newColumn < newColumns;
        const from = image * size + (row * columns + column) * channels;
        const to = image * newSize + (newRow * newColumns + newColumn) * channels;
        for (let channel = 0; channel < channels; channel++) {
          const value = images.data[from + channel]!;
          if (isInside) data[to + channel] = value;
          else if (value !== 0) return undefined;
        }
      }
    }
  }
  return { ...images, shape: [count, ...shape], data };
}

/**
 * The preparation of images that came to another size with {@link imagesOfShape}: its padding is what they have now.
 * Unchanged where no padding makes that size, and for images that stand in no shape of pictures.
 */
export function preparationOfShape(preparation: Preparation, shape: Shape): Preparation {
  const [rows, columns] = preparation.size;
  const [newRows = 0, newColumns = 0] = picturesShape(shape) ?? [];
  const padding = (newRows - rows) / 2;
  const isPadded = padding >= 0 && Number.isInteger(padding) && newColumns - columns === 2 * padding;
  return isPadded ? { ...preparation, padding } : preparation;
}

/** The shape of pictures whose pixels are taken row by row, if the shape is `[n]`: square, of one channel. */
function picturesShape(shape: Shape): Shape | undefined {
  if (shape.length === 3) return shape;
  const side = Math.sqrt(sizeOf(shape));
  return shape.length === 1 && Number.isInteger(side) ? [side, side, 1] : undefined;
}
