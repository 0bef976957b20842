/** What is compared, measured in this library: answers, gradients of the first batch, and the losses of ten steps. */
import { adam, loadModel, sgd } from "../dist/index.js";
import { BATCH, STEPS } from "./networks.js";

/**
 * @typedef {object} Measured
 * @property {number[]} predictions of all images
 * @property {number[][]} [gradients] of the first batch's loss, by weight in the order of the layers
 * @property {{ sgd: number[], adam: number[] }} [losses] of every step
 */
/** @typedef {ReturnType<import("./networks.js").drawn>} Data */
/** @typedef {import("../dist/index.js").Model} Model */

/** The same numbers as in keras_side.py and pytorch_side.py. */
const optimizers = { sgd: () => sgd({ learningRate: 0.05 }), adam: () => adam({ learningRate: 0.001, epsilon: 1e-7 }) };

/** @param {Data} data @param {number} step */
function batch({ images, labels }, step) {
  const pixels = images.data.length / images.shape[0];
  const [from, to] = [step * BATCH, (step + 1) * BATCH];
  return {
    images: { shape: [BATCH, ...images.shape.slice(1)], data: images.data.slice(from * pixels, to * pixels) },
    labels: { shape: [BATCH], data: labels.data.slice(from, to) },
  };
}

/** @param {Model} model @param {Data} data @returns {Promise<Measured>} */
export async function measure(model, data) {
  const bytes = model.toBytes();
  const predictions = [...(await model.predict(data.images)).data];

  // A step of plain SGD with rate 1 subtracts the gradient from the weights.
  const stepped = await loadModel(bytes);
  const before = [...stepped.weights.values()].map((weight) => weight.data.slice());
  stepped.compile({ optimizer: sgd({ learningRate: 1 }), loss: "sparse_categorical_crossentropy" });
  await stepped.trainOnBatch(batch(data, 0));
  const after = [...stepped.weights.values()];
  const gradients = before.map((values, i) => [...values].map((value, j) => value - after[i].data[j]));

  /** @type {{ sgd: number[], adam: number[] }} */
  const losses = { sgd: [], adam: [] };
  for (const name of /** @type {const} */ (["sgd", "adam"])) {
    const trained = await loadModel(bytes);
    trained.compile({ optimizer: optimizers[name](), loss: "sparse_categorical_crossentropy" });
    for (let step = 0; step < STEPS; step++) losses[name].push((await trained.trainOnBatch(batch(data, step))).loss);
  }
  return { predictions, gradients, losses };
}
