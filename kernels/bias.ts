/** The gradient of the biases of convolutions and dense layers, in the layout of blocks and in that of one image. */
import { positionBytes } from "./one-image";
import { GROUP_BYTES, storeLanes, storeSum, sumLanes } from "./vector";

/** db[k] = sum over the map's positions and images of dy[k]. dy [filters][positions][16]; db [filters]. */
export function biasGradient(dy: usize, db: usize, filters: i32, positions: i32, accumulate: i32): void {
  let g = dy;
  for (let k = 0; k < filters; k++) {
    const zero = f32x4.splat(0);
    let s0 = zero;
    let s1 = zero;
    let s2 = zero;
    let s3 = zero;
    for (let position = 0; position < positions; position++) {
      s0 = f32x4.add(s0, v128.load(g));
      s1 = f32x4.add(s1, v128.load(g, 16));
      s2 = f32x4.add(s2, v128.load(g, 32));
      s3 = f32x4.add(s3, v128.load(g, 48));
      g += GROUP_BYTES;
    }
    storeSum(db + 4 * <usize>k, sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))), accumulate);
  }
}

/** db[k] = sum over the positions of dy[k], for one image by itself. */
export function imageBiasGradient(dy: usize, db: usize, filters: i32, positions: i32, accumulate: i32): void {
  const position = positionBytes(filters);
  const bytes = position * <usize>positions;
  for (let k = 0; k < filters; k += 4) {
    let sum = f32x4.splat(0);
    for (let n = <usize>k * 4; n < bytes; n += position) sum = f32x4.add(sum, v128.load(dy + n));
    storeLanes(db + 4 * <usize>k, sum, filters - k, accumulate);
  }
}
