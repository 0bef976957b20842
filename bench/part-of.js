/** @typedef {import("../dist/index.js").Dataset} Dataset */

/**
 * The images of a data set from number `from` to before `to`, with their labels: views of the same memory.
 * @param {Pick<Dataset, "images" | "labels">} data @param {number} from @param {number} [to]
 * @returns {Pick<Dataset, "images" | "labels">}
 */
export function partOf({ images, labels }, from, to = labels.length) {
  const size = images.data.length / labels.length;
  const shape = [to - from, ...images.shape.slice(1)];
  const data = images.data.subarray(from * size, to * size);
  return { images: /** @type {Dataset["images"]} */ ({ ...images, shape, data }), labels: labels.subarray(from, to) };
}
