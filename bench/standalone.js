/**
 * How large standalone files are and how long they take: `node bench/standalone.js` after `npm run build`. Drawings of
 * 280x280 with a round pen, as a page has them on a canvas: bare, white or black. Of 2,000 calls, the median and the
 * fastest tenth, which is what other programs on the machine leave alone. Sizes are of the whole file, and compressed by
 * gzip. With LENET5_DATA, MNIST's test images are read too, with weights of 8 and of 32 bits.
 */
import { cpus } from "node:os";
import { gzipSync } from "node:zlib";
import { exportStandalone } from "../dist/exchange.js";
import * as lenet5 from "../dist/index.js";
import { neededMnist } from "./mnist.js";
import { parsed } from "./options.js";

parsed({});
const SIDE = 280;
const CALLS = 2000;

/** A 7 with strokes of 20 pixels. @param {"bare" | "white" | "black"} ground */
function drawing(ground) {
  const data = new Uint8ClampedArray(4 * SIDE * SIDE);
  const [paper, ink] = ground === "black" ? [0, 255] : [255, 0];
  const distance = (/** @type {number[]} */ [x, y], /** @type {number[][]} */ [[a, b], [c, d]]) => {
    const along = ((x - a) * (c - a) + (y - b) * (d - b)) / ((c - a) ** 2 + (d - b) ** 2);
    const at = Math.min(1, Math.max(0, along));
    return Math.hypot(x - a - at * (c - a), y - b - at * (d - b));
  };
  for (let y = 0, to = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++, to += 4) {
      const away = Math.min(
        distance(
          [x, y],
          [
            [80, 70],
            [195, 65],
          ],
        ),
        distance(
          [x, y],
          [
            [195, 65],
            [130, 220],
          ],
        ),
      );
      const covered = Math.min(1, Math.max(0, 10.5 - away));
      const value = Math.round(paper + covered * (ink - paper));
      data.set(ground === "bare" ? [0, 0, 0, Math.round(255 * covered)] : [value, value, value, 255], to);
    }
  }
  return { width: SIDE, height: SIDE, data };
}

/** `0.61 ms (fastest tenth 0.58)` @param {() => unknown} call */
function time(call) {
  for (let i = 0; i < 500; i++) call();
  const times = Array.from({ length: CALLS }, () => {
    const start = performance.now();
    call();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const at = (/** @type {number} */ share) => /** @type {number} */ (times[Math.floor(share * CALLS)]).toFixed(2);
  return `${at(0.5)} ms (fastest tenth ${at(0.1)})`;
}

/** Keras's example https://keras.io/examples/vision/mnist_convnet/, with new weights. */
function convnet() {
  const image = lenet5.input({ shape: [28, 28, 1] });
  let x = lenet5.conv2d({ filters: 32, kernelSize: 3, activation: "relu" })(image);
  x = lenet5.maxPooling2d()(x);
  x = lenet5.conv2d({ filters: 64, kernelSize: 3, activation: "relu" })(x);
  x = lenet5.dropout({ rate: 0.5 })(lenet5.flatten()(lenet5.maxPooling2d()(x)));
  return lenet5.model({ inputs: image, outputs: lenet5.dense({ units: 10, activation: "softmax" })(x) });
}

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`);
const test = process.env.LENET5_DATA === undefined ? undefined : (await neededMnist({ size: 32 })).test;
const networks = /** @type {const} */ ([
  ["the article's network", await lenet5.pretrained(), test],
  ["the same, C3 full, new weights", lenet5.lenet5({ c3: "full" }), undefined],
  ["the network of 1998", await lenet5.pretrained({ network: "1998" }), test],
  ["Keras's MNIST convnet, new weights", convnet(), undefined],
]);
for (const [name, model, data] of networks) {
  console.log(`\n${name}`);
  for (const weights of /** @type {const} */ ([8, 32])) {
    const { bytes, accuracy } = await exportStandalone(model, { weights, data });
    const kilobytes = (/** @type {Uint8Array} */ { length }) => `${(length / 1000).toFixed(1)} kB`;
    console.log(`${weights} bits: ${kilobytes(bytes)}, compressed ${kilobytes(gzipSync(bytes, { level: 9 }))}`);
    if (accuracy) {
      const { images, float32, file, agree } = accuracy;
      const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(2)}%`;
      console.log(
        `  of ${images} test images right: ${percent(file)}, the model itself ${percent(float32)}; same class: ${percent(agree)}`,
      );
    }
    if (weights === 32) continue;
    const { classify, predict } = await import(`data:text/javascript;base64,${Buffer.from(bytes).toString("base64")}`);
    const image = Float32Array.from({ length: model.inputs.shape.reduce((a, b) => a * b) }, (_, i) => (i % 17) / 17);
    console.log(`  the network alone: ${time(() => predict(image))}`);
    for (const ground of /** @type {const} */ (["bare", "white", "black"])) {
      const picture = drawing(ground);
      console.log(`  a drawing of ${SIDE}x${SIDE}, ${ground}: ${time(() => classify(picture))}`);
    }
  }
}
