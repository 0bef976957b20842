/**
 * The libraries that are compared, with their configurations. If there are several, a trial before the measurement
 * chooses the fastest for each network, task and number of threads. All get the images as floats, in memory and in a
 * fixed order, except lenet5, which takes bytes and shuffles them.
 *
 * @typedef {{ folder: string, network: import("./networks.js").Network, images: string, onnx: string, batches: number,
 *   many: number, threads: number, numerics: "fast" | "reproducible", backend: string, package: string }} Options of a
 *   contestant's process; `many` are the images of a call of inference
 * @typedef {"train" | "predict" | "predict-one"} Task
 * @typedef {{ name: string, program: string, tasks: Task[], threads: number[],
 *   variants: Record<string, Record<string, unknown>>, slow?: boolean }} Contestant `variants` are options of its
 *   process by configuration; `slow` ones train one batch where the others train all, and infer
 *   100 images at once where the others infer 1,000
 */

/** @type {Task[]} */
export const tasks = ["train", "predict", "predict-one"];
/** @type {Task[]} */
const inference = ["predict", "predict-one"];
const threads = [2, 1];

/** @type {Contestant[]} */
export const contestants = [
  ...["reproducible", "fast"].map((numerics) => ({
    ...{ name: `lenet5, ${numerics}`, program: "ours.js", tasks, threads },
    variants: { [`numerics: ${numerics}`]: { numerics } },
  })),
  {
    ...{ name: "PyTorch", program: "pytorch.py", tasks, threads },
    // Tried too, and not faster: the compile mode "max-autotune", and compiling for NCHW.
    variants: {
      "eager, NCHW, fused Adam": { channelsLast: false, compile: "" },
      "eager, channels last, fused Adam": { channelsLast: true, compile: "" },
      "torch.compile, channels last, fused Adam": { channelsLast: true, compile: "default" },
    },
  },
  {
    ...{ name: "JAX", program: "plain_jax.py", tasks, threads },
    // Scans over all steps were tried too: slower than step by step, since XLA has no fast convolution in loops.
    variants: {
      "jit of a step, NHWC": { layout: "NHWC" },
      "jit of a step, NCHW": { layout: "NCHW" },
      "jit of a step, im2col": { layout: "im2col" },
    },
  },
  {
    ...{ name: "Keras on TensorFlow", program: "keras3.py", tasks, threads },
    // One step per execution was tried too: slower.
    variants: {
      "no XLA, tf.data, all steps per execution": { backend: "tensorflow", jit: false, wholePass: true },
      "jit_compile, tf.data, all steps per execution": { backend: "tensorflow", jit: true, wholePass: true },
    },
  },
  {
    ...{ name: "Keras on JAX", program: "keras3.py", tasks, threads },
    // More steps per execution were tried too: not faster.
    variants: { jit_compile: { backend: "jax", jit: true, wholePass: false } },
  },
  {
    ...{ name: "onnxruntime-node", program: "onnxruntime.js", tasks: inference, threads },
    variants: { native: { package: "onnxruntime-node" } },
  },
  {
    ...{ name: "onnxruntime-web", program: "onnxruntime.js", tasks: inference, threads },
    variants: { "wasm SIMD": { package: "onnxruntime-web" } },
  },
  {
    ...{ name: "jax-js", program: "jax_js.js", tasks, threads: [1], slow: true },
    variants: { "wasm, jit of a step; one thread in Node": {} },
  },
  {
    ...{ name: "tfjs, wasm", program: "tfjs.js", tasks, threads },
    variants: { "wasm SIMD, layers API": { backend: "wasm" } },
  },
  {
    ...{ name: "tfjs, cpu", program: "tfjs.js", tasks, threads: [1], slow: true },
    variants: { "JavaScript, layers API": { backend: "cpu" } },
  },
];
