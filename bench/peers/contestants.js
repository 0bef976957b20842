/**
 * The libraries that are compared, with their configurations. If there are several, a trial before the measurement
 * chooses the fastest for each task. All get the images as floats, in memory and in a fixed order, except lenet5, which
 * takes bytes and shuffles them.
 *
 * @typedef {{ folder: string, images: string, batches: number, calls: number, singles: number, threads: number,
 *   numerics: "fast" | "reproducible", backend: string, package: string }} Options of a contestant's process
 * @typedef {{ configuration: string, options: Partial<Options> & Record<string, unknown> & { threads: number } }} Variant
 * @typedef {"train" | "predict" | "predict-one"} Task
 * @typedef {{ name: string, program: string, tasks: Task[], variants: Variant[], slow?: boolean }} Contestant `slow` ones
 *   get less work in a round
 */

/** @type {Task[]} */
export const tasks = ["train", "predict", "predict-one"];
/** @type {Task[]} */
const inference = ["predict", "predict-one"];

/**
 * Each variant with one thread and with two. @param {Record<string, Record<string, unknown>>} variants @returns
 * {Variant[]}
 */
const onOneAndTwo = (variants) =>
  [2, 1].flatMap((threads) =>
    Object.entries(variants).map(([configuration, options]) => ({ configuration, options: { ...options, threads } })),
  );

/** One row for one thread and one for two. @param {Omit<Contestant, "variants">} contestant @param {Variant} variant */
const rowForEach = (contestant, { configuration, options }) =>
  [2, 1].map((threads) => ({ ...contestant, variants: [{ configuration, options: { ...options, threads } }] }));

/** @type {Contestant[]} */
export const contestants = [
  ...["reproducible", "fast"].flatMap((numerics) =>
    rowForEach(
      { name: `lenet5, ${numerics}`, program: "ours.js", tasks },
      { configuration: `numerics: ${numerics}`, options: { numerics: /** @type {"fast"} */ (numerics), threads: 0 } },
    ),
  ),
  {
    name: "PyTorch",
    program: "pytorch.py",
    tasks,
    // The compile mode "max-autotune" was tried too: as fast as the default.
    variants: onOneAndTwo({
      "eager, NCHW, fused Adam": { channelsLast: false, compile: "" },
      "eager, channels last, fused Adam": { channelsLast: true, compile: "" },
      "torch.compile, NCHW, fused Adam": { channelsLast: false, compile: "default" },
      "torch.compile, channels last, fused Adam": { channelsLast: true, compile: "default" },
    }),
  },
  {
    name: "JAX",
    program: "plain_jax.py",
    tasks,
    // A scan over lax.conv was tried too: several times slower than step by step, since XLA has no fast convolution in
    // loops.
    variants: onOneAndTwo({
      "jit of a step, NHWC": { layout: "NHWC", scan: false },
      "jit of a step, NCHW": { layout: "NCHW", scan: false },
      "jit of a step, im2col": { layout: "im2col", scan: false },
      "jit of the epoch (scan), im2col": { layout: "im2col", scan: true },
    }),
  },
  {
    name: "Keras on TensorFlow",
    program: "keras3.py",
    tasks,
    variants: onOneAndTwo({
      "no XLA, tf.data": { backend: "tensorflow", jit: false, steps: 1, dataset: true },
      "no XLA, tf.data, 40 steps per execution": { backend: "tensorflow", jit: false, steps: 40, dataset: true },
      "jit_compile, tf.data": { backend: "tensorflow", jit: true, steps: 1, dataset: true },
      "jit_compile, tf.data, 40 steps per execution": { backend: "tensorflow", jit: true, steps: 40, dataset: true },
    }),
  },
  {
    name: "Keras on JAX",
    program: "keras3.py",
    tasks,
    variants: onOneAndTwo({
      jit_compile: { backend: "jax", jit: true, steps: 1 },
      "jit_compile, 40 steps per execution": { backend: "jax", jit: true, steps: 40 },
    }),
  },
  ...["onnxruntime-node", "onnxruntime-web"].flatMap((name) =>
    rowForEach(
      { name, program: "onnxruntime.js", tasks: inference },
      { configuration: name.endsWith("web") ? "wasm SIMD" : "native", options: { package: name, threads: 0 } },
    ),
  ),
  {
    name: "jax-js",
    program: "jax_js.js",
    tasks,
    slow: true,
    variants: [{ configuration: "wasm, jit of a step; one thread in Node", options: { threads: 1 } }],
  },
  {
    name: "tfjs, wasm",
    program: "tfjs.js",
    tasks,
    variants: onOneAndTwo({ "wasm SIMD, layers API": { backend: "wasm" } }),
  },
  {
    name: "tfjs, cpu",
    program: "tfjs.js",
    tasks,
    slow: true,
    variants: [{ configuration: "JavaScript, layers API", options: { backend: "cpu", threads: 1 } }],
  },
];
