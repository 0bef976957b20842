import { sizeOf, type Tensor } from "../../core/tensor.ts";
import type { WeightDescription } from "./runtime/description.ts";

/** A weight that is to be packed. */
export interface PackedWeight {
  readonly tensor: Tensor<Float32Array>;
  /** The axis along which its channels are, where it may be kept in 8 bits. */
  readonly channels?: number;
}

/**
 * The bytes of weights, which `unpacked` of the runtime reads. With 8 bits, each channel of a kernel has its own scale:
 * its largest number becomes 127 or -127 (symmetric quantization per channel; Krishnamoorthi 2018, section 3.1.2).
 */
export function packedWeights(
  weights: readonly PackedWeight[],
  bits: 8 | 32,
): { readonly bytes: Uint8Array; readonly descriptions: readonly WeightDescription[] } {
  const parts = weights.map(({ tensor: { shape, data }, channels }) => {
    if (channels === undefined || bits === 32) return { bytes: floatBytes(data), description: { shape } };
    const { scales, values } = quantized(data, shape[channels]!, sizeOf(shape.slice(channels + 1)));
    const bytes = new Uint8Array(4 * scales.length + values.length);
    bytes.set(floatBytes(scales));
    bytes.set(new Uint8Array(values.buffer), 4 * scales.length);
    return { bytes, description: { shape, channels } };
  });
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.bytes.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part.bytes, at);
    at += part.bytes.length;
  }
  return { bytes, descriptions: parts.map(({ description }) => description) };
}

/** @param inner numbers of one channel next to each other */
function quantized(
  data: Float32Array,
  channels: number,
  inner: number,
): { readonly scales: Float32Array; readonly values: Int8Array } {
  const most = new Float64Array(channels);
  const channelOf = (i: number) => Math.floor(i / inner) % channels;
  for (let i = 0; i < data.length; i++) {
    const channel = channelOf(i);
    most[channel] = Math.max(most[channel]!, Math.abs(data[i]!));
  }
  const scales = Float32Array.from(most, (value) => value / 127);
  const values = Int8Array.from(data, (value, i) => {
    const scale = scales[channelOf(i)]!;
    return scale === 0 ? 0 : Math.max(-127, Math.min(127, Math.round(value / scale)));
  });
  return { scales, values };
}

function floatBytes(data: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * data.length));
  data.forEach((value, i) => {
    view.setFloat32(4 * i, value, true);
  });
  return new Uint8Array(view.buffer);
}
