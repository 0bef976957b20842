import { wholeNumber } from "../core/errors.ts";
import { checkedOptions, type OptionsOf, optional, text, wholeSeed } from "../core/options.ts";
import { conv2d } from "../layers/conv2d.ts";
import { dense } from "../layers/dense.ts";
import { flatten } from "../layers/flatten.ts";
import { initializer } from "../layers/initializers.ts";
import { input } from "../layers/input.ts";
import { rbf } from "../layers/rbf.ts";
import { rescaling } from "../layers/rescaling.ts";
import { subsampling2d } from "../layers/subsampling2d.ts";
import { engineOptions } from "../model/engine-options.ts";
import type { FitOptions } from "../model/fit-options.ts";
import { type Model, model } from "../model/model.ts";
import type { CompileOptions } from "../model/model-options.ts";
import { type RbfMap, rbfMap } from "../training/losses/rbf-map.ts";
import { type Sdlm, sdlm } from "../training/optimizers/sdlm.ts";
import { piecewiseConstantDecay } from "../training/schedules/piecewise-constant-decay.ts";
import { bitmaps } from "./bitmaps.ts";
import { inputShape, sizeOfS4 } from "./input-shape.ts";
import { tableI } from "./table-i.ts";

const options = {
  /** The classes, one printable ASCII character each. Default: the ten digits. */
  characters: optional(text, "0123456789"),
  /** `[rows, columns, channels]` of an image, at least 16x16. Default [32, 32, 1]. */
  inputShape: optional(inputShape, [32, 32, 1]),
  /** Seed of the initial weights. Default 0. */
  seed: optional(wholeSeed, 0),
  /**
   * Initial weights and biases of C1, C3, C5 and F6. Default: uniform in +-2.4 / sqrt(fan in). The paper gives
   * +-2.4 / fan in (appendix A), which is "lecun1998_uniform": with it the signal fades from layer to layer, all second
   * derivatives but those of F6 are near 0, all learning rates are at their maximum, and training diverges in its first
   * pass (docs/paper.md).
   */
  initializer: optional(initializer, { overFanIn: 2.4, power: 0.5 }),
  /**
   * Initial coefficients of S2 and S4; their biases start at 0. Default: 1/4, so that each starts as the mean of its
   * window. The paper gives no value.
   */
  coefficientInitializer: optional(initializer, { constant: 0.25 }),
  ...engineOptions,
};

/** Options of {@link lenet5Of1998}. */
export interface LeNet51998Options extends OptionsOf<typeof options> {}

/**
 * Maps 0 to 1 to the paper's range, background -0.1 and ink 1.175: the mean is about 0, the variance about 1 (section
 * II.B).
 */
const RANGE = { scale: 1.275, offset: -0.1 };

/**
 * LeNet-5 as published (LeCun et al. 1998, section II.B), by default for 32x32 grey images: trainable subsampling, Table I, scaled
 * tanh, and RBF units: the outputs are squared distances from the bitmaps of the characters, the smallest distance is
 * the prediction. 60,000 trainable parameters, 340,908 connections. For images of another size, C5's kernel covers the
 * maps that S4 leaves.
 * @throws InputError for options that are unknown or out of range, and for characters outside printable ASCII
 */
export function lenet5Of1998(given: LeNet51998Options = {}): Model {
  const config = checkedOptions("lenet5Of1998", options, given);
  const { characters, inputShape: shape, seed, initializer: initial, coefficientInitializer, ...engine } = config;
  const initializers = { kernelInitializer: initial, biasInitializer: initial };
  const subsampling = { coefficientInitializer, biasInitializer: "zeros" } as const;
  const squashed = { activation: "scaled_tanh", ...initializers } as const;
  const image = input({ shape, name: "image" });
  const ranged = rescaling({ ...RANGE, name: "range" })(image);
  const c1 = conv2d({ filters: 6, kernelSize: 5, ...squashed, name: "C1" })(ranged);
  const s2 = subsampling2d({ ...subsampling, name: "S2" })(c1);
  const c3 = conv2d({ filters: 16, kernelSize: 5, connectionTable: tableI, ...squashed, name: "C3" })(s2);
  const s4 = subsampling2d({ ...subsampling, name: "S4" })(c3);
  const c5 = conv2d({ filters: 120, kernelSize: sizeOfS4(shape), ...squashed, name: "C5" })(s4);
  const f6 = dense({ units: 84, ...squashed, name: "F6" })(flatten({ name: "flatten" })(c5));
  const output = rbf({ centres: bitmaps(characters), name: "output" })(f6);
  return model({ inputs: image, outputs: output, name: "lenet5-1998", seed, ...engine });
}

/** The paper's global learning rates (section III.B), and the last pass of each but the last. */
const RATES = [0.0005, 0.0002, 0.0001, 0.00005, 0.00001];
const LAST_PASSES = [2, 5, 8, 12];

/** The result of {@link trainingOf1998}. */
export interface TrainingOf1998 {
  /** Options of {@link Model.compile}. */
  readonly compile: Pick<CompileOptions, "metrics"> & {
    /** {@link sdlm} with the paper's learning rates. */
    readonly optimizer: Sdlm;
    /** {@link rbfMap} with its default j, 5. */
    readonly loss: RbfMap;
  };
  /** Options of {@link Model.fit}: 20 epochs of batches of one image, in the same random order every epoch. */
  readonly fit: Pick<FitOptions, "epochs" | "batchSize" | "shuffle">;
}

/**
 * The paper's training of {@link lenet5Of1998} on `images` images, as options of `compile` and `fit`: stochastic
 * diagonal Levenberg-Marquardt, one image at a time in constant random order, 20 passes (section III.B). The paper does
 * not say which of its losses it used; eq. 9 with j = 5 does best on images kept for validation (docs/paper.md).
 * @throws InputError unless `images` is a whole number of at least 1
 */
export function trainingOf1998(images: number): TrainingOf1998 {
  wholeNumber("trainingOf1998 images", images);
  const boundaries = LAST_PASSES.map((passes) => passes * images - 1);
  const learningRate = piecewiseConstantDecay({ boundaries, rates: RATES });
  return {
    compile: { optimizer: sdlm({ learningRate }), loss: rbfMap(), metrics: ["accuracy"] },
    fit: { epochs: 20, batchSize: 1, shuffle: "once" },
  };
}
