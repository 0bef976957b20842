/**
 * Compares choices that the paper of 1998 leaves open, with MNIST where `lenet5 train` finds it, after `npm run build`:
 *
 *     node bench/paper-choices.js [--seeds 2] [--jobs <cores>] [--only <text>]... [--out runs/paper-choices]
 *
 * Each variant trains on the first 15,000 training images (or 55,000) in 20 passes. The error is measured on the other
 * training images, so that the test set does not influence the choice. `--only` takes the variants whose names contain
 * the text, in the order of the options. `--jobs` trainings run at a time, each in a process of one thread. Every result
 * is kept in the folder: after an interruption the same command continues, and a variant with changed settings or of
 * another version is trained again.
 */
import { join } from "node:path";
import { distortions, lenet5Of1998, mnist, rbfMap, trainingOf1998 } from "../dist/index.js";
import { compareChoices } from "./choices.js";
import { partOf } from "./part-of.js";

const PASSES = 20;

/**
 * @typedef {{
 *   name: string, images?: number, net?: object, optimizer?: object, fit?: object, augment?: object,
 *   loss?: import("../dist/index.js").Loss | import("../dist/index.js").LossName,
 * }} Variant
 * @typedef {{ error: number, training: number, cpuSeconds: number }} Result shares of wrong images; time of one core
 */

const distortion = {
  weak: { translation: 1, scaling: 0.1, squeezing: 0.1, shear: 0.1 },
  medium: { translation: 1.5, scaling: 0.1, squeezing: 0.1, shear: 0.2 },
  ours: {},
  strong: { translation: 3, scaling: 0.2, squeezing: 0.2, shear: 0.3 },
};

/** @type {Variant[]} */
const variants = [
  { name: "as lenet5Of1998 and trainingOf1998 are" },
  { name: "eq. 8", loss: "rbf_mse" },
  { name: "eq. 9, j = 1", loss: rbfMap({ j: 1 }) },
  { name: "eq. 9, j = 20", loss: rbfMap({ j: 20 }) },
  { name: "first weights +-2.4 / fan in, as printed", net: { initializer: "lecun1998_uniform" } },
  { name: "first weights +-2.4 / (fan in)^0.75", net: { initializer: { overFanIn: 2.4, power: 0.75 } } },
  { name: "first coefficients +-2.4 / 4", net: { coefficientInitializer: "lecun1998_uniform" } },
  { name: "first coefficients 1/2", net: { coefficientInitializer: { constant: 0.5 } } },
  { name: "mu 0.01", optimizer: { mu: 0.01 } },
  { name: "mu 0.05", optimizer: { mu: 0.05 } },
  { name: "mu 0.1", optimizer: { mu: 0.1 } },
  { name: "h from the first 100 images", optimizer: { images: 100 } },
  { name: "h from the first 2,000 images", optimizer: { images: 2000 } },
  { name: "a new order every pass, h from its first 500", fit: { shuffle: true } },
  { name: "the order of the files", fit: { shuffle: false } },
  { name: "distorted by 1 pixel, 0.1, 0.1, 0.1", augment: distortion.weak },
  { name: "distorted by 1.5 pixels, 0.1, 0.1, 0.2", augment: distortion.medium },
  { name: "distorted by 2 pixels, 0.15, 0.15, 0.2", augment: distortion.ours },
  { name: "distorted by 3 pixels, 0.2, 0.2, 0.3", augment: distortion.strong },
  { name: "distorted anew every pass", augment: { copies: undefined } },
  { name: "55,000 images, as they are", images: 55_000 },
  { name: "55,000 images, eq. 8", images: 55_000, loss: "rbf_mse" },
  { name: "55,000 images, 1 pixel, 0.1, 0.1, 0.1", images: 55_000, augment: distortion.weak },
  { name: "55,000 images, 2 pixels, 0.15, 0.15, 0.2", images: 55_000, augment: distortion.ours },
  { name: "55,000 images, 3 pixels, 0.2, 0.2, 0.3", images: 55_000, augment: distortion.strong },
];

/** @param {Variant} variant @param {number} seed the options of `compile` and `fit` */
function settingsOf({ images = 15_000, loss, optimizer, fit: ownFit, augment }, seed) {
  const { compile, fit } = trainingOf1998(images);
  return {
    images,
    compile: { ...compile, optimizer: { ...compile.optimizer, ...optimizer }, loss: loss ?? compile.loss },
    fit: {
      ...{ ...fit, epochs: PASSES, seed },
      ...(augment ? { augment: distortions({ copies: 9, ...augment }) } : {}),
      ...ownFit,
    },
  };
}

/** @param {Variant} variant @param {number} seed @returns {Promise<Result>} */
async function train(variant, seed) {
  const { images, compile, fit } = settingsOf(variant, seed);
  const { train } = await mnist();
  const model = lenet5Of1998({ seed, threads: 1, ...variant.net });
  model.compile(compile);
  const { history } = await model.fit(partOf(train, 0, images), { ...fit, verbose: 0 });
  const { accuracy } = await model.evaluate(partOf(train, images));
  const { user, system } = process.cpuUsage();
  return {
    error: 1 - (accuracy ?? 0),
    training: 1 - (history.accuracy.at(-1) ?? 0),
    cpuSeconds: Math.round((user + system) / 1e6),
  };
}

/** @param {Variant} variant @param {readonly Result[]} results */
function print({ name }, results) {
  const errors = results.map(({ error }) => 100 * error);
  /** @param {number[]} values */
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const training = 100 * mean(results.map((each) => each.training));
  const seconds = mean(results.map(({ cpuSeconds }) => cpuSeconds));
  const each = errors.map((error) => error.toFixed(2)).join(", ");
  const ends = `in training ${training.toFixed(2)}, ${seconds.toFixed(0)} s`;
  console.log(`${name.padEnd(44)} ${mean(errors).toFixed(2).padStart(6)} (${each}), ${ends}`);
}

await compareChoices(import.meta.url, {
  ...{ variants, train, print, seeds: "2", out: join("runs", "paper-choices") },
  settings: (variant, seed) => ({ net: variant.net, ...settingsOf(variant, seed) }),
  columns: "error in percent, seconds of one core",
});
