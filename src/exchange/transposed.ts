import { type Shape, sizeOf, type Tensor } from "../core/tensor.ts";

/** A tensor with its axes in another order: axis i of the result is axis `axes[i]` of the tensor. */
export function transposed({ shape, data }: Tensor<Float32Array>, axes: readonly number[]): Tensor<Float32Array> {
  const to: Shape = axes.map((axis) => shape[axis]!);
  const steps = axes.map((axis) => sizeOf(shape.slice(axis + 1)));
  const moved = new Float32Array(data.length);
  const place = axes.map(() => 0);
  for (let i = 0, from = 0; i < moved.length; i++) {
    moved[i] = data[from]!;
    // The next place in the result, and where it comes from.
    for (let axis = place.length - 1; axis >= 0; axis--) {
      from += steps[axis]!;
      if (++place[axis]! < to[axis]!) break;
      from -= steps[axis]! * to[axis]!;
      place[axis] = 0;
    }
  }
  return { shape: to, data: moved };
}
