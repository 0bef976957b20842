/** jax-js on its wasm backend: a whole training step in one jit. `.ref` keeps arrays that a call would consume. */
import { floats, fromPeers, labels, options, serve, versionOf } from "./contestant.js";

const { init, defaultDevice, jit, lax, nn, numpy: np, tree, valueAndGrad } = fromPeers("@jax-js/jax");
await init("wasm");
defaultDevice("wasm");

/** @typedef {any} Value */

const conv = (/** @type {Value} */ x, /** @type {Value} */ { w, b }) =>
  np.tanh(lax.conv(x, w, [1, 1], "VALID").add(b.reshape([1, -1, 1, 1])));
/** Means of a reshaped array. @param {Value} x */
const pool = (x) => {
  const [n, c, h, w] = x.shape;
  return x.reshape([n, c, h / 2, 2, w / 2, 2]).mean([3, 5]);
};
const dense = (/** @type {Value} */ x, /** @type {Value} */ { w, b }) => np.matmul(x, w).add(b);

const logits = (/** @type {Value[]} */ p, /** @type {Value} */ x) => {
  const s4 = pool(conv(pool(conv(x, p[0])), p[1]));
  // C5 covers its whole input: the same as a dense layer.
  const c5 = np.tanh(dense(s4.reshape([s4.shape[0], 400]), p[2]));
  return dense(np.tanh(dense(c5, p[3])), p[4]);
};
const lossOf = (/** @type {Value[]} */ p, /** @type {Value} */ x, /** @type {Value} */ y) =>
  nn.logSoftmax(logits(p, x)).mul(y).sum(-1).mean().neg();

const step = jit(
  (
    /** @type {Value} */ p,
    /** @type {Value} */ m,
    /** @type {Value} */ v,
    /** @type {Value} */ rate,
    /** @type {Value} */ x,
    /** @type {Value} */ y,
  ) => {
    const [loss, g] = valueAndGrad(lossOf)(tree.ref(p), x, y);
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
    return [loss, newP, newM, newV];
  },
);
const probabilities = jit((/** @type {Value} */ p, /** @type {Value} */ x) => nn.softmax(logits(p, x)));

const array = (/** @type {Float32Array} */ data, /** @type {number[]} */ shape) => np.array(data).reshape(shape);
const shapes = [
  [6, 1, 5, 5],
  [16, 6, 5, 5],
  [400, 120],
  [120, 84],
  [84, 10],
];
let seed = 1;
const weights = shapes.map((shape) => {
  const size = shape.reduce((a, b) => a * b);
  const [outputs, inputs] = shape.length === 4 ? [shape[0], size / shape[0]] : [shape[1], shape[0]];
  const uniform = () => {
    seed = (seed * 48271) % 2147483647;
    return (seed / 2147483647 - 0.5) * 2 * Math.sqrt(3 / inputs);
  };
  return { w: array(Float32Array.from({ length: size }, uniform), shape), b: np.zeros([outputs]) };
});
const zeros = () => shapes.map((shape, i) => ({ w: np.zeros(shape), b: np.zeros(weights[i].b.shape) }));
const parameters = weights.reduce((sum, { w, b }) => sum + w.size + b.size, 0);

const data = floats();
const batches = Array.from({ length: options.batches }, (_, i) => ({
  x: array(data.slice(i * 128 * 1024, (i + 1) * 128 * 1024), [128, 1, 32, 32]),
  y: array(
    Float32Array.from({ length: 1280 }, (_, j) => (labels[i * 128 + Math.floor(j / 10)] === j % 10 ? 1 : 0)),
    [128, 10],
  ),
}));
/** @type {Value[]} */
let state = [weights, zeros(), zeros()];
let t = 0;

const predict = (/** @type {Value} */ x) => async () => probabilities(tree.ref(state[0]), x.ref).data();
await serve(versionOf("@jax-js/jax"), parameters, {
  train: async () => {
    let sum = 0;
    for (const { x, y } of batches) {
      t++;
      const rate = np.array((1e-3 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t));
      const [loss, ...rest] = step(...state, rate, x.ref, y.ref);
      state = rest;
      sum += (await loss.data())[0];
    }
    return sum / batches.length;
  },
  predict: predict(array(data.slice(0, 1000 * 1024), [1000, 1, 32, 32])),
  one: predict(array(data.slice(0, 1024), [1, 1, 32, 32])),
});
