/**
 * Conversion between plain arrays, image after image in Keras's order (rows, columns, channels), and blocks of groups
 * [channel][row][column][16 images].
 */
import { positionBytes } from "./one-image";
import { GROUP_BYTES, LANES } from "./vector";

// @inline
function fourImages(from: usize, stride: usize): v128 {
  let v = v128.load32_zero(from);
  v = v128.load32_lane(from + stride, v, 1);
  v = v128.load32_lane(from + 2 * stride, v, 2);
  return v128.load32_lane(from + 3 * stride, v, 3);
}

/**
 * Bytes into groups, times scale, four bytes of each image at a time. from: 16 images, `stride` bytes apart (a multiple
 * of 4, so that the last load stays inside); to [channels][positions][16].
 */
export function loadBytes(from: usize, to: usize, channels: i32, positions: i32, stride: i32, scale: f32): void {
  const size = channels * positions;
  const fourStrides = <usize>stride * 4;
  const s = f32x4.splat(scale);
  const mask = i32x4.splat(255);
  let channel = 0;
  let position = 0;
  for (let i = 0; i < size; i += 4) {
    const at = from + <usize>i;
    let v0 = fourImages(at, stride);
    let v1 = fourImages(at + fourStrides, stride);
    let v2 = fourImages(at + 2 * fourStrides, stride);
    let v3 = fourImages(at + 3 * fourStrides, stride);
    for (let k = min(4, size - i); k > 0; k--) {
      const out = to + <usize>(channel * positions + position) * GROUP_BYTES;
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(v128.and(v0, mask)), s));
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(v128.and(v1, mask)), s), 16);
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(v128.and(v2, mask)), s), 32);
      v128.store(out, f32x4.mul(f32x4.convert_i32x4_s(v128.and(v3, mask)), s), 48);
      v0 = i32x4.shr_u(v0, 8);
      v1 = i32x4.shr_u(v1, 8);
      v2 = i32x4.shr_u(v2, 8);
      v3 = i32x4.shr_u(v3, 8);
      if (++channel === channels) {
        channel = 0;
        position++;
      }
    }
  }
}

/** Float32 into groups, times scale. from [16][positions][channels]; to [channels][positions][16]. */
export function loadFloats(from: usize, to: usize, channels: i32, positions: i32, scale: f32): void {
  const stride = <usize>(channels * positions) * 4;
  const fourStrides = stride * 4;
  const s = f32x4.splat(scale);
  for (let position = 0; position < positions; position++) {
    for (let channel = 0; channel < channels; channel++) {
      const out = to + <usize>(channel * positions + position) * GROUP_BYTES;
      v128.store(out, f32x4.mul(fourImages(from, stride), s));
      v128.store(out, f32x4.mul(fourImages(from + fourStrides, stride), s), 16);
      v128.store(out, f32x4.mul(fourImages(from + 2 * fourStrides, stride), s), 32);
      v128.store(out, f32x4.mul(fourImages(from + 3 * fourStrides, stride), s), 48);
      from += 4;
    }
  }
}

/** Groups into floats. from [channels][positions][16]; to [16][positions][channels]. */
export function storeFloats(from: usize, to: usize, channels: i32, positions: i32): void {
  const stride = <usize>(channels * positions) * 4;
  for (let position = 0; position < positions; position++) {
    for (let channel = 0; channel < channels; channel++) {
      let at = from + <usize>(channel * positions + position) * GROUP_BYTES;
      let out = to;
      for (let n = 0; n < LANES; n++) {
        store<f32>(out, load<f32>(at));
        at += 4;
        out += stride;
      }
      to += 4;
    }
  }
}

/** An image's bytes, [positions][channels], times scale. */
export function imageOfBytes(from: usize, to: usize, channels: i32, positions: i32, scale: f32): void {
  for (; positions > 0; positions--) {
    for (let i: usize = 0; i < <usize>channels; i++) store<f32>(to + 4 * i, <f32>load<u8>(from + i) * scale);
    from += <usize>channels;
    to += positionBytes(channels);
  }
}

/** An image's floats, times scale, each position padded with zeros. */
export function imageOfFloats(from: usize, to: usize, channels: i32, positions: i32, scale: f32): void {
  const position = positionBytes(channels);
  for (; positions > 0; positions--) {
    for (let i: usize = 0; i < <usize>channels; i++) store<f32>(to + 4 * i, load<f32>(from + 4 * i) * scale);
    memory.fill(to + 4 * <usize>channels, 0, position - 4 * <usize>channels);
    from += 4 * <usize>channels;
    to += position;
  }
}

/** Removes the padding of each position: [positions][channels] without gaps. */
export function imageValues(from: usize, to: usize, channels: i32, positions: i32): void {
  const bytes = <usize>channels * 4;
  for (; positions > 0; positions--) {
    memory.copy(to, from, bytes);
    from += positionBytes(channels);
    to += bytes;
  }
}
