import { type Numbers, sizeOf, type Tensor } from "../../core/tensor.ts";

/**
 * One image of a batch as bytes. Bytes are returned unchanged, whatever their scale; other values are scaled by 255.
 */
export function imageBytes({ shape, data, scale = 1 }: Tensor<Numbers>, index: number): Uint8Array | Uint8ClampedArray {
  const size = sizeOf(shape.slice(1));
  const values = data.subarray(index * size, (index + 1) * size);
  return values instanceof Uint8Array ? values : Uint8ClampedArray.from(values, (value) => value * scale * 255);
}
