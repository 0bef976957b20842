import { wholePower } from "../core/elementary.ts";
import { checkOptions, InputError, listed, numberWithin, shown, wholeNumber } from "../core/errors.ts";
import type { StepRecord } from "../engine/executable.ts";
import { type PendingCall, pendingCall } from "../engine/pending-call.ts";
import { type Place, STEP } from "../engine/program.ts";
import { constant, learningRateAt, type Schedule } from "./schedules.ts";

/** How weights follow their gradients. Plain data: it is saved with the model. */
export type Optimizer =
  | {
      readonly optimizer: "sgd";
      readonly learningRate: Schedule;
      readonly momentum: number;
      readonly nesterov: boolean;
    }
  | {
      readonly optimizer: "adam";
      readonly learningRate: Schedule;
      readonly beta1: number;
      readonly beta2: number;
      readonly epsilon: number;
      /** Decoupled weight decay; 0 for plain Adam. */
      readonly weightDecay: number;
    }
  | {
      readonly optimizer: "rmsprop";
      readonly learningRate: Schedule;
      readonly rho: number;
      readonly momentum: number;
      readonly epsilon: number;
      readonly centered: boolean;
    }
  | {
      readonly optimizer: "sdlm";
      readonly learningRate: Schedule;
      readonly mu: number;
      /** Images that the second derivatives are estimated on before every epoch. */
      readonly images: number;
    };

export const optimizerNames = ["sgd", "adam", "adamW", "rmsprop", "sdlm"] as const;
export type OptimizerName = (typeof optimizerNames)[number];

interface Rate {
  /** A number or a schedule. */
  readonly learningRate?: number | Schedule;
}

/** Gradient descent, with momentum (default 0) and Nesterov's variant; learning rate default 0.01. https://keras.io/api/optimizers/sgd/ */
export function sgd(options: Rate & { momentum?: number; nesterov?: boolean } = {}): Optimizer {
  checkOptions("sgd", options, ["learningRate", "momentum", "nesterov"]);
  const { learningRate = 0.01, momentum = 0, nesterov = false } = options;
  return {
    optimizer: "sgd",
    learningRate: scheduled(learningRate),
    momentum: numberWithin("sgd momentum", momentum, 0, 1),
    nesterov,
  };
}

interface AdamOptions extends Rate {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/** Adam (Kingma & Ba 2014) with Keras's defaults; learning rate 0.001. https://keras.io/api/optimizers/adam/ */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions("adam", options, ["learningRate", "beta1", "beta2", "epsilon"]);
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  return {
    optimizer: "adam",
    learningRate: scheduled(learningRate),
    beta1: belowOne("adam beta1", beta1),
    beta2: belowOne("adam beta2", beta2),
    epsilon: numberWithin("adam epsilon", epsilon, 0),
    weightDecay: 0,
  };
}

/** Adam with decoupled weight decay on every weight (default 0.004). https://keras.io/api/optimizers/adamw/ */
export function adamW(options: AdamOptions & { weightDecay?: number } = {}): Optimizer {
  const { weightDecay = 0.004, ...rest } = options;
  return {
    ...(adam(rest) as Optimizer & { optimizer: "adam" }),
    weightDecay: numberWithin("adamW weightDecay", weightDecay, 0),
  };
}

/** RMSprop; learning rate 0.001, rho 0.9, epsilon 1e-7. https://keras.io/api/optimizers/rmsprop/ */
export function rmsprop(
  options: Rate & { rho?: number; momentum?: number; epsilon?: number; centered?: boolean } = {},
): Optimizer {
  checkOptions("rmsprop", options, ["learningRate", "rho", "momentum", "epsilon", "centered"]);
  const { learningRate = 0.001, rho = 0.9, momentum = 0, epsilon = 1e-7, centered = false } = options;
  return {
    optimizer: "rmsprop",
    learningRate: scheduled(learningRate),
    rho: numberWithin("rmsprop rho", rho, 0, 1),
    momentum: numberWithin("rmsprop momentum", momentum, 0, 1),
    epsilon: numberWithin("rmsprop epsilon", epsilon, 0),
    centered,
  };
}

/**
 * Stochastic diagonal Levenberg-Marquardt (LeCun et al. 1998, appendix C): each weight has its own rate,
 * learningRate / (mu + h), where h is its entry on the diagonal of the Gauss-Newton matrix as the paper estimates it (of "rbf_map", that of "rbf_mse"), the mean over `images` images
 * (default 500) of the training set (of a stream: at most its first batch), estimated anew before every epoch. mu default
 * 0.02; learning rate default 0.0005, as in the paper's first passes. It was made for batches of one image, but any batch
 * size, model and loss may be trained with it. Batch normalization's statistics count as constants, and images that training
 * shows distorted count as they are.
 */
export function sdlm(options: Rate & { mu?: number; images?: number } = {}): Optimizer {
  checkOptions("sdlm", options, ["learningRate", "mu", "images"]);
  const { learningRate = 0.0005, mu = 0.02, images = 500 } = options;
  return {
    optimizer: "sdlm",
    learningRate: scheduled(learningRate),
    mu: numberWithin("sdlm mu", mu, Number.MIN_VALUE),
    images: wholeNumber("sdlm images", images),
  };
}

/** An optimizer by its name, with its defaults. */
export function optimizerNamed(name: OptimizerName, learningRate?: number | Schedule): Optimizer {
  const makers = { sgd, adam, adamW, rmsprop, sdlm };
  if (!Object.hasOwn(makers, name))
    throw new InputError(`optimizer: expected ${listed(optimizerNames)}, got "${name}"`);
  return makers[name]({ ...(learningRate !== undefined && { learningRate }) });
}

/** What the optimizer remembers for each weight. */
export function slotNames(optimizer: Optimizer): readonly string[] {
  switch (optimizer.optimizer) {
    case "sgd":
      return optimizer.momentum > 0 ? ["momentum"] : [];
    case "adam":
      return ["momentum", "velocity"];
    case "rmsprop":
      return [
        "velocity",
        ...(optimizer.momentum > 0 ? ["momentum"] : []),
        ...(optimizer.centered ? ["average_gradient"] : []),
      ];
    case "sdlm":
      return [CURVATURE];
  }
}

/** Where the optimizer sdlm remembers the diagonal of the Gauss-Newton matrix. */
export const CURVATURE = "curvature";

/** The call that moves `count` weights at `w` by their gradient at `g`; `slot` tells where a memory of theirs lies. */
export function updateCall(
  optimizer: Optimizer,
  w: Place,
  g: Place,
  count: number,
  slot: (name: string) => Place,
): PendingCall {
  const rate = STEP.learningRate;
  switch (optimizer.optimizer) {
    case "sgd": {
      const { momentum, nesterov } = optimizer;
      if (momentum === 0) return pendingCall("sgd", { w, g, count, rate });
      const velocity = slot("momentum");
      return pendingCall("sgdMomentum", { w, g, velocity, count, rate, momentum, nesterov: nesterov ? 1 : 0 });
    }
    case "adam": {
      const { beta1, beta2, epsilon, weightDecay: decay } = optimizer;
      const [m, v] = [slot("momentum"), slot("velocity")];
      return pendingCall("adam", {
        w,
        g,
        m,
        v,
        count,
        rate,
        corrected: STEP.correctedRate,
        beta1,
        beta2,
        epsilon,
        decay,
      });
    }
    case "rmsprop": {
      const { rho, momentum, epsilon, centered } = optimizer;
      return pendingCall("rmsprop", {
        w,
        g,
        v: slot("velocity"),
        velocity: momentum > 0 ? slot("momentum") : 0,
        mean: centered ? slot("average_gradient") : 0,
        count,
        rate,
        rho,
        momentum,
        epsilon,
        centered: centered ? 1 : 0,
      });
    }
    case "sdlm":
      return pendingCall("diagonalLevenbergMarquardt", { w, g, h: slot(CURVATURE), count, rate, mu: optimizer.mu });
  }
}

/** The numbers of step `step`; the first is 0. `seed` is that of dropout. */
export function stepRecord(optimizer: Optimizer, step: number, seed: number): StepRecord {
  const learningRate = learningRateAt(optimizer.learningRate, step);
  let correctedRate = learningRate;
  if (optimizer.optimizer === "adam") {
    const [first, second] = [wholePower(optimizer.beta1, step + 1), wholePower(optimizer.beta2, step + 1)];
    correctedRate = (learningRate * Math.sqrt(1 - second)) / (1 - first);
  }
  return { learningRate, correctedRate, seed };
}

function scheduled(learningRate: number | Schedule): Schedule {
  if (typeof learningRate === "number") return constant(learningRate);
  if (typeof learningRate !== "object" || typeof learningRate?.schedule !== "string") {
    throw new InputError(
      `learningRate: expected a number or a schedule such as oneCycle(...), got ${shown(learningRate)}`,
    );
  }
  return learningRate;
}

/** Each average forgets: with a beta of 1 Adam's correction would divide by 0. */
function belowOne(what: string, beta: number): number {
  if (numberWithin(what, beta, 0, 1) === 1) throw new InputError(`${what}: expected a number in [0, 1), got 1`);
  return beta;
}
