import { type OracleOp, tensor } from "./tensor.ts";

/**
 * Normalizes sets of the numbers of an image, [N, ..., C]; weights gamma [C] and beta [C], as far as there are any.
 * `setOf` names the set of a channel and a position.
 */
function setNormalization(
  { epsilon, scale, center }: { epsilon: number; scale: boolean; center: boolean },
  setOf: (channel: number, position: number, channels: number) => number,
): OracleOp {
  return {
    forward([x], weights) {
      const C = x.shape.at(-1)!;
      const perImage = x.data.length / x.shape[0];
      const ones = new Float64Array(C).fill(1);
      const gamma = scale ? weights[0].data : ones;
      const beta = center ? weights[scale ? 1 : 0].data : new Float64Array(C);
      /** The members of each set, as indices of x. */
      const sets = new Map<string, number[]>();
      for (let i = 0; i < x.data.length; i++) {
        const set = `${Math.floor(i / perImage)} ${setOf(i % C, Math.floor((i % perImage) / C), C)}`;
        sets.set(set, [...(sets.get(set) ?? []), i]);
      }
      const normalized = tensor(x.shape);
      const inverses = new Float64Array(x.data.length);
      for (const members of sets.values()) {
        const mean = members.reduce((sum, i) => sum + x.data[i], 0) / members.length;
        const variance = members.reduce((sum, i) => sum + (x.data[i] - mean) ** 2, 0) / members.length;
        for (const i of members) {
          inverses[i] = 1 / Math.sqrt(variance + epsilon);
          normalized.data[i] = (x.data[i] - mean) * inverses[i];
        }
      }
      const output = tensor(
        x.shape,
        normalized.data.map((h, i) => h * gamma[i % C] + beta[i % C]),
      );
      return {
        output,
        backward(dOutput) {
          const dGamma = tensor([C]);
          const dBeta = tensor([C]);
          // output = gamma * normalized + beta
          for (const [i, d] of dOutput.data.entries()) {
            dGamma.data[i % C] += d * normalized.data[i];
            dBeta.data[i % C] += d;
          }
          const dX = tensor(x.shape);
          for (const members of sets.values()) {
            // normalized = (x - mean) * inverse, where the mean and the inverse depend on every member
            const g = (i: number) => dOutput.data[i] * gamma[i % C];
            const sum = members.reduce((all, i) => all + g(i), 0);
            const product = members.reduce((all, i) => all + g(i) * normalized.data[i], 0);
            for (const i of members) {
              dX.data[i] =
                inverses[i] * (g(i) - sum / members.length - (normalized.data[i] * product) / members.length);
            }
          }
          return { inputs: [dX], weights: [...(scale ? [dGamma] : []), ...(center ? [dBeta] : [])] };
        },
      };
    },
  };
}

export interface LayerNormalizationOptions {
  /** Default 1e-3. */
  epsilon?: number;
  /** Default true. */
  scale?: boolean;
  /** Default true. */
  center?: boolean;
}

/** Normalizes the channels of each position. */
export function layerNormalization(options: LayerNormalizationOptions = {}): OracleOp {
  const { epsilon = 1e-3, scale = true, center = true } = options;
  return setNormalization({ epsilon, scale, center }, (_, position) => position);
}

/** Normalizes groups of channels, with all their positions. */
export function groupNormalization(options: LayerNormalizationOptions & { groups: number }): OracleOp {
  const { epsilon = 1e-3, scale = true, center = true, groups } = options;
  return setNormalization({ epsilon, scale, center }, (channel, _, channels) =>
    groups === -1 ? channel : Math.floor((channel * groups) / channels),
  );
}
