/** Updates one weight array in place; keeps its state (momentum, moments, step count). */
export type Update = (weight: Float64Array, gradient: Float64Array) => void;

/** Makes the update of one weight array: call once per array, before the first step. */
export type OracleOptimizer = (size: number) => Update;

export interface SgdOptions {
  learningRate: number;
  /** Default 0. */
  momentum?: number;
  /** Default false. */
  nesterov?: boolean;
}

/** keras/src/optimizers/sgd.py. */
export function sgd({ learningRate, momentum = 0, nesterov = false }: SgdOptions): OracleOptimizer {
  return (size) => {
    const velocity = new Float64Array(size);
    return (weight, gradient) => {
      for (const [i, g] of gradient.entries()) {
        velocity[i] = momentum * velocity[i] - learningRate * g;
        weight[i] += nesterov ? momentum * velocity[i] - learningRate * g : velocity[i];
      }
    };
  };
}

export interface AdamOptions {
  learningRate: number;
  /** Default 0.9. */
  beta1?: number;
  /** Default 0.999. */
  beta2?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/** keras/src/optimizers/adam.py; epsilon is the paper's "epsilon hat" (Kingma and Ba 2015, before section 2.1). */
export function adam({ learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 }: AdamOptions): OracleOptimizer {
  return (size) => {
    const m = new Float64Array(size);
    const v = new Float64Array(size);
    let step = 0;
    return (weight, gradient) => {
      step++;
      const alpha = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      for (const [i, g] of gradient.entries()) {
        m[i] += (g - m[i]) * (1 - beta1);
        v[i] += (g * g - v[i]) * (1 - beta2);
        weight[i] -= (m[i] * alpha) / (Math.sqrt(v[i]) + epsilon);
      }
    };
  };
}

export interface AdamWOptions extends AdamOptions {
  /** Default 0.004. */
  weightDecay?: number;
}

/** Adam after the weights, biases included, have shrunk by learningRate * weightDecay (base_optimizer.py). */
export function adamW({ weightDecay = 0.004, ...options }: AdamWOptions): OracleOptimizer {
  return (size) => {
    const update = adam(options)(size);
    return (weight, gradient) => {
      for (let i = 0; i < size; i++) weight[i] -= weight[i] * weightDecay * options.learningRate;
      update(weight, gradient);
    };
  };
}

/**
 * Stochastic diagonal Levenberg-Marquardt (LeCun et al. 1998, eq. 21): each weight has its own rate; `curvature` is
 * looked up at every step, since it changes from epoch to epoch.
 */
export function diagonalLevenbergMarquardt(
  { learningRate, mu = 0.02 }: { learningRate(): number; mu?: number },
  curvature: () => Float64Array,
): OracleOptimizer {
  return () => (weight, gradient) => {
    for (const [i, g] of gradient.entries()) weight[i] -= (learningRate() / (mu + curvature()[i])) * g;
  };
}

export interface RmspropOptions {
  learningRate: number;
  /** Default 0.9. */
  rho?: number;
  /** Default 0. */
  momentum?: number;
  /** Default 1e-7. */
  epsilon?: number;
  /** Divide by the estimated variance of the gradient, not its mean square. Default false. */
  centered?: boolean;
}

/** keras/src/optimizers/rmsprop.py; epsilon is under the square root. */
export function rmsprop(options: RmspropOptions): OracleOptimizer {
  const { learningRate, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
  return (size) => {
    const meanSquare = new Float64Array(size);
    const mean = new Float64Array(size);
    const velocity = new Float64Array(size);
    return (weight, gradient) => {
      for (const [i, g] of gradient.entries()) {
        meanSquare[i] = rho * meanSquare[i] + (1 - rho) * g * g;
        mean[i] = rho * mean[i] + (1 - rho) * g;
        const variance = meanSquare[i] - (centered ? mean[i] * mean[i] : 0);
        velocity[i] = momentum * velocity[i] + (learningRate * g) / Math.sqrt(variance + epsilon);
        weight[i] -= velocity[i];
      }
    };
  };
}
