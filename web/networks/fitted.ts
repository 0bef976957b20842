/** Images in the size that a network takes. */
import { InputError, type Tensor } from "lenet5";

/**
 * Images with more or fewer zeros around them, where that makes them fit; pixels that are not 0 are never cut off.
 * @param images `[N, rows, columns, channels]`
 * @param shape of the network's input: `[rows, columns, channels]`
 * @throws Error with a line for the user
 */
export function fitted(images: Tensor<Uint8Array>, shape: readonly number[]): Tensor<Uint8Array> {
  const [count = 0, rows = 0, columns = 0, channels = 0] = images.shape;
  const [newRows = 0, newColumns = 0, newChannels] = shape;
  if (rows === newRows && columns === newColumns && channels === newChannels) return images;
  const wrong = () =>
    new InputError(
      `expected images of ${shape.join(" x ")}, as the network takes them, got ${[rows, columns, channels].join(" x ")}: choose other data or another network`,
    );
  if (channels !== newChannels) throw wrong();
  const [top, left] = [(newRows - rows) >> 1, (newColumns - columns) >> 1];
  const data = new Uint8Array(count * newRows * newColumns * channels);
  for (let image = 0, from = 0; image < count; image++) {
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, from += channels) {
        const [y, x] = [row + top, column + left];
        const isInside = y >= 0 && y < newRows && x >= 0 && x < newColumns;
        const pixel = images.data.subarray(from, from + channels);
        if (isInside) data.set(pixel, ((image * newRows + y) * newColumns + x) * channels);
        else if (pixel.some((value) => value !== 0)) throw wrong();
      }
    }
  }
  return { ...images, shape: [count, newRows, newColumns, channels], data };
}
