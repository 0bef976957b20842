import { type Numbers, sizeOf, type Tensor } from "../../core/tensor.ts";

/** An image of a batch as bytes: bytes as they are, whatever they are worth; of other numbers 255 is 1. */
export function imageBytes({ shape, data, scale = 1 }: Tensor<Numbers>, index: number): Uint8Array | Uint8ClampedArray {
  const size = sizeOf(shape.slice(1));
  const values = data.subarray(index * size, (index + 1) * size);
  return values instanceof Uint8Array ? values : Uint8ClampedArray.from(values, (value) => value * scale * 255);
}
