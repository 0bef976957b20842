import type { Samples } from "./data.ts";

/** Part of some samples, without a copy. */
export interface Slice {
  readonly samples: Samples;
  /** The index of its first image. */
  readonly first: number;
}

/** The samples in order, at most `size` at a time; a slice also ends at each multiple of `border`. */
export function* slicesOf(samples: Samples, size: number, border: number): Generator<Slice> {
  const { count, source, inputs } = samples;
  for (let first = 0; first < count; ) {
    const most = size >= border ? size - (size % border) : border - (first % border);
    const end = Math.min(count, first + Math.min(size, most));
    const part = <Data extends Uint8Array | Int32Array | Float32Array>(data: Data): Data => {
      const width = data.length / count;
      return data.subarray(first * width, end * width) as Data;
    };
    const targets = source.targets.map(({ labels, weights }) => ({
      labels: part(labels),
      ...(weights && { weights: part(weights) }),
    }));
    yield {
      samples: { count: end - first, source: { ...source, inputs: source.inputs.map(part), targets }, inputs },
      first,
    };
    first = end;
  }
}
