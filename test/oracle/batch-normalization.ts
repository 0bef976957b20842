import { type OracleOp, tensor } from "./tensor.ts";

export interface BatchNormalizationOptions {
  /** Normalize by the batch's statistics and move the moving ones, or use the moving ones. */
  training: boolean;
  /** Default 0.99. */
  momentum?: number;
  /** Default 1e-3. */
  epsilon?: number;
}

/**
 * Normalizes each channel (last axis). Weights gamma [C], beta [C], movingMean [C], movingVariance [C], of which the
 * first two are trainable. The variance is the biased one, divided by the number of values, also in the moving
 * average (keras/src/layers/normalization/batch_normalization.py).
 */
export function batchNormalization(options: BatchNormalizationOptions): OracleOp {
  const { training, momentum = 0.99, epsilon = 1e-3 } = options;
  return {
    forward([x], [gamma, beta, movingMean, movingVariance]) {
      const C = x.shape.at(-1)!;
      const M = x.data.length / C;
      /** The mean over the batch and plane of channel c. */
      const meanOf = (values: Float64Array, c: number): number => {
        let sum = 0;
        for (let i = c; i < values.length; i += C) sum += values[i];
        return sum / M;
      };
      const mean = training ? movingMean.data.map((_, c) => meanOf(x.data, c)) : movingMean.data;
      const centered = x.data.map((value, i) => value - mean[i % C]);
      const squares = centered.map((value) => value * value);
      const variance = training ? movingVariance.data.map((_, c) => meanOf(squares, c)) : movingVariance.data;
      const inverse = variance.map((value) => 1 / Math.sqrt(value + epsilon));
      const normalized = centered.map((value, i) => value * inverse[i % C]);
      const output = {
        shape: x.shape,
        data: normalized.map((value, i) => gamma.data[i % C] * value + beta.data[i % C]),
      };

      const moved = (old: Float64Array, batch: Float64Array) =>
        old.map((v, c) => v * momentum + batch[c] * (1 - momentum));
      const updatedWeights = training
        ? [gamma, beta, tensor([C], moved(movingMean.data, mean)), tensor([C], moved(movingVariance.data, variance))]
        : [gamma, beta, movingMean, movingVariance];

      return {
        output,
        updatedWeights,
        backward(dOutput) {
          const dGamma = tensor([C]);
          const dBeta = tensor([C]);
          // output = gamma * normalized + beta
          for (const [i, d] of dOutput.data.entries()) {
            dGamma.data[i % C] += d * normalized[i];
            dBeta.data[i % C] += d;
          }
          const dNormalized = dOutput.data.map((d, i) => d * gamma.data[i % C]);
          // normalized = centered * inverse
          const dCentered = dNormalized.map((d, i) => d * inverse[i % C]);
          if (training) {
            const dVariance = new Float64Array(C);
            // inverse = (variance + epsilon)^(-1/2)
            for (const [i, d] of dNormalized.entries()) {
              dVariance[i % C] += d * centered[i] * -0.5 * inverse[i % C] ** 3;
            }
            // variance = mean of centered^2
            for (let i = 0; i < centered.length; i++) dCentered[i] += (dVariance[i % C] * 2 * centered[i]) / M;
          }
          // centered = x - mean of x; without training the mean is a constant
          const means = movingMean.data.map((_, c) => (training ? meanOf(dCentered, c) : 0));
          const dX = dCentered.map((d, i) => d - means[i % C]);
          return { inputs: [tensor(x.shape, dX)], weights: [dGamma, dBeta] };
        },
      };
    },
  };
}
