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
  /** Default false. */
  amsgrad?: boolean;
}

/** keras/src/optimizers/adam.py; epsilon is the paper's "epsilon hat" (Kingma and Ba 2015, before section 2.1). */
export function adam(options: AdamOptions): OracleOptimizer {
  const { learningRate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, amsgrad = false } = options;
  return (size) => {
    const largest = new Float64Array(size);
    const m = new Float64Array(size);
    const v = new Float64Array(size);
    let step = 0;
    return (weight, gradient) => {
      step++;
      const alpha = (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      for (const [i, g] of gradient.entries()) {
        m[i] += (g - m[i]) * (1 - beta1);
        v[i] += (g * g - v[i]) * (1 - beta2);
        largest[i] = Math.max(largest[i], v[i]);
        weight[i] -= (m[i] * alpha) / (Math.sqrt(amsgrad ? largest[i] : v[i]) + epsilon);
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

/** keras/src/optimizers/nadam.py. */
export function nadam({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
}: Omit<AdamOptions, "amsgrad">): OracleOptimizer {
  return (size) => {
    const m = new Float64Array(size);
    const v = new Float64Array(size);
    let step = 0;
    let product = 1;
    const u = (t: number) => beta1 * (1 - 0.5 * 0.96 ** t);
    return (weight, gradient) => {
      step++;
      product *= u(step);
      for (const [i, g] of gradient.entries()) {
        m[i] += (g - m[i]) * (1 - beta1);
        v[i] += (g * g - v[i]) * (1 - beta2);
        const ahead = (u(step + 1) * m[i]) / (1 - product * u(step + 1)) + ((1 - u(step)) * g) / (1 - product);
        weight[i] -= (learningRate * ahead) / (Math.sqrt(v[i] / (1 - beta2 ** step)) + epsilon);
      }
    };
  };
}

/** keras/src/optimizers/adamax.py. */
export function adamax({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.999,
  epsilon = 1e-7,
}: Omit<AdamOptions, "amsgrad">): OracleOptimizer {
  return (size) => {
    const m = new Float64Array(size);
    const norm = new Float64Array(size);
    let step = 0;
    return (weight, gradient) => {
      step++;
      for (const [i, g] of gradient.entries()) {
        m[i] += (g - m[i]) * (1 - beta1);
        norm[i] = Math.max(beta2 * norm[i], Math.abs(g));
        weight[i] -= (learningRate * m[i]) / ((1 - beta1 ** step) * (norm[i] + epsilon));
      }
    };
  };
}

export interface AdagradOptions {
  learningRate: number;
  /** Default 0.1. */
  initialAccumulatorValue?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/** keras/src/optimizers/adagrad.py; epsilon is under the square root. */
export function adagrad(options: AdagradOptions): OracleOptimizer {
  const { learningRate, initialAccumulatorValue = 0.1, epsilon = 1e-7 } = options;
  return (size) => {
    const sums = new Float64Array(size).fill(initialAccumulatorValue);
    return (weight, gradient) => {
      for (const [i, g] of gradient.entries()) {
        sums[i] += g * g;
        weight[i] -= (learningRate * g) / Math.sqrt(sums[i] + epsilon);
      }
    };
  };
}

export interface AdadeltaOptions {
  learningRate: number;
  /** Default 0.95. */
  rho?: number;
  /** Default 1e-7. */
  epsilon?: number;
}

/** keras/src/optimizers/adadelta.py. */
export function adadelta({ learningRate, rho = 0.95, epsilon = 1e-7 }: AdadeltaOptions): OracleOptimizer {
  return (size) => {
    const meanSquare = new Float64Array(size);
    const meanStep = new Float64Array(size);
    return (weight, gradient) => {
      for (const [i, g] of gradient.entries()) {
        meanSquare[i] = rho * meanSquare[i] + (1 - rho) * g * g;
        const step = (Math.sqrt(meanStep[i] + epsilon) / Math.sqrt(meanSquare[i] + epsilon)) * g;
        meanStep[i] = rho * meanStep[i] + (1 - rho) * step * step;
        weight[i] -= learningRate * step;
      }
    };
  };
}

/** keras/src/optimizers/lion.py. */
export function lion({
  learningRate,
  beta1 = 0.9,
  beta2 = 0.99,
}: Pick<AdamOptions, "learningRate" | "beta1" | "beta2">): OracleOptimizer {
  return (size) => {
    const m = new Float64Array(size);
    return (weight, gradient) => {
      for (const [i, g] of gradient.entries()) {
        weight[i] -= learningRate * Math.sign(beta1 * m[i] + (1 - beta1) * g);
        m[i] = beta2 * m[i] + (1 - beta2) * g;
      }
    };
  };
}
