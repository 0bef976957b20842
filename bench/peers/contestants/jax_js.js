/** jax-js on its wasm backend: a whole training step in one jit. `.ref` keeps arrays that a call would consume. */
import {
  channels,
  columns,
  floats,
  fromPeers,
  labels,
  many,
  options,
  rows,
  serve,
  size,
  versionOf,
} from "./contestant.js";

const { init, defaultDevice, jit, lax, nn, numpy: np, random, tree, valueAndGrad } = fromPeers("@jax-js/jax");
await init("wasm");
defaultDevice("wasm");

/** @typedef {any} Value */
/** @typedef {import("../networks.js").LayerOf} LayerOf */

const { layers } = options.network;
/** @type {Record<string, (x: Value) => Value>} */
const activations = { tanh: np.tanh, relu: nn.relu };
/** One value for each channel, for maps. */
const across = (/** @type {Value} */ values) => values.reshape([1, -1, 1, 1]);

/** Of a reshaped array. Rows and columns that fill no window are left out. @param {Value} x @param {number} size */
const windows = (x, size) => {
  const [n, c, h, w] = x.shape;
  const [a, b] = [Math.floor(h / size), Math.floor(w / size)];
  const whole = a * size === h && b * size === w ? x : x.slice([], [], [0, a * size], [0, b * size]);
  return whole.reshape([n, c, a, size, b, size]);
};

/**
 * Batch normalization, by the batch's statistics in training, and the moving statistics after it. @param {Value} x
 * @param {Value} p @param {Value[]} statistics @param {boolean} training
 */
function normalized(x, { gamma, beta }, statistics, training) {
  let [mean, variance] = statistics;
  /** @type {Value[]} */
  let after = [];
  if (training) {
    const batch = [x.ref.mean([0, 2, 3]), np.var_(x.ref, [0, 2, 3])];
    after = statistics.map((old, i) => old.mul(0.99).add(lax.stopGradient(batch[i].ref).mul(0.01)));
    [mean, variance] = batch;
  }
  const scale = gamma.div(np.sqrt(variance.add(1e-3)));
  const shift = beta.sub(mean.mul(scale.ref));
  return { x: x.mul(across(scale)).add(across(shift)), after };
}

/** @param {Value} x @param {number} kept the share of values that stay @param {Value} key */
const dropped = (x, kept, key) => {
  const mask = random.bernoulli(key, kept, x.shape).astype(np.float32);
  return x.mul(mask).mul(1 / kept);
};

/**
 * Logits, and in training the moving statistics after the step. `key` is for training: what dropout draws from.
 * @param {Value[]} p @param {Value[][]} statistics @param {Value} x @param {Value} [key]
 */
function forward(p, statistics, x, key) {
  const after = statistics.slice();
  for (const [i, { layer, padding, poolSize, rate, activation }] of layers.entries()) {
    if (layer === "conv2d") x = lax.conv(x, p[i].w, [1, 1], padding === "same" ? "SAME" : "VALID").add(across(p[i].b));
    else if (layer === "dense") x = np.matmul(x, p[i].w).add(p[i].b);
    else if (layer === "batchNormalization")
      ({ x, after: after[i] } = normalized(x, p[i], statistics[i], key !== undefined));
    else if (layer === "averagePooling2d") x = windows(x, Number(poolSize)).mean([3, 5]);
    else if (layer === "maxPooling2d") x = windows(x, Number(poolSize)).max([3, 5]);
    else if (layer === "globalAveragePooling2d") x = x.mean([2, 3]);
    else if (layer === "flatten") x = x.reshape([x.shape[0], -1]);
    else if (layer === "dropout") x = key ? dropped(x, 1 - Number(rate), key.ref) : x;
    else if (layer !== "activation") throw new Error(`no layer ${layer}`);
    if (activation) x = activations[activation](x);
  }
  key?.dispose();
  return [x, after];
}

const lossOf = (
  /** @type {Value} */ p,
  /** @type {Value} */ statistics,
  /** @type {Value} */ x,
  /** @type {Value} */ y,
  /** @type {Value} */ key,
) => {
  const [logits, after] = forward(p, statistics, x, key);
  return [nn.logSoftmax(logits).mul(y).sum(-1).mean().neg(), after];
};

const step = jit(
  (
    /** @type {Value} */ p,
    /** @type {Value} */ statistics,
    /** @type {Value} */ m,
    /** @type {Value} */ v,
    /** @type {Value} */ rate,
    /** @type {Value} */ key,
    /** @type {Value} */ x,
    /** @type {Value} */ y,
  ) => {
    const [[loss, after], g] = valueAndGrad(lossOf, { hasAux: true })(tree.ref(p), statistics, x, y, key);
    const newM = tree.map(
      (/** @type {Value} */ m, /** @type {Value} */ g) => m.mul(0.9).add(g.mul(0.1)),
      m,
      tree.ref(g),
    );
    const newV = tree.map(
      (/** @type {Value} */ v, /** @type {Value} */ g) => v.mul(0.999).add(np.square(g).mul(0.001)),
      v,
      g,
    );
    const newP = tree.map(
      (/** @type {Value} */ p, /** @type {Value} */ m, /** @type {Value} */ v) =>
        p.sub(m.mul(rate.ref).div(np.sqrt(v).add(1e-7))),
      p,
      tree.ref(newM),
      tree.ref(newV),
    );
    rate.dispose();
    return [loss, newP, after, newM, newV];
  },
);
const probabilities = jit((/** @type {Value} */ p, /** @type {Value} */ statistics, /** @type {Value} */ x) =>
  nn.softmax(forward(p, statistics, x)[0]),
);

const array = (/** @type {Float32Array} */ data, /** @type {number[]} */ shape) => np.array(data).reshape(shape);
let seed = 1;
/** @param {number[]} shape @param {number} inputs @param {number} outputs */
const weights = (shape, inputs, outputs) => {
  const uniform = () => {
    seed = (seed * 48271) % 2147483647;
    return (seed / 2147483647 - 0.5) * 2 * Math.sqrt(6 / (inputs + outputs));
  };
  const length = shape.reduce((a, b) => a * b);
  return array(Float32Array.from({ length }, uniform), shape);
};

/** The weights of every layer and the moving statistics; shapes are found out layer by layer. */
function firstWeights() {
  let [h, w, c] = [rows, columns, channels];
  return layers.map(({ layer, filters = c, kernelSize = 1, padding, poolSize = 1, units = c }) => {
    const inputs = c;
    if (layer === "conv2d") {
      const area = kernelSize ** 2;
      c = filters;
      if (padding !== "same") [h, w] = [h - kernelSize + 1, w - kernelSize + 1];
      const kernel = weights([c, inputs, kernelSize, kernelSize], inputs * area, c * area);
      return { w: kernel, b: np.zeros([c]) };
    }
    if (layer === "dense") {
      c = units;
      return { w: weights([inputs, c], inputs, c), b: np.zeros([c]) };
    }
    if (layer === "batchNormalization") return { gamma: np.ones([c]), beta: np.zeros([c]) };
    if (layer === "flatten") [h, w, c] = [1, 1, h * w * c];
    [h, w] = [Math.floor(h / poolSize), Math.floor(w / poolSize)];
    return {};
  });
}
const p = firstWeights();
const statistics = p.map(({ beta }) => (beta ? [np.zeros(beta.shape), np.ones(beta.shape)] : []));
const zeros = () => tree.map((/** @type {Value} */ array) => np.zeros(array.shape), tree.ref(p));
const parameters = tree.leaves(p).reduce((/** @type {number} */ sum, /** @type {Value} */ a) => sum + a.size, 0);

const data = floats();
/** @param {number} first @param {number} count */
const maps = (first, count) =>
  array(data.slice(first * size, (first + count) * size), [count, channels, rows, columns]);
const batches = Array.from({ length: options.batches }, (_, i) => ({
  x: maps(i * 128, 128),
  y: array(
    Float32Array.from({ length: 1280 }, (_, j) => (labels[i * 128 + Math.floor(j / 10)] === j % 10 ? 1 : 0)),
    [128, 10],
  ),
}));
/** @type {Value[]} */
let state = [p, statistics, zeros(), zeros()];
let t = 0;

const predict = (/** @type {Value} */ x) => async () =>
  probabilities(tree.ref(state[0]), tree.ref(state[1]), x.ref).data();
await serve(versionOf("@jax-js/jax"), parameters, {
  train: async () => {
    let sum = 0;
    for (const { x, y } of batches) {
      t++;
      const rate = np.array((1e-3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t));
      const [loss, ...rest] = step(...state, rate, random.key(t), x.ref, y.ref);
      state = rest;
      sum += (await loss.data())[0];
    }
    return sum / batches.length;
  },
  predict: predict(maps(0, many)),
  one: predict(maps(0, 1)),
});
