import type { Dataset } from "./dataset.ts";

/** Some images of a data set, in the order of their indices. */
export function subset(data: Dataset, indices: Uint32Array): Dataset {
  const { images, labels, names, sizes } = data;
  const size = images.data.length / labels.length;
  const taken = images.data.slice(0, indices.length * size);
  indices.forEach((from, to) => {
    taken.set(images.data.subarray(from * size, (from + 1) * size), to * size);
  });
  return {
    ...data,
    images: { ...images, shape: [indices.length, ...images.shape.slice(1)], data: taken } as Dataset["images"],
    labels: labels.slice(0, indices.length).map((_, i) => labels[indices[i]!]!),
    ...(names && { names: Array.from(indices, (from) => names[from]!) }),
    ...(sizes && { sizes: sizes.slice(0, 2 * indices.length).map((_, i) => sizes[2 * indices[i >> 1]! + (i & 1)]!) }),
  };
}
