/** What a model says of an image and of views of it, and what several models say together. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { augmented, distortions } from "../../dist/index.js";

/**
 * The sum of the class probabilities over an image and views of it, after each view: the first is of the image itself,
 * the others are distorted as in training, each magnitude at most `share` times as large.
 * @param {import("../../dist/index.js").Model} model @param {import("../../dist/index.js").Dataset["images"]} images
 * @param {readonly import("../../dist/index.js").Augmentation[]} augment that of the training
 * @param {number} share @returns {AsyncGenerator<Float64Array, never>}
 */
export async function* sumsOfViews(model, images, augment, share) {
  const smaller = augment.map((step) => scaled(step, share));
  const sum = Float64Array.from((await model.predict(images)).data);
  for (let version = 1; ; version++) {
    yield sum;
    const { data } = await model.predict(augmented(images, smaller, { seed: 0, version }));
    for (let i = 0; i < sum.length; i++) sum[i] += data[i];
  }
}

/**
 * The sum over `count` views. @param {import("../../dist/index.js").Model} model
 * @param {import("../../dist/index.js").Dataset["images"]} images
 * @param {readonly import("../../dist/index.js").Augmentation[]} augment @param {{ count: number, share: number }} views
 */
export async function sumOfViews(model, images, augment, { count, share }) {
  const sums = sumsOfViews(model, images, augment, share);
  for (let i = 1; i < count; i++) await sums.next();
  return (await sums.next()).value;
}

/** @param {import("../../dist/index.js").Augmentation} step @param {number} share */
function scaled(step, share) {
  if (step.type !== "distortions") throw new Error(`expected distortions, got ${step.type}`);
  const { background, flip, translation, scaling, squeezing, shear, rotation } = step;
  const magnitudes = { translation, scaling, squeezing, shear, rotation };
  const smaller = Object.fromEntries(Object.entries(magnitudes).map(([name, value]) => [name, value * share]));
  return distortions({ background, flip, ...smaller });
}

/** The share of images whose highest score is not that of their class. @param {ArrayLike<number>} scores @param {ArrayLike<number>} labels */
export function errorOf(scores, labels) {
  const classes = scores.length / labels.length;
  let wrong = 0;
  for (let i = 0; i < labels.length; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (scores[i * classes + k] > scores[i * classes + best]) best = k;
    if (best !== labels[i]) wrong++;
  }
  return wrong / labels.length;
}

/** The test errors of a committee, the mean of its members' probabilities. @param {string[]} folders of its members */
export function committeeOf(folders) {
  const labels = JSON.parse(readFileSync(join(folders[0], "labels.json"), "utf8"));
  /** @param {string} file */
  const error = (file) => {
    const [first, ...others] = folders.map((folder) => scoresIn(join(folder, file)));
    const sum = Float64Array.from(first);
    for (const [i, scores] of others.entries()) {
      if (scores.length !== sum.length)
        throw new Error(
          `${join(folders[i + 1], file)}: expected ${sum.length} scores as of the first, got ${scores.length}`,
        );
      for (const [k, score] of scores.entries()) sum[k] += score;
    }
    return errorOf(sum, labels);
  };
  return { test: error("plain.f32"), views: error("views.f32") };
}

/** @param {string} path of a file of 32-bit numbers */
function scoresIn(path) {
  const { buffer, byteOffset, length } = readFileSync(path);
  return new Float32Array(buffer.slice(byteOffset, byteOffset + length));
}
