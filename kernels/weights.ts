/** Weights as values: the same numbers for every image. */
import { GROUP_BYTES, splat, storeSum, sumLanes } from "./vector";

/** y[c, p, lane] = w[p, c]. w [positions][channels], y [channels][positions][16]. */
export function weightInLanes(w: usize, y: usize, channels: i32, positions: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < positions; p++) {
      const v = splat(w + 4 * <usize>(p * channels + c));
      v128.store(y, v);
      v128.store(y, v, 16);
      v128.store(y, v, 32);
      v128.store(y, v, 48);
      y += GROUP_BYTES;
    }
  }
}

/** dw[p, c] = the sum of dy[c, p] over the images. */
export function weightGradient(dy: usize, dw: usize, channels: i32, positions: i32, accumulate: i32): void {
  for (let c = 0; c < channels; c++) {
    for (let p = 0; p < positions; p++) {
      const low = f32x4.add(v128.load(dy), v128.load(dy, 16));
      const high = f32x4.add(v128.load(dy, 32), v128.load(dy, 48));
      storeSum(dw + 4 * <usize>(p * channels + c), sumLanes(f32x4.add(low, high)), accumulate);
      dy += GROUP_BYTES;
    }
  }
}

/** The same for one image by itself, whose values are in the weight's order except for padding. */
export function imageWeightGradient(dy: usize, dw: usize, channels: i32, positions: i32, accumulate: i32): void {
  const padded = (channels + 3) & ~3;
  for (let p = 0; p < positions; p++) {
    for (let c = 0; c < channels; c++) {
      storeSum(dw + 4 * <usize>(p * channels + c), load<f32>(dy + 4 * <usize>(p * padded + c)), accumulate);
    }
  }
}
