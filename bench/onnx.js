/**
 * How fast onnxruntime runs exported files: `node bench/onnx.js [--files FOLDER]` after `npm run build`. The networks of
 * the article and of 1998, and two layers in the forms that the export could give them: C3's connections of Table I as
 * one convolution whose kernel is 0 where there is no connection, or as grouped convolutions of slices; the subsampling
 * S2 as a convolution of each map, or as a mean that is scaled. Microseconds for one image, alone and in batches, the best
 * of 20 runs on one thread of onnxruntime-web. `--files` keeps the files, for `python bench/onnx.py FOLDER`, which prints
 * the same table for onnxruntime itself.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as ort from "onnxruntime-web/wasm";
import { exportOnnx } from "../dist/exchange.js";
import * as lenet5 from "../dist/index.js";
import { parsed } from "./options.js";

const values = parsed({ files: { type: "string" } });
ort.env.wasm.numThreads = 1;
ort.env.logLevel = "error";

const { channelSlice, concatenate, conv2d, tableI } = lenet5;

/** @param {readonly number[]} shape @param {(x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor} layers */
function around(shape, layers) {
  const image = lenet5.input({ shape, name: "image" });
  return lenet5.model({ inputs: image, outputs: layers(image) });
}

/**
 * Maps of Table I that see as many channels each, which are gathered first.
 * @param {lenet5.SymbolicTensor} x @param {readonly (readonly number[])[]} tables
 */
const group = (x, tables) =>
  conv2d({ filters: tables.length, kernelSize: 5, groups: tables.length })(
    concatenate()(tables.flat().map((start) => channelSlice({ start, count: 1 })(x))),
  );

const models = {
  lenet5: lenet5.lenet5(),
  "lenet5 of 1998": lenet5.lenet5Of1998(),
  "C3, a kernel with zeros": around([14, 14, 6], (x) =>
    conv2d({ filters: 16, kernelSize: 5, connectionTable: tableI })(x),
  ),
  "C3, grouped convolutions": around([14, 14, 6], (x) =>
    concatenate()([
      group(x, tableI.slice(0, 6)),
      group(x, tableI.slice(6, 15)),
      conv2d({ filters: 1, kernelSize: 5 })(x),
    ]),
  ),
  "S2, a convolution": around([28, 28, 6], (x) => lenet5.subsampling2d({ activation: "linear" })(x)),
  "S2, a mean, scaled": around([28, 28, 6], (x) => lenet5.batchNormalization()(lenet5.averagePooling2d()(x))),
};
const batches = [1, 32, 256];

if (values.files) mkdirSync(values.files, { recursive: true });
console.log(`onnxruntime-web ${ort.env.versions.web}: us an image in batches of ${batches.join(", ")}`);
for (const [name, model] of Object.entries(models)) {
  const { bytes } = await exportOnnx(model);
  if (values.files) writeFileSync(join(values.files, `${name}.onnx`), bytes);
  const session = await ort.InferenceSession.create(bytes, { executionProviders: ["wasm"] });
  const [rows, columns, channels] = model.inputs.shape;
  const times = [];
  for (const count of batches) {
    const data = Float32Array.from({ length: count * rows * columns * channels }, (_, i) => (i % 251) / 251);
    const image = new ort.Tensor("float32", data, [count, channels, rows, columns]);
    const repeats = Math.ceil(256 / count);
    let best = Number.POSITIVE_INFINITY;
    for (let run = 0; run < 20; run++) {
      const start = performance.now();
      for (let i = 0; i < repeats; i++) await session.run({ image });
      best = Math.min(best, (1000 * (performance.now() - start)) / repeats / count);
    }
    times.push(best.toFixed(1));
  }
  console.log(`${name.padEnd(28)}${times.map((time) => time.padStart(8)).join("")}`);
}
