/**
 * The rounding errors of C1 by Winograd's algorithm along the rows and by direct sums: `node bench/rows-error.js` after
 * `npm run build`. Root mean square of the difference from float64, relative to that of the result, for 64 built-in
 * digits. Convolutions with a map that sees no channel are computed by direct sums.
 */
import { conv2d, dense, digits, flatten, input, model, sgd } from "../dist/index.js";
import { parsed } from "./options.js";

parsed({});

const [SIDE, TAPS, FILTERS, COUNT] = [32, 5, 6, 64];
const OUT = SIDE - TAPS + 1;
const { images } = digits({ train: COUNT, test: 0 }).train;
const pixels = Float32Array.from(images.data, (byte) => Math.fround(byte * Math.fround(1 / 255)));
const data = { shape: [COUNT, SIDE, SIDE, 1], data: pixels };

/** Calls a function with image, map, row and column of each result, and row and column of the kernel. */
function forEachProduct(
  /** @type {(n: number, k: number, r: number, c: number, p: number, q: number) => void} */ visit,
) {
  for (let n = 0; n < COUNT; n++)
    for (let k = 0; k < FILTERS; k++)
      for (let r = 0; r < OUT; r++)
        for (let c = 0; c < OUT; c++)
          for (let p = 0; p < TAPS; p++) for (let q = 0; q < TAPS; q++) visit(n, k, r, c, p, q);
}

const pixel = (/** @type {number} */ n, /** @type {number} */ r, /** @type {number} */ c) =>
  pixels[(n * SIDE + r) * SIDE + c] ?? 0;

/** @param {ArrayLike<number>} got @param {Float64Array} want */
function error(got, want) {
  let [difference, size] = [0, 0];
  for (const [i, value] of want.entries()) {
    difference += ((got[i] ?? 0) - value) ** 2;
    size += value ** 2;
  }
  return Math.sqrt(difference / size).toExponential(1);
}

/** Of [..., filters], the maps that see the image. @param {ArrayLike<number>} values @param {number} filters */
const seeing = (values, filters) => Float32Array.from(values).filter((_, i) => i % filters < FILTERS);

for (const numerics of /** @type {const} */ (["reproducible", "fast"])) {
  for (const direct of [false, true]) {
    const filters = direct ? FILTERS + 1 : FILTERS;
    const connectionTable = Array.from({ length: filters }, (_, k) => (k < FILTERS ? [0] : []));
    const image = input({ shape: [SIDE, SIDE, 1] });
    const options = { filters, kernelSize: TAPS, useBias: false, name: "c", ...(direct && { connectionTable }) };
    const maps = conv2d(options)(image);
    const layer = model({ inputs: image, outputs: maps, seed: 1, numerics });
    const weights = seeing(layer.weights.get("c/kernel")?.data ?? [], filters);
    const y = new Float64Array(COUNT * OUT * OUT * FILTERS);
    forEachProduct((n, k, r, c, p, q) => {
      y[((n * OUT + r) * OUT + c) * FILTERS + k] +=
        pixel(n, r + p, c + q) * (weights[(p * TAPS + q) * FILTERS + k] ?? 0);
    });
    const output = error(seeing((await layer.predict(data)).data, filters), y);

    // With weights of 0 and a target of 1, a step of size 1 leaves minus the gradient, and the gradient of each result is
    // its weight in the dense layer times -2 / COUNT, without an error.
    const net = model({
      inputs: image,
      outputs: dense({ units: 1, useBias: false, name: "d" })(flatten()(maps)),
      numerics,
    });
    net.setWeights({ "c/kernel": new Float32Array(TAPS * TAPS * filters) });
    const dy = seeing(net.weights.get("d/kernel")?.data ?? [], filters);
    net.compile({ optimizer: sgd({ learningRate: 1 }), loss: "mean_squared_error" });
    await net.fit({ images: data, labels: new Float32Array(COUNT).fill(1) }, { batchSize: COUNT, verbose: 0 });
    const dw = new Float64Array(TAPS * TAPS * FILTERS);
    forEachProduct((n, k, r, c, p, q) => {
      dw[(p * TAPS + q) * FILTERS + k] += (pixel(n, r + p, c + q) * 2 * (dy[(r * OUT + c) * FILTERS + k] ?? 0)) / COUNT;
    });
    const gradient = error(seeing(net.weights.get("c/kernel")?.data ?? [], filters), dw);
    console.log(
      `${numerics}, ${direct ? "direct" : "along the rows"}: output ${output}, gradient of the weights ${gradient}`,
    );
  }
}
