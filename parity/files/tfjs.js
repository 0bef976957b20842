// @ts-nocheck: TensorFlow.js is none of the dependencies, and three versions of it are used.
/**
 * Writes small models of TensorFlow.js itself for the tests: test/exchange/files/tfjs/tfjs-<version>-*.
 *
 *   npm install --ignore-scripts --prefix build/tfjs \
 *     @tensorflow/tfjs-layers@4.22.0 @tensorflow/tfjs-core@4.22.0 @tensorflow/tfjs-backend-cpu@4.22.0
 *   node parity/files/tfjs.js build/tfjs
 *
 * The same for @tensorflow/tfjs-layers@1.7.4 with core 1.7.4, and 0.6.7 with core 0.11.9 (tfjs 0.11), which have their
 * backend inside.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(join(resolve(process.argv[2] ?? "build/tfjs"), "package.json"));
const core = require("@tensorflow/tfjs-core");
const tf = require("@tensorflow/tfjs-layers");
try {
  require("@tensorflow/tfjs-backend-cpu");
} catch {
  // Before tfjs 2, the backend is part of the core.
}
core.setBackend("cpu");
const { version_layers: version } = tf;
const folder = fileURLToPath(new URL("../../test/exchange/files/tfjs/", import.meta.url));

/** Numbers from 0 to 1, the same in every run. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Weights that show every mistake, also moving statistics. */
function filled(model) {
  const next = numbers(7);
  const weights = model.getWeights().map((weight) => {
    const data = Float32Array.from({ length: weight.size }, () => 0.1 + 0.8 * next() - (weight.rank > 1 ? 0.4 : 0));
    return core.tensor(data, weight.shape);
  });
  model.setWeights(weights);
  return model;
}

const plain = (tensor) => ({
  shape: tensor.shape,
  data: Array.from(tensor.dataSync(), (value) => Number(value.toPrecision(7))),
});

async function save(name, model, { includeOptimizer = false } = {}) {
  const path = join(folder, `tfjs-${version}-${name}`);
  mkdirSync(path, { recursive: true });
  const next = numbers(1);
  const inputs = model.inputs.map(({ shape }) => {
    const sizes = [2, ...shape.slice(1)];
    return core.tensor(
      Array.from({ length: sizes.reduce((a, b) => a * b) }, () => next()),
      sizes,
    );
  });
  const answer = model.predict(inputs.length > 1 ? inputs : inputs[0]);
  const outputs = Array.isArray(answer) ? answer : [answer];
  writeFileSync(join(path, "io.json"), JSON.stringify({ inputs: inputs.map(plain), outputs: outputs.map(plain) }));
  await model.save(
    {
      // What tfjs's own handler for downloads writes.
      async save({ modelTopology, weightSpecs, weightData, format, generatedBy, convertedBy, trainingConfig }) {
        const weightsManifest = [{ paths: ["./model.weights.bin"], weights: weightSpecs }];
        const json = { modelTopology, format, generatedBy, convertedBy, weightsManifest, trainingConfig };
        writeFileSync(join(path, "model.json"), JSON.stringify(json));
        writeFileSync(join(path, "model.weights.bin"), Buffer.from(weightData));
        return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: "JSON" } };
      },
    },
    { includeOptimizer },
  );
}

const { layers: L } = tf;
const convolution = L.conv2d({ filters: 3, kernelSize: 3, activation: "relu", inputShape: [8, 8, 1] });
const sequential = tf.sequential({
  layers: [
    convolution,
    L.maxPooling2d({ poolSize: 2 }),
    L.batchNormalization({}),
    L.flatten(),
    L.dropout({ rate: 0.5 }),
    L.dense({ units: 4, activation: "hardSigmoid" }),
    L.dense({ units: 3, activation: "softmax" }),
  ],
});
filled(sequential);
if (/^[4-9]/.test(version)) {
  sequential.compile({ optimizer: "adam", loss: "categoricalCrossentropy" });
  await sequential.fit(core.ones([2, 8, 8, 1]), core.oneHot(core.tensor1d([0, 1], "int32"), 3), { verbose: 0 });
  await save("sequential", sequential, { includeOptimizer: true });
} else {
  await save("sequential", sequential);
}

const image = tf.input({ shape: [6, 6, 2] });
const vector = tf.input({ shape: [3] });
const shared = L.dense({ units: 3, activation: "tanh" });
// tfjs 0.11 loses the second call of a layer when it saves a model.
const second = version.startsWith("0.") ? L.dense({ units: 3 }) : shared;
const maps = L.conv2d({ filters: 3, kernelSize: 3, padding: "same", useBias: false }).apply(image);
const features = L.globalAveragePooling2d({}).apply(L.leakyReLU({ alpha: 0.1 }).apply(maps));
const merged = L.concatenate({}).apply([shared.apply(features), second.apply(vector)]);
const outputs = [L.dense({ units: 3, activation: "softmax" }).apply(merged), L.dense({ units: 1 }).apply(merged)];
await save("functional", filled(tf.model({ inputs: [image, vector], outputs })));
