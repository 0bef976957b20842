import { sizeOf } from "../../../core/tensor.ts";
import type { WeightDescription } from "./description.ts";
import type { Value } from "./value.ts";

/**
 * The weights in the bytes of a file, one after the other: little-endian floats; or, where a weight has channels, one
 * float for each channel, then signed bytes, which are multiplied with the float of their channel.
 */
export function unpacked(weights: readonly WeightDescription[], bytes: Uint8Array): Value[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const floats = (count: number) => {
    const read = Float32Array.from({ length: count }, (_, i) => view.getFloat32(at + 4 * i, true));
    at += 4 * count;
    return read;
  };
  return weights.map(({ shape, channels }) => {
    if (channels === undefined) return { shape, data: floats(sizeOf(shape)) };
    const count = shape[channels]!;
    const inner = sizeOf(shape.slice(channels + 1));
    const scales = floats(count);
    const data = new Float32Array(sizeOf(shape));
    for (let i = 0; i < data.length; i++) data[i] = view.getInt8(at++) * scales[Math.floor(i / inner) % count]!;
    return { shape, data };
  });
}
