/**
 * Compares choices that the paper of 1998 leaves open: `node bench/paper-choices.js [--seeds 2] [--only <text>]` after
 * `npm run build`, with MNIST where `lenet5 train` finds it. Each variant trains on the first 15,000 training images
 * (or 55,000) in 20 passes. The error is measured on the other training images, so that the test set does not influence
 * the choice. Runs one process per core.
 */
import { fork } from "node:child_process";
import { availableParallelism, cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { distortions, lenet5Of1998, mnist, rbfMap, trainingOf1998 } from "../dist/index.js";

const PASSES = 20;

/**
 * @type {{
 *   name: string, images?: number, net?: object, optimizer?: object, augment?: object,
 *   loss?: import("../dist/index.js").Loss | import("../dist/index.js").LossName,
 * }[]}
 */
const variants = [
  { name: "as lenet5Of1998 and trainingOf1998 are" },
  { name: "eq. 8", loss: "rbf_mse" },
  { name: "eq. 9, j = 1", loss: rbfMap({ j: 1 }) },
  { name: "eq. 9, j = 20", loss: rbfMap({ j: 20 }) },
  { name: "first weights +-2.4 / fan in, as printed", net: { initializer: "lecun1998_uniform" } },
  { name: "first weights +-2.4 / (fan in)^0.75", net: { initializer: { overFanIn: 2.4, power: 0.75 } } },
  { name: "first coefficients +-2.4 / 4", net: { coefficientInitializer: "lecun1998_uniform" } },
  { name: "first coefficients 1/2", net: { coefficientInitializer: { constant: 0.5 } } },
  { name: "mu 0.1", optimizer: { mu: 0.1 } },
  {
    name: "distorted by 1 pixel, 0.1, 0.1, 0.1",
    augment: { translation: 1, scaling: 0.1, squeezing: 0.1, shear: 0.1 },
  },
  {
    name: "distorted by 1.5 pixels, 0.1, 0.1, 0.2",
    augment: { translation: 1.5, scaling: 0.1, squeezing: 0.1, shear: 0.2 },
  },
  { name: "distorted by 2 pixels, 0.15, 0.15, 0.2", augment: {} },
  { name: "55,000 images, as they are", images: 55_000 },
  { name: "55,000 images, eq. 8", images: 55_000, loss: "rbf_mse" },
];

if (process.send) {
  const [index, seed] = process.argv.slice(2).map(Number);
  const { images = 15_000, net, loss, optimizer, augment } = variants[index];
  const { train } = await mnist();
  const size = train.images.data.length / train.labels.length;
  /** @param {number} from @param {number} to */
  const part = (from, to) => ({
    images: {
      ...train.images,
      shape: [to - from, ...train.images.shape.slice(1)],
      data: train.images.data.subarray(from * size, to * size),
    },
    labels: train.labels.subarray(from, to),
  });
  const model = lenet5Of1998({ seed, threads: 1, ...net });
  const { compile, fit } = trainingOf1998(images);
  model.compile({ ...compile, optimizer: { ...compile.optimizer, ...optimizer }, loss: loss ?? compile.loss });
  const { history } = await model.fit(part(0, images), {
    ...{ ...fit, epochs: PASSES, seed, verbose: 0 },
    ...(augment ? { augment: distortions({ copies: 9, ...augment }) } : {}),
  });
  const { accuracy } = await model.evaluate(part(images, train.labels.length));
  process.send({ error: 1 - (accuracy ?? 0), training: 1 - (history.accuracy.at(-1) ?? 0) });
  process.disconnect();
} else {
  const { values } = parseArgs({
    options: { seeds: { type: "string", default: "2" }, only: { type: "string", default: "" } },
  });
  const chosen = variants.filter(({ name }) => name.includes(values.only));
  const jobs = chosen.flatMap(({ name }) =>
    Array.from({ length: Number(values.seeds) }, (_, i) => ({
      name,
      index: variants.findIndex((v) => v.name === name),
      seed: i + 1,
    })),
  );
  /** @type {Map<string, { error: number, training: number }[]>} */
  const results = new Map(chosen.map(({ name }) => [name, []]));
  console.log(`${cpus()[0]?.model.trim()}, Node ${process.version}; ${values.seeds} seeds, error in percent`);
  const work = async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const { name, index, seed } = job;
      const child = fork(fileURLToPath(import.meta.url), [String(index), String(seed)]);
      const result = await new Promise((resolve, reject) => {
        child.once("message", resolve);
        child.once("exit", (code) => reject(new Error(`${name}: exit code ${code}`)));
      });
      const all = results.get(name) ?? [];
      all.push(result);
      if (all.length < Number(values.seeds)) continue;
      const errors = all.map(({ error }) => 100 * error);
      const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length;
      const training = (100 * all.reduce((sum, each) => sum + each.training, 0)) / all.length;
      const each = errors.map((error) => error.toFixed(2)).join(", ");
      console.log(`${name.padEnd(44)} ${mean.toFixed(2).padStart(6)} (${each}), in training ${training.toFixed(2)}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}
