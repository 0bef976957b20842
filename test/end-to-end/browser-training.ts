/**
 * Trains networks with every layer, activation, loss and optimizer, and with a custom layer and a custom loss; decodes
 * pictures. It runs in Node and, bundled, in a page, where the results must have the same bits.
 */
import * as lenet5 from "../../src/index.ts";
import { activationNames } from "../../src/ops/activations/table.ts";
import { type LossName, losses } from "../../src/training/losses/table.ts";
import { optimizerNames } from "../../src/training/optimizers/table.ts";
import { everyLayer, images, labels } from "../model/every-layer.ts";
import { pictures } from "../slow/project/pictures.js";

export { failed } from "./browser-failures.ts";

const { dense, flatten, input, model, ops, option } = lenet5;

/** The SHA-256 of the trained model's file, weights and optimizer included, by what was trained; the pixels of pictures. */
export type Trained = Record<string, string>;

export async function trained(): Promise<Trained> {
  const files: Trained = { lenet5: await lenet5Trained() };
  const data = { images, labels };
  const train = async (what: string, net: lenet5.Model, options: lenet5.CompileOptions, given = data) => {
    net.compile(options);
    await net.fit(given as lenet5.LabelledImages, { epochs: 2, batchSize: 18, seed: 1, verbose: 0 });
    files[what] = await hash(net);
  };
  const loss = "sparse_categorical_crossentropy";
  await train("every layer", everyLayer(), { optimizer: "adam", loss, metrics: ["accuracy"] });
  await train("random layers", network(atRandom), { optimizer: "adam", loss });
  await train("every activation", network(everyActivation), { optimizer: "adam", loss });
  await train("custom layer and loss", network(squeezeExcite({ ratio: 2 })), { optimizer: "nadam", loss: focal() });
  await train("penalties and constraints", network(bounded), { optimizer: shared, loss });
  for (const optimizer of optimizerNames) await train(optimizer, network(), { optimizer, loss });
  for (const name of Object.keys(losses) as LossName[]) {
    const { outputs, targets } = losses[name];
    const end = outputs === "distances" ? lenet5.rbf({ units: 4 }) : dense({ units: 4, activation: "softmax" });
    const rows = { images, labels: lenet5.toCategorical(labels, 4) } as unknown as typeof data;
    await train(
      name,
      network((maps) => maps, end),
      { optimizer: "sgd", loss: name },
      targets === "rows" ? rows : data,
    );
  }
  for (const [i, base64] of pictures.entries()) {
    const file = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    files[`picture ${i}`] = (await lenet5.readPicture(file)).data.join(" ");
    // Its end is missing.
    const cut = lenet5.readPicture(file.subarray(0, file.length / 2));
    files[`picture ${i}, cut`] = await cut.then(String, (error: Error) => error.message);
  }
  return files;
}

type Layers = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;

/** A small network around the layers. */
function network(layers: Layers = (maps) => maps, end: Layers = dense({ units: 4, activation: "softmax" })) {
  const image = input({ shape: [6, 5, 3] });
  const maps = lenet5.conv2d({ filters: 4, kernelSize: 3, activation: "tanh" })(image);
  const hidden = dense({ units: 6, activation: "tanh" })(flatten()(layers(maps)));
  return model({ inputs: image, outputs: end(hidden), seed: 2, threads: 2 });
}

const atRandom: Layers = (maps) =>
  [
    lenet5.randomTranslation({ heightFactor: 0.2, widthFactor: 0.2 }),
    lenet5.randomRotation({ factor: 0.1 }),
    lenet5.randomZoom({ heightFactor: 0.2 }),
    lenet5.spatialDropout2d({ rate: 0.2 }),
    lenet5.gaussianNoise({ stddev: 0.1 }),
    lenet5.gaussianDropout({ rate: 0.2 }),
    lenet5.dropout({ rate: 0.2 }),
  ].reduce((x, layer) => layer(x), maps);

const everyActivation: Layers = (maps) =>
  lenet5.concatenate()(activationNames.map((activation) => lenet5.activation({ activation })(maps)));

const bounded: Layers = lenet5.separableConv2d({
  filters: 4,
  kernelSize: 2,
  depthwiseConstraint: lenet5.maxNorm({ maxValue: 0.5 }),
  pointwiseRegularizer: lenet5.l1l2({ l1: 1e-3, l2: 1e-3 }),
  activityRegularizer: lenet5.l2(0.01),
});

/** What all optimizers share. */
const shared = lenet5.adamW({
  globalClipNorm: 0.1,
  weightDecay: 0.01,
  useEma: true,
  emaOverwriteFrequency: 2,
  gradientAccumulationSteps: 2,
});

const squeezeExcite = lenet5.defineLayer("squeezeExcite", {
  options: { ratio: option.whole({ default: 4 }) },
  weights({ ratio }, [, , channels = 1]) {
    const hidden = Math.ceil(channels / ratio);
    return { reduce: { shape: [channels, hidden] }, expand: { shape: [hidden, channels] } };
  },
  call(maps, { weights: { reduce, expand } }) {
    const hidden = ops.relu(ops.matmul(ops.mean(maps, { axis: [1, 2] }), reduce!));
    return ops.multiply(maps, ops.sigmoid(ops.matmul(hidden, expand!)));
  },
});

const focal = lenet5.defineLoss("focal", {
  labels: "classes",
  outputs: "probabilities",
  call(classes, outputs) {
    const p = ops.clip(outputs, 1e-7, 1 - 1e-7);
    return ops.negative(ops.sum(ops.multiply(ops.power(ops.subtract(1, p), 1.5), ops.multiply(classes, ops.log(p)))));
  },
});

/** LeNet-5 with a one-cycle learning rate, without and with distorted images; its predictions are in the hash. */
async function lenet5Trained(): Promise<string> {
  const { train, test } = lenet5.digits({ train: 200, test: 20, seed: 3 });
  const net = lenet5.lenet5({ threads: 2, seed: 1 });
  net.compile({
    optimizer: lenet5.adam({ learningRate: lenet5.oneCycle({ learningRate: 3e-3, totalSteps: 14 }) }),
    loss: "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  });
  const { history } = await net.fit(train, { epochs: 2, batchSize: 32, seed: 1, verbose: 0 });
  const augment = [lenet5.distortions({ copies: 1, rotation: 5 }), lenet5.elasticDistortion()];
  await net.fit(train, { batchSize: 32, seed: 1, verbose: 0, augment });
  const { data } = await net.predict(test.images);
  return `${await hash(net)} ${history.loss} ${data.join(" ")}`;
}

async function hash(net: lenet5.Model): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(net.toBytes())));
  return bytes.join(" ");
}
