/** Weights in the order in which a wasm kernel reads them. */

/** to[i] = from[order[i]], or 0 where order[i] is negative. */
export function pack(from: usize, to: usize, order: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    const index = load<i32>(order);
    store<f32>(to, index < 0 ? 0 : load<f32>(from + 4 * <usize>index));
    order += 4;
    to += 4;
  }
}

/** w = w^2, `count` floats (a multiple of 4). */
export function squareWeights(w: usize, count: i32): void {
  const end = w + 4 * <usize>count;
  for (; w < end; w += 16) v128.store(w, f32x4.mul(v128.load(w), v128.load(w)));
}
