/**
 * Compares settings of the recipes of `modern` and of `article, best` of accuracy/rows.js, with MNIST where `lenet5
 * train` finds it, after `npm run build`:
 *
 *     node bench/accuracy-choices.js [--seeds 1] [--jobs <cores>] [--only <text>]... [--out build/accuracy-choices]
 *
 * Each variant trains on the first 50,000 training images. The error is measured on the other 10,000, so that the test
 * set does not influence a choice; with fast numerics, which other machines may round otherwise. The variants of seeing
 * an image several times are measured on the model of the first of each network. `--only` takes variants whose names
 * contain the text. Every result is kept in the folder: after an interruption the same command continues.
 */
import { join } from "node:path";
import * as lenet5 from "../dist/index.js";
import { errorOf, sumsOfViews } from "./accuracy/views.js";
import { compareChoices } from "./choices.js";
import { partOf } from "./part-of.js";

const VALIDATION = 10_000;

/** Largest distortions, in each direction: pixels, factors, slant, degrees. */
const distorted = {
  not: undefined,
  weakly: { translation: 1.5, scaling: 0.1, squeezing: 0.1, shear: 0.15, rotation: 8 },
  more: { translation: 2, scaling: 0.12, squeezing: 0.12, shear: 0.2, rotation: 10 },
  strongly: { translation: 2.5, scaling: 0.15, squeezing: 0.15, shear: 0.25, rotation: 14 },
};

/**
 * `maps` are those of groups of 3x3 convolutions, with max pooling between the groups; without them it is LeNet-5.
 * `dropout` is before the output.
 * @typedef {{ name: string, maps?: number[][], activation?: "relu" | "silu" | "elu", dropout?: number,
 *   labelSmoothing?: number, epochs: number, batchSize: number, peak: number,
 *   distorted: keyof typeof distorted, elastic?: { sigma?: number, alpha?: number }, optimizer?: { weightDecay?: number, useEma?: boolean, emaMomentum?: number },
 *   views?: boolean }} Variant
 * @typedef {{ error: number, loss: number, seconds: number, views?: Record<string, number> }} Result
 */

const modern = {
  ...{
    maps: [
      [16, 16],
      [32, 32],
      [48, 64],
    ],
    epochs: 16,
    batchSize: 64,
    peak: 0.1,
  },
  distorted: /** @type {const} */ ("more"),
};
const larger = { ...modern, batchSize: 128 };
const short = { ...modern, epochs: 4 };
const half = { ...modern, epochs: 8 };
const article = { epochs: 30, batchSize: 64, peak: 0.1, distorted: /** @type {const} */ ("weakly") };

/** @type {Variant[]} */
const variants = [
  { ...modern, name: "modern", views: true },
  { ...modern, name: "modern, labels smoothed by 0.1", labelSmoothing: 0.1, views: true },
  { ...larger, name: "modern, batches of 128" },
  { ...larger, name: "modern, batches of 128, distorted weakly", distorted: "weakly" },
  { ...larger, name: "modern, batches of 128, distorted strongly", distorted: "strongly" },
  { ...larger, name: "modern, batches of 128, weight decay 0.0005", optimizer: { weightDecay: 0.0005 } },
  { ...larger, name: "modern, batches of 128, dropout 0.2", dropout: 0.2 },
  {
    ...larger,
    name: "modern, batches of 128, other maps",
    maps: [
      [24, 24],
      [32, 32],
      [48, 48],
    ],
  },
  { ...short, name: "modern, 4 epochs" },
  { ...short, name: "modern, 4 epochs, mean of weights 0.99", optimizer: { useEma: true, emaMomentum: 0.99 } },
  { ...short, name: "modern, 4 epochs, mean of weights 0.999", optimizer: { useEma: true, emaMomentum: 0.999 } },
  { ...half, name: "modern, 8 epochs" },
  { ...half, name: "modern, 8 epochs, distorted weakly", distorted: "weakly" },
  { ...half, name: "modern, 8 epochs, elastic 16", elastic: { alpha: 16 } },
  { ...half, name: "modern, 8 epochs, more maps in the middle", maps: [[24, 24], [48, 48], [48]] }, // biome-ignore format: short
  { ...half, name: "modern, 8 epochs, labels smoothed by 0.1", labelSmoothing: 0.1 },
  { ...half, name: "modern, 8 epochs, silu", activation: "silu" },
  { ...half, name: "modern, 8 epochs, groups of three", maps: [[16, 16, 16], [32, 32, 40], [64]] }, // biome-ignore format: short
  { ...half, name: "modern, 8 epochs, one pooling", maps: [[16, 16, 16, 24], [32, 32, 32, 32, 40]] }, // biome-ignore format: short
  { ...article, name: "article", views: true },
  { ...article, name: "article, 80 epochs", epochs: 80 },
  { ...article, name: "article, distorted more", distorted: "more" },
  { ...article, name: "article, elastic 16", elastic: { alpha: 16 } },
  { ...article, name: "article, elastic 34", elastic: { alpha: 34 } },
  { ...article, name: "article, 80 epochs, distorted more", epochs: 80, distorted: "more" },
  { ...article, name: "article, 80 epochs, elastic 34", epochs: 80, elastic: { alpha: 34 } },
  { ...article, name: "article, weight decay 0.0003", optimizer: { weightDecay: 0.0003 } },
];
/** Views of an image: how many, and how strongly distorted, as shares of the distortions in training. */
const [counts, shares] = [
  [2, 4, 8, 16, 32],
  [0.25, 0.5, 1],
];

/** @param {Variant} variant @param {readonly number[]} shape @param {number} seed */
function networkOf({ maps, activation = "relu", dropout }, shape, seed) {
  const engine = { seed, threads: 1, numerics: /** @type {const} */ ("fast") };
  if (!maps) return lenet5.lenet5(engine);
  const inputs = lenet5.input({ shape, name: "image" });
  let x = inputs;
  for (const [i, pair] of maps.entries()) {
    if (i > 0) x = lenet5.maxPooling2d({ poolSize: 2 })(x);
    for (const filters of pair) {
      x = lenet5.conv2d({ filters, kernelSize: 3, useBias: false })(x);
      x = lenet5.activation({ activation })(lenet5.batchNormalization({ momentum: 0.9 })(x));
    }
  }
  x = lenet5.globalAveragePooling2d()(x);
  if (dropout) x = lenet5.dropout({ rate: dropout })(x);
  const outputs = lenet5.dense({ units: 10, activation: "softmax", name: "output" })(x);
  return lenet5.model({ inputs, outputs, ...engine });
}

/** @param {Variant} variant @param {number} seed @returns {Promise<Result>} */
async function train(variant, seed) {
  const { epochs, batchSize, peak, optimizer, labelSmoothing } = variant;
  const { train } = await lenet5.mnist();
  const from = train.labels.length - VALIDATION;
  const net = networkOf(variant, train.images.shape.slice(1), seed);
  const learningRate = lenet5.oneCycle({ learningRate: peak, totalSteps: Math.ceil(from / batchSize) * epochs });
  net.compile({
    optimizer: lenet5.sgd({ momentum: 0.9, nesterov: true, learningRate, ...optimizer }),
    loss: labelSmoothing ? lenet5.categoricalCrossentropy({ labelSmoothing }) : "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  });
  const magnitudes = distorted[variant.distorted];
  const augment = [
    ...(magnitudes ? [lenet5.distortions(magnitudes)] : []),
    ...(variant.elastic ? [lenet5.elasticDistortion(variant.elastic)] : []),
  ];
  const rows = (/** @type {typeof train.labels} */ labels) =>
    labelSmoothing ? lenet5.toCategorical(labels, 10) : labels;
  await net.fit(
    { ...train, labels: rows(train.labels) },
    {
      ...{ epochs, batchSize, seed, verbose: 0, validationSplit: VALIDATION / train.labels.length },
      ...(augment.length > 0 && { augment }),
    },
  );
  const { user, system } = process.cpuUsage();
  const { images, labels } = partOf(train, from);
  const { accuracy = 0, loss } = await net.evaluate({ images, labels: rows(labels) });
  /** @type {Record<string, number>} */
  const seen = {};
  for (const share of variant.views ? shares : []) {
    const sums = sumsOfViews(net, images, augment, share);
    for (let count = 1; count <= Math.max(...counts); count++) {
      const { value } = await sums.next();
      if (counts.includes(count)) seen[`${count} views, ${share}`] = errorOf(value, labels);
    }
  }
  return { error: 1 - accuracy, loss, seconds: (user + system) / 1e6, ...(variant.views && { views: seen }) };
}

/** @param {string} name @param {readonly number[]} errors @param {string} more */
function line(name, errors, more) {
  const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
  const each = errors.map((error) => (100 * error).toFixed(2)).join(", ");
  console.log(`${name.padEnd(44)} ${(100 * mean).toFixed(3).padStart(6)} (${each})${more}`);
}

/** @param {Variant} variant @param {readonly Result[]} results */
function print({ name }, results) {
  const mean = (/** @type {(result: Result) => number} */ value) =>
    results.reduce((sum, result) => sum + value(result), 0) / results.length;
  const more = `, loss ${mean(({ loss }) => loss).toFixed(4)}, ${mean(({ seconds }) => seconds).toFixed(0)} s`;
  line(
    name,
    results.map(({ error }) => error),
    more,
  );
  for (const one of Object.keys(results[0].views ?? {}))
    line(
      `  ${one} of the distortions`,
      results.map(({ views = {} }) => views[one]),
      "",
    );
}

await compareChoices(import.meta.url, {
  ...{ variants, train, print, seeds: "1", out: join("build", "accuracy-choices") },
  settings: (variant, seed) => ({ ...variant, distorted: distorted[variant.distorted], seed }),
  columns: "error in percent, CPU seconds",
});
