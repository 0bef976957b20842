/**
 * Networks that learn from the answers of a trained one (knowledge distillation: Hinton, Vinyals and Dean 2015,
 * https://arxiv.org/abs/1503.02531), with MNIST where `lenet5 train` finds it, after `npm run build`:
 *
 *     node bench/taught.js [--seeds 5] [--jobs <cores>] [--only <text>]... [--out build/taught]
 *
 * The teacher is the modern network that ships with the package. In every epoch, both networks see the same distorted
 * images. The labels are the teacher's probabilities, softened by a temperature; unlike in the paper, the network that
 * learns has none. Both networks learned from the first 55,000 training images. Optimizer, learning rate and distortions
 * are those of the recipe, "best" for the article's network; numerics are fast. Errors are measured on the other 5,000
 * training images, by which the teacher's seed was chosen too. Variants that were chosen by these errors are measured on
 * the test images, as well; each also with views of an image (accuracy/chosen.js). Every result is kept in the folder:
 * after an interruption the same command continues.
 */
import { join } from "node:path";
import * as lenet5 from "../dist/index.js";
import { spreadOf } from "../dist/report/statistics/spread.js";
import { chosen } from "./accuracy/chosen.js";
import { errorOf, sumOfViews } from "./accuracy/views.js";
import { compareChoices } from "./choices.js";
import { partOf } from "./part-of.js";

const VALIDATION = 5000;

/**
 * `tested` variants are those that were chosen by validation errors.
 * @typedef {{ name: string, network: "article" | "modern", epochs: number, temperature: number, tested?: boolean }} Variant
 * @typedef {{ plain: number, views: number }} Errors
 * @typedef {import("../dist/index.js").Dataset} Dataset
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
  { name: "modern, 20 epochs, temperature 4", network: "modern", epochs: 20, temperature: 4 },
];

/** @param {Variant} variant @param {number} seed @returns {Promise<Result>} */
async function train({ network, epochs, temperature, tested }, seed) {
  const engine = { threads: 1, numerics: /** @type {const} */ ("fast") };
  const data = await lenet5.mnist();
  const count = data.train.labels.length - VALIDATION;
  const { images } = partOf(data.train, 0, count);
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
  /** @param {Pick<Dataset, "images" | "labels">} part @returns {Promise<Errors>} */
  const errorsOn = async ({ images: of, labels }) => ({
    plain: errorOf((await net.predict(of)).data, labels),
    views: errorOf(await sumOfViews(net, of, [distorted], chosen), labels),
  });
  return {
    validation: await errorsOn(partOf(data.train, count)),
    ...(tested && { test: await errorsOn(data.test) }),
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

/** @param {Variant} variant @param {readonly Result[]} results */
function print({ name }, results) {
  console.log(`${name}, ${spreadOf(results.map(({ seconds }) => seconds))?.mean.toFixed(0)} s`);
  /** @param {string} what @param {(result: Result) => number | undefined} error */
  const line = (what, error) => {
    const errors = results.map(error);
    const spread = spreadOf(errors);
    if (!spread) return;
    const each = errors.map((one) => percent(one ?? Number.NaN, 2)).join(", ");
    console.log(`  ${what.padEnd(22)} ${percent(spread.mean, 3)} ± ${percent(spread.deviation, 3)} (${each})`);
  };
  line("validation", ({ validation }) => validation.plain);
  line(`validation, ${chosen.count} views`, ({ validation }) => validation.views);
  line("test", ({ test }) => test?.plain);
  line(`test, ${chosen.count} views`, ({ test }) => test?.views);
}

const percent = (/** @type {number} */ share, places = 2) => `${(100 * share).toFixed(places)}%`;

await compareChoices(import.meta.url, {
  ...{ variants, train, print, seeds: "5", out: join("build", "taught") },
  settings: (variant, seed) => ({ ...variant, chosen, seed }),
  columns: "errors, CPU seconds with the teacher's answers",
});
