/** Batch normalization with moving statistics, as in inference: a factor and a summand for each channel. */

/**
 * The moving statistics as one multiply-add for each channel: gamma (x - mean) / sqrt(variance + epsilon) + beta =
 * scale x + shift; gamma 0: 1, beta 0: 0.
 */
export function movingNormalization(
  movingMean: usize,
  movingVariance: usize,
  gamma: usize,
  beta: usize,
  scale: usize,
  shift: usize,
  channels: i32,
  epsilon: f32,
): void {
  for (let c: usize = 0; c < 4 * <usize>channels; c += 4) {
    const inverse = 1 / sqrt(<f64>load<f32>(movingVariance + c) + <f64>epsilon);
    const factor = gamma ? inverse * <f64>load<f32>(gamma + c) : inverse;
    const offset: f64 = beta ? <f64>load<f32>(beta + c) : 0;
    store<f32>(scale + c, <f32>factor);
    store<f32>(shift + c, <f32>(offset - factor * <f64>load<f32>(movingMean + c)));
  }
}

/**
 * Weights of a linear operation that normalizes its result by moving statistics: folded = kernel gamma / sqrt(variance
 * + epsilon), foldedBias = (bias - mean) gamma / sqrt(variance + epsilon) + beta. kernel [rows][channels][columns], by
 * the channels of the result; bias 0: 0, gamma 0: 1, beta 0: 0.
 */
export function foldNormalization(
  kernel: usize,
  bias: usize,
  movingMean: usize,
  movingVariance: usize,
  gamma: usize,
  beta: usize,
  folded: usize,
  foldedBias: usize,
  rows: i32,
  channels: i32,
  columns: i32,
  epsilon: f32,
): void {
  const run = <usize>columns * 4;
  const row = <usize>channels * run;
  const end = <usize>rows * row;
  for (let c: usize = 0; c < <usize>channels; c++) {
    const inverse = 1 / sqrt(<f64>load<f32>(movingVariance + 4 * c) + <f64>epsilon);
    const factor = gamma ? inverse * <f64>load<f32>(gamma + 4 * c) : inverse;
    for (let at = c * run; at < end; at += row) {
      for (let n = at; n < at + run; n += 4) store<f32>(folded + n, <f32>(<f64>load<f32>(kernel + n) * factor));
    }
    const own: f64 = bias ? <f64>load<f32>(bias + 4 * c) : 0;
    const shift: f64 = beta ? <f64>load<f32>(beta + 4 * c) : 0;
    store<f32>(foldedBias + 4 * c, <f32>((own - <f64>load<f32>(movingMean + 4 * c)) * factor + shift));
  }
}
