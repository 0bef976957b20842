import { wholeNumber } from "../core/errors.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { flatten } from "../layers/flatten.ts";
import type { Initializer } from "../layers/initializers.ts";
import { input } from "../layers/input.ts";
import { rbf } from "../layers/rbf.ts";
import { rescaling } from "../layers/rescaling.ts";
import { subsampling2d } from "../layers/subsampling2d.ts";
import type { EngineOptions } from "../model/core.ts";
import type { FitOptions } from "../model/fit-options.ts";
import { type Model, model } from "../model/model.ts";
import type { CompileOptions } from "../model/model-options.ts";
import { type RbfMap, rbfMap } from "../training/losses/rbf-map.ts";
import { type Sdlm, sdlm } from "../training/optimizers/sdlm.ts";
import { piecewiseConstantDecay } from "../training/schedules/piecewise-constant-decay.ts";
import { bitmaps } from "./bitmaps.ts";
import { tableI } from "./table-i.ts";

/** Options of {@link lenet5Of1998}. */
export interface LeNet51998Options extends EngineOptions {
  /** The classes, one printable ASCII character each; default the ten digits. */
  readonly characters?: string;
  /** Seed of the initial weights; default 0. */
  readonly seed?: number;
  /**
   * Initial weights and biases; default uniform in +-2.4 / sqrt(fan in). The paper says +-2.4 / fan in (appendix A), which is
   * "lecun1998_uniform": with it the signal fades from layer to layer, all second derivatives but F6's are near 0, all
   * learning rates are at their maximum, and training diverges in its first pass (docs/paper.md).
   */
  readonly initializer?: Initializer;
  /** Initial coefficients of S2 and S4, whose biases start at 0; default 1/4, the mean of a window. The paper names no value of their own. */
  readonly coefficientInitializer?: Initializer;
}

/** Maps bytes, as 0 to 1, to the paper's range: background -0.1, ink 1.175, so that the mean is about 0 and the variance 1 (section II.B). */
const RANGE = { scale: 1.275, offset: -0.1 };

/**
 * LeNet-5 as published (LeCun et al. 1998, section II.B) for 32x32 grey images: trainable subsampling, Table I, scaled tanh,
 * and RBF units: the outputs are squared distances from the bitmaps of the characters, the smallest distance is the
 * prediction. 60,000 trainable parameters, 340,908 connections.
 * @throws InputError for characters outside printable ASCII
 */
export function lenet5Of1998(options: LeNet51998Options = {}): Model {
  const { characters = "0123456789", seed = 0, ...others } = options;
  const {
    initializer = { overFanIn: 2.4, power: 0.5 },
    coefficientInitializer = { constant: 0.25 },
    ...engine
  } = others;
  const initializers = { kernelInitializer: initializer, biasInitializer: initializer };
  const subsampling = { coefficientInitializer, biasInitializer: "zeros" } as const;
  const squashed = { activation: "scaledTanh", ...initializers } as const;
  const image = input({ shape: [32, 32, 1], name: "image" });
  const ranged = rescaling({ ...RANGE, name: "range" })(image);
  const c1 = conv2d({ filters: 6, kernelSize: 5, ...squashed, name: "C1" })(ranged);
  const s2 = subsampling2d({ ...subsampling, name: "S2" })(c1);
  const c3 = conv2d({ filters: 16, kernelSize: 5, connectionTable: tableI, ...squashed, name: "C3" })(s2);
  const s4 = subsampling2d({ ...subsampling, name: "S4" })(c3);
  const c5 = conv2d({ filters: 120, kernelSize: 5, ...squashed, name: "C5" })(s4);
  const f6 = dense({ units: 84, ...squashed, name: "F6" })(flatten({ name: "flatten" })(c5));
  const output = rbf({ centres: bitmaps(characters), name: "output" })(f6);
  return model({ inputs: image, outputs: output, name: "lenet5-1998", seed, ...engine });
}

/** Global learning rates by pass (section III.B): two passes, three, three, four, and the rest. */
const RATES = [0.0005, 0.0002, 0.0001, 0.00005, 0.00001];
const LAST_PASSES = [2, 5, 8, 12];

/**
 * The paper's training, as options of `compile` and `fit`: one pattern at a time in constant random order, 20 passes over
 * `images` patterns, stochastic diagonal Levenberg-Marquardt with the paper's learning rates. The paper does not say which of its losses it used; eq. 9
 * with j = 5 does best on images kept for validation (docs/paper.md).
 */
export function trainingOf1998(images: number): {
  compile: Omit<CompileOptions, "optimizer" | "loss"> & { readonly optimizer: Sdlm; readonly loss: RbfMap };
  fit: Pick<FitOptions, "epochs" | "batchSize" | "shuffle">;
} {
  wholeNumber("trainingOf1998 images", images);
  const boundaries = LAST_PASSES.map((passes) => passes * images - 1);
  const learningRate = piecewiseConstantDecay({ boundaries, rates: RATES });
  return {
    compile: { optimizer: sdlm({ learningRate }), loss: rbfMap(), metrics: ["accuracy"] },
    fit: { epochs: 20, batchSize: 1, shuffle: "once" },
  };
}
