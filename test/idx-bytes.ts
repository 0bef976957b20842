/** An IDX file of unsigned bytes with a shape, the inverse of `parseIdx`. */
export function idxBytes(shape: readonly number[], data: ArrayLike<number>): Uint8Array {
  const start = 4 + 4 * shape.length;
  const bytes = new Uint8Array(start + data.length);
  bytes.set([0, 0, 8, shape.length]);
  const view = new DataView(bytes.buffer);
  shape.forEach((size, axis) => {
    view.setUint32(4 + 4 * axis, size);
  });
  bytes.set(data, start);
  return bytes;
}
