/**
 * Networks that learn from the answers of a trained one (knowledge distillation: Hinton, Vinyals and Dean 2015,
 * https://arxiv.org/abs/1503.02531), with MNIST where `lenet5 train` finds it, after `npm run build`:
 *
 *     node bench/taught.js [--seeds 5] [--jobs <cores>] [--only <text>]... [--out build/taught]
 *
 * The teacher is the modern network that ships with the package. In every epoch it sees the same distorted images as the
 * network that learns, whose labels are the teacher's probabilities, softened by a temperature. Both learned from the
 * first 55,000 training images. Optimizer, rate and distortions are those of the recipe, numerics are fast. Errors are
 * measured on the other 5,000 training images and, for the settings that were chosen by these, on the test images; each
 * also with views of an image (accuracy/chosen.js). Every result is kept in the folder: after an interruption the same
 * command continues.
 */
import { join } from "node:path";
import * as lenet5 from "../dist/index.js";
import { chosen } from "./accuracy/chosen.js";
import { errorOf, sumOfViews } from "./accuracy/views.js";
import { compareChoices } from "./choices.js";

const VALIDATION = 5000;

/**
 * `tested` rows are those whose settings were chosen.
 * @typedef {{ name: string, network: "article" | "modern", epochs: number, temperature: number, tested?: boolean }} Variant
 * @typedef {{ plain: number, views: number }} Errors
 * @typedef {import("../dist/index.js").Dataset["images"]} Images
 * @typedef {{ validation: Errors, test?: Errors, seconds: number }} Result
 */

/** @param {number} epochs @param {number} temperature @returns {Variant} */
const article = (epochs, temperature) => ({
  ...{ name: `article, ${epochs} epochs, temperature ${temperature}`, network: "article", epochs, temperature },
});

/** @type {Variant[]} */
const variants = [
  ...[article(40, 1), article(40, 2), article(80, 2)],
  { ...article(80, 4), tested: true },
  { name: "modern, 20 epochs, temperature 4", network: "modern", epochs: 20, temperature: 4, tested: true },
];

/** @param {Variant} variant @param {number} seed @returns {Promise<Result>} */
async function train({ network, epochs, temperature, tested }, seed) {
  const engine = { threads: 1, numerics: /** @type {const} */ ("fast") };
  const data = await lenet5.mnist();
  const count = data.train.labels.length - VALIDATION;
  const images = part(data.train.images, 0, count);
  const recipe = network === "article" ? "best" : "default";
  const { compile, fit } = lenet5.recipe(network, { recipe, images: count, validationSplit: 0, epochs, seed });
  const { augment, ...options } = fit;
  const distorted = /** @type {import("../dist/index.js").Augmentation} */ (augment);
  const teacher = await lenet5.pretrained({ network: "modern", ...engine });
  const net = network === "article" ? lenet5.lenet5({ seed, ...engine }) : lenet5.modern({ seed, ...engine });
  net.compile({ ...compile, loss: "categorical_crossentropy" });
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const seen = lenet5.augmented(images, distorted, { seed, version: epoch });
    const labels = softened(await teacher.predict(seen), temperature);
    await net.fit({ images: seen, labels }, { ...options, initialEpoch: epoch - 1, epochs: epoch, verbose: 0 });
  }
  const { user, system } = process.cpuUsage();
  /** @param {Images} of @param {ArrayLike<number>} labels @returns {Promise<Errors>} */
  const errors = async (of, labels) => ({
    plain: errorOf((await net.predict(of)).data, labels),
    views: errorOf(await sumOfViews(net, of, [distorted], chosen), labels),
  });
  const held = part(data.train.images, count, count + VALIDATION);
  return {
    validation: await errors(held, data.train.labels.subarray(count)),
    ...(tested && { test: await errors(data.test.images, data.test.labels) }),
    seconds: (user + system) / 1e6,
  };
}

/** Probabilities p as p^(1 / temperature), divided by their sum. @param {import("../dist/index.js").Tensor} probabilities @param {number} temperature */
function softened({ shape, data }, temperature) {
  const [count = 0, classes = 0] = shape;
  const soft = Float32Array.from(data, (p) => p ** (1 / temperature));
  for (let i = 0; i < count; i++) {
    const row = soft.subarray(i * classes, (i + 1) * classes);
    const sum = row.reduce((total, p) => total + p, 0);
    for (let k = 0; k < classes; k++) row[k] = (row[k] ?? 0) / sum;
  }
  return { shape, data: soft };
}

/** @param {Images} images @param {number} from @param {number} to @returns {Images} */
function part(images, from, to) {
  const size = images.data.length / (images.shape[0] ?? 1);
  const shape = [to - from, ...images.shape.slice(1)];
  return /** @type {Images} */ ({ ...images, shape, data: images.data.subarray(from * size, to * size) });
}

/** @param {Variant} variant @param {readonly Result[]} results */
function print({ name }, results) {
  /** @param {(result: Result) => number} value */
  const meanOf = (value) => results.reduce((sum, result) => sum + value(result), 0) / results.length;
  console.log(`${name}, ${meanOf(({ seconds }) => seconds).toFixed(0)} s`);
  for (const on of /** @type {const} */ (["validation", "test"])) {
    for (const how of /** @type {const} */ (["plain", "views"])) {
      const errors = results.flatMap((result) => (result[on] ? [100 * result[on][how]] : []));
      if (errors.length === 0) continue;
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      const squares = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0);
      const deviation = errors.length > 1 ? ` ± ${Math.sqrt(squares / (errors.length - 1)).toFixed(3)}` : "";
      const what = how === "views" ? `${on}, ${chosen.count} views` : on;
      console.log(
        `  ${what.padEnd(22)} ${mean.toFixed(3)}${deviation} (${errors.map((error) => error.toFixed(2)).join(", ")})`,
      );
    }
  }
}

await compareChoices(import.meta.url, {
  ...{ variants, train, print, seeds: "5", out: join("build", "taught") },
  settings: (variant, seed) => ({ ...variant, chosen, seed }),
  columns: "error in percent, CPU seconds",
});
