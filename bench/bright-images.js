/**
 * Which optimizer learns from images that are bright on average: `node bench/bright-images.js [--seeds 3]
 * [--network modern] [--images 6000]` after `npm run build`. Built-in digits at random places of 40x40 pixels, light on
 * dark and dark on light, train LeNet-5, or `modern()`, for 8 epochs with the optimizers of `lenet5 train`. For every six
 * images to train on, there is another to validate.
 */
import { adam, digits, lenet5, modern, oneCycle, sgd } from "../dist/index.js";
import { oneOf, parsed, whole } from "./options.js";

const values = parsed({
  seeds: { type: "string", default: "3" },
  network: { type: "string", default: "article" },
  images: { type: "string", default: "6000" },
});
const [seeds, images] = [whole("--seeds", values.seeds), whole("--images", values.images)];
const network = { article: lenet5, modern }[oneOf("--network", values.network, ["article", "modern"])];
const [SIDE, DIGIT, EPOCHS, BATCH] = [40, 28, 8, 64];

/** @param {number} seed @param {boolean} isDark */
function placed(seed, isDark) {
  const { train } = digits({ train: Math.round((images * 7) / 6), test: 0, size: 28, seed });
  const { labels, classNames } = train;
  const data = new Uint8Array(labels.length * SIDE * SIDE);
  for (let i = 0; i < labels.length; i++) {
    // Two places of 13 each, from the number of the image.
    const top = (i * 7919) % 13;
    const left = (i * 104_729 + 5) % 13;
    for (let at = 0; at < DIGIT * DIGIT; at++) {
      const to = (i * SIDE + top + Math.floor(at / DIGIT)) * SIDE + left + (at % DIGIT);
      data[to] = train.images.data[i * DIGIT * DIGIT + at] ?? 0;
    }
  }
  if (isDark) for (let at = 0; at < data.length; at++) data[at] = 255 - data[at];
  return { images: { shape: [labels.length, SIDE, SIDE, 1], data, scale: 1 / 255 }, labels, classNames };
}

const totalSteps = EPOCHS * Math.ceil(images / BATCH);
const optimizers = {
  "sgd, up to 0.1": () =>
    sgd({ learningRate: oneCycle({ learningRate: 0.1, totalSteps }), momentum: 0.9, nesterov: true }),
  "adam, up to 0.003": () => adam({ learningRate: oneCycle({ learningRate: 0.003, totalSteps }) }),
};

console.log("validation accuracy, mean and spread of the seeds");
for (const isDark of [false, true]) {
  for (const [name, optimizer] of Object.entries(optimizers)) {
    /** @type {number[]} */
    const found = [];
    for (let seed = 1; seed <= seeds; seed++) {
      const net = network({ inputShape: [SIDE, SIDE, 1], seed });
      net.compile({ optimizer: optimizer(), loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
      const options = { epochs: EPOCHS, batchSize: BATCH, seed, validationSplit: 1 / 7, verbose: /** @type {0} */ (0) };
      const { history } = await net.fit(placed(seed, isDark), options);
      found.push(100 * (history.val_accuracy?.at(-1) ?? 0));
    }
    const mean = found.reduce((a, b) => a + b) / found.length;
    const range = `${Math.min(...found).toFixed(1)} to ${Math.max(...found).toFixed(1)}`;
    console.log(`${isDark ? "dark on light" : "light on dark"}  ${name.padEnd(18)} ${mean.toFixed(1)}%  (${range})`);
  }
}
