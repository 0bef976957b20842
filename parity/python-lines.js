/**
 * Do the lines of Python run that `exportSafetensors` gives? `node parity/python-lines.js [--python PATH]`
 *
 * Exports networks as safetensors in both layouts, runs the lines in PyTorch and in Keras (where the model is that of
 * `exportKeras`, with other weights), and compares the answers with this library's.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { environment, folder, root, run } from "./environment.js";

const { values } = parseArgs({ options: { python: { type: "string" } } });

run(process.execPath, ["tools/build.js"]);
const python = values.python ?? environment();
const { exportKeras, exportSafetensors } = await import("../dist/exchange.js");
const lenet5 = await import("../dist/index.js");

/** @typedef {import("../dist/index.js").SymbolicTensor} SymbolicTensor */

/** Layers and options that need care in PyTorch. */
function special() {
  const { input, conv2d, depthwiseConv2d, batchNormalization, prelu, maxPooling2d, averagePooling2d } = lenet5;
  const { concatenate, globalAveragePooling2d, flatten, dense, layerNormalization, dropout, rescaling } = lenet5;
  const x = input({ shape: [12, 10, 3] });
  /** @param {SymbolicTensor} y @param {...import("../dist/index.js").Layer} layers */
  const chain = (y, ...layers) => layers.reduce((z, layer) => layer(z), y);
  const left = chain(
    x,
    rescaling({ scale: 2, offset: -1 }),
    conv2d({ filters: 4, kernelSize: [3, 2], strides: 2, padding: "same", activation: "elu", useBias: false }),
    batchNormalization({ name: "norm", momentum: 0.9 }),
    depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, padding: "same", activation: "hard_silu" }),
    prelu({ sharedAxes: [1, 2], alphaInitializer: { uniform: [0, 1] } }),
    maxPooling2d({ poolSize: 2, strides: [1, 2] }),
  );
  const features = chain(
    left,
    flatten(),
    batchNormalization({ name: "flat_norm" }),
    dropout({ rate: 0.5 }),
    dense({ units: 6, activation: "gelu" }),
    layerNormalization(),
  );
  const right = chain(
    x,
    conv2d({ filters: 6, kernelSize: 3, dilationRate: 2, groups: 3, activation: "scaled_tanh" }),
    averagePooling2d({ poolSize: 3 }),
    globalAveragePooling2d(),
  );
  const y = dense({ units: 5, activation: "softmax", name: "classes" })(concatenate()([features, right]));
  return lenet5.model({ inputs: x, outputs: y, seed: 4 });
}

const networks = {
  article: lenet5.lenet5({ seed: 1 }),
  full: lenet5.lenet5({ c3: "full", inputShape: [28, 28, 1], seed: 2 }),
  special: special(),
};

const folders = [];
for (const [name, model] of Object.entries(networks)) {
  // Weights that training has moved: also the moving statistics.
  const weights = [...model.weights].map(([path, { shape, data }]) => {
    const isVariance = path.endsWith("variance");
    return [path, { shape, data: data.map((value, i) => (isVariance ? 1 : value) + 0.1 * Math.abs(Math.sin(i))) }];
  });
  // What a connection table leaves out stays 0.
  if (name !== "article") model.setWeights(new Map(/** @type {any} */ (weights)));
  const shape = [4, ...model.inputs.shape];
  const data = Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.abs(Math.sin(i * i)));
  const answers = await model.predict({ shape, data });
  for (const layout of /** @type {const} */ (["keras", "pytorch"])) {
    const at = join(folder, "lines", `${name}-${layout}`);
    mkdirSync(at, { recursive: true });
    const { bytes, python } = await exportSafetensors(model, { layout });
    writeFileSync(join(at, "model.safetensors"), bytes);
    writeFileSync(join(at, "lines.py"), python);
    writeFileSync(
      join(at, "data.json"),
      JSON.stringify({ layout, shape, images: [...data], answers: [...answers.data] }),
    );
    const keras = await exportKeras(model.clone({ seed: 9 }));
    for (const [file, content] of Object.entries({ "model.keras": keras.bytes, ...keras.beside }))
      writeFileSync(join(at, file), content);
    folders.push(at);
  }
}
run(python, [join(root, "parity", "python_lines.py"), ...folders]);
