/** Parts of data sets as a training takes them. */
import type { Dataset } from "lenet5";

/** Training images of all, as `fit` divides them. */
export function trainCount(all: number, split: number): number {
  return Math.floor(all * (1 - split) + 1e-6);
}

/** The first images. */
export function firstOf(data: Dataset, count: number): Dataset {
  return part(data, 0, Math.min(count, data.labels.length));
}

/** The images at the end that `fit` takes for validation. */
export function lastOf(data: Dataset, split: number): Dataset {
  return part(data, trainCount(data.labels.length, split), data.labels.length);
}

function part(data: Dataset, from: number, to: number): Dataset {
  const { images, labels } = data;
  const size = images.data.length / labels.length;
  return {
    ...data,
    images: {
      ...images,
      shape: [to - from, ...images.shape.slice(1)],
      data: images.data.subarray(from * size, to * size),
    } as Dataset["images"],
    labels: labels.subarray(from, to),
  };
}

/** The images in an order in which the classes take turns: the end, which is for validation, then has every class. */
export function turnsByClass(data: Dataset): Dataset {
  const { images, labels } = data;
  const seen = new Map<number, number>();
  const turns = Array.from(labels, (label, index) => {
    const turn = seen.get(label) ?? 0;
    seen.set(label, turn + 1);
    // Of a class with few images, these are spread over the whole.
    return { index, label, turn };
  });
  const place = ({ label, turn }: (typeof turns)[number]) => (turn + 0.5) / seen.get(label)!;
  const order = turns.sort((a, b) => place(a) - place(b) || a.label - b.label).map(({ index }) => index);
  const size = images.data.length / labels.length;
  const copy = images.data.slice();
  order.forEach((from, to) => {
    copy.set(images.data.subarray(from * size, (from + 1) * size), to * size);
  });
  const { names: _, sizes: __, ...facts } = data;
  return {
    ...facts,
    images: { ...images, data: copy } as Dataset["images"],
    labels: labels.map((_, i) => labels[order[i]!]!),
  };
}
