/** Networks at random: one thread and three, one image and many, before and after the file, give the same bits. */
import {
  batchNormalization,
  conv2d,
  dense,
  digits,
  dropout,
  flatten,
  InputError,
  input,
  lenet5,
  lenet5Of1998,
  loadModel,
  maxPooling2d,
  model,
} from "../../dist/index.js";

const { images } = digits({ train: 1, test: 80 }).test;
const pixels = images.shape[1] * images.shape[2];

/** @type {((options: { seed: number, threads: number }) => import("../../dist/index.js").Model)[]} */
const networks = [
  (options) => lenet5(options),
  (options) => lenet5Of1998(options),
  (options) => {
    const image = input({ shape: [32, 32, 1] });
    let x = conv2d({ filters: 5, kernelSize: 3, activation: "relu", padding: "same" })(image);
    x = maxPooling2d({ poolSize: 4 })(batchNormalization()(x));
    x = dropout({ rate: 0.3 })(flatten()(x));
    return model({ inputs: image, outputs: dense({ units: 10, activation: "softmax" })(x), ...options });
  },
];

/**
 * Input that must be refused: for a network of 32x32.
 * @type {unknown[]}
 */
const wrong = [
  { shape: [1, 32, 32, 1], data: new Float32Array(1024).fill(Number.NaN) },
  {
    shape: [1, 32, 32, 1],
    data: Float32Array.from({ length: 1024 }, (_, i) => (i === 77 ? Number.POSITIVE_INFINITY : 0)),
  },
  { shape: [1, 32, 32], data: new Uint8Array(1000) },
  { shape: [2, 31, 32, 1], data: new Uint8Array(2 * 31 * 32) },
  { shape: [1, 32, 32, 1], data: new BigInt64Array(1024) },
  { shape: [1, 32, 32, 1], data: "pixels" },
  undefined,
];

/**
 * @param {import("../soak.js").Case} given
 * @returns {Promise<import("../soak.js").Outcome>}
 */
export async function predictions({ random }) {
  /** @param {number} limit */
  const below = (limit) => Math.floor(random.uniform() * limit);
  /** @type {import("../soak.js").Outcome} */
  const result = { tried: 1, refused: 0, survived: 0, lost: [] };
  const which = below(networks.length);
  const seed = below(2 ** 20);
  const net = /** @type {(typeof networks)[number]} */ (networks[which])({ seed, threads: 1 });
  const other = /** @type {typeof net} */ (await loadModel(net.toBytes(), { threads: 3 }));
  const count = 1 + below(70);
  const from = below(80 - count);
  const scale = below(2) === 0 ? undefined : 1 / (1 + below(500));
  /**
   * @param {number} first
   * @param {number} size
   */
  const part = (first, size) => ({
    shape: [size, ...images.shape.slice(1)],
    data: images.data.slice(first * pixels, (first + size) * pixels),
    ...(scale !== undefined && { scale }),
  });
  const { data } = await net.predict(part(from, count));
  const again = (await other.predict(part(from, count), { batchSize: 1 + below(40) })).data;
  const width = data.length / count;
  const label = `network ${which}, seed ${seed}, images ${from} to ${from + count}, scale ${scale}`;
  if (!data.every((value, i) => Object.is(value, again[i])))
    result.lost.push(`${label}: threads or the file change bits`);
  if (!data.every(Number.isFinite)) result.lost.push(`${label}: an output is not finite`);
  const i = below(count);
  const alone = (await net.predict(part(from + i, 1))).data;
  // A single image is computed in another order. The outputs of 1998 are distances, some hundreds.
  const largest = Math.max(1, ...alone.map(Math.abs));
  const near = alone.every((value, k) => Math.abs(value - data[i * width + k]) < 1e-5 * largest);
  if (!near) result.lost.push(`${label}: image ${from + i} alone differs`);
  try {
    await other.predict(/** @type {typeof images} */ (wrong[below(wrong.length)]));
    result.lost.push(`${label}: wrong input was answered`);
  } catch (error) {
    if (error instanceof InputError) result.refused++;
    else result.lost.push(`${label}: wrong input ended in ${error}`);
  }
  if (result.lost.length === 0) result.survived = 1;
  return result;
}
