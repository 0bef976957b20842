import { pictures } from "./pictures.js";

/**
 * What every runtime and bundler must do alike: train, predict, classify with the network that ships with the package,
 * and decode pictures.
 * @param {typeof import("lenet5")} lenet5
 */
export async function trained(lenet5) {
  const { train, test } = lenet5.digits({ train: 200, test: 20, seed: 3 });
  const net = lenet5.lenet5({ threads: 2, seed: 1 });
  net.compile({
    optimizer: lenet5.adam({ learningRate: 3e-3 }),
    loss: "sparse_categorical_crossentropy",
    metrics: ["accuracy"],
  });
  await net.fit(train, { epochs: 2, batchSize: 32, seed: 1, verbose: 0 });
  const { accuracy } = await net.evaluate(test);
  const { data } = await net.predict(test.images);
  const shipped = await lenet5.pretrained();
  const classify = await shipped.classifier({ numbers: "bytes", scale: 1 / 255 });
  const size = 32 * 32;
  const digits = Array.from({ length: 20 }, (_, i) => {
    const image = { ...test.images, shape: [32, 32, 1], data: test.images.data.subarray(i * size, (i + 1) * size) };
    const scores = [...classify(image)];
    return scores.indexOf(Math.max(...scores));
  });
  const weights = await hash([...net.weights.values()].map((weight) => weight.data));
  const decoded = await Promise.all(pictures.map((file) => lenet5.readPicture(bytesOf(file))));
  const pixels = await hash(decoded.map((picture) => Float32Array.from(picture.data)));
  return { weights, predictions: await hash([data]), accuracy, digits, pixels, threads: net.threads };
}

/** @param {string} base64 */
const bytesOf = (base64) => Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** @param {readonly Float32Array[]} arrays */
async function hash(arrays) {
  const numbers = new Float32Array(arrays.flatMap((array) => [...array]));
  const digest = await crypto.subtle.digest("SHA-256", numbers);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
