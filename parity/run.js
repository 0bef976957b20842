/**
 * Do models travel without loss? `npm run parity [-- --only Keras] [-- --python PATH]`
 *
 * Takes the article's network, the one with a full C3, and Keras's MNIST convnet, and compares this library with Keras
 * (TensorFlow), PyTorch and onnxruntime, both ways: models that this library saves are opened and trained there, models
 * that they save are opened and trained here. For each it compares the answers on 320 images, the gradients of the first
 * batch's loss by every weight, and the losses of ten steps of SGD and of Adam. It prints a table and fails where a
 * difference is above its tolerance.
 *
 * Then it runs python-lines.js, the lines of Python that go with safetensors files, and onnx_checker.py, every layer as
 * ONNX.
 *
 * It makes a virtual environment in build/parity of the releases in requirements.txt, unless `--python` names a Python
 * that has them. Files: networks.js and measure.js are this library's side; keras_side.py, pytorch_side.py and
 * onnxruntime_side.py the others'; files/*.py make the files of test/exchange/files, which `npm test` reads.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { environment, folder, root, run } from "./environment.js";

const { values } = parseArgs({ options: { only: { type: "string" }, python: { type: "string" } } });

run(process.execPath, ["tools/build.js"]);
const python = values.python ?? environment();
const { exportKeras, exportOnnx, exportSafetensors, importModel } = await import("../dist/exchange.js");
const { drawn, networks } = await import("./networks.js");
const { measure } = await import("./measure.js");

/** @typedef {import("./measure.js").Measured} Measured */

/**
 * The largest difference that is allowed: of a probability, of a gradient, of a loss. float32 has 7 digits, and each
 * library adds in another order; Adam divides by the size of a gradient, so that rounding moves weights whose gradients
 * are almost 0.
 */
const tolerances = { predictions: 1e-5, gradients: 1e-5, sgd: 1e-5, adam: 1e-4 };

/** @param {string} name */
const write = (name, /** @type {string | Uint8Array} */ content) => writeFileSync(name, content);

/** @param {string} path @returns {Measured} */
const measured = (path) => JSON.parse(readFileSync(path, "utf8"));

/** The largest difference; infinite for NaN, and for lists of another length. @param {number[]} a @param {number[]} b */
function difference(a, b) {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  const worst = a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? Number.NaN))), 0);
  return Number.isNaN(worst) ? Number.POSITIVE_INFINITY : worst;
}

/** What is compared of two sides. @param {Measured} a @param {Measured} b */
function differences(a, b) {
  const { gradients, losses } = a;
  if (!gradients || !losses || !b.gradients || !b.losses)
    return { predictions: difference(a.predictions, b.predictions) };
  return {
    predictions: difference(a.predictions, b.predictions),
    gradients: difference(gradients.flat(), b.gradients.flat()),
    sgd: difference(losses.sgd, b.losses.sgd),
    adam: difference(losses.adam, b.losses.adam),
  };
}

/** @type {string[][]} */
const rows = [];
let failed = false;

/** @param {string} network @param {string} travel @param {Measured} a @param {Measured} b */
function compare(network, travel, a, b) {
  const found = /** @type {Partial<typeof tolerances>} */ (differences(a, b));
  const keys = /** @type {const} */ (["predictions", "gradients", "sgd", "adam"]);
  const ok = keys.every((key) => found[key] === undefined || found[key] <= tolerances[key]);
  failed ||= !ok;
  rows.push([network, travel, ...keys.map((key) => found[key]?.toExponential(1) ?? ""), ok ? "ok" : "differs"]);
}

const chosen = Object.keys(networks);
const folders = chosen.map((name) => join(folder, name));
/** @type {Map<string, { data: ReturnType<typeof drawn>, ours: Measured }>} */
const sides = new Map();
for (const [i, name] of chosen.entries()) {
  const { size, make } = networks[name];
  const at = (/** @type {string} */ file) => join(folders[i], file);
  mkdirSync(folders[i], { recursive: true });
  const data = drawn(size);
  write(at("network.json"), JSON.stringify({ size }));
  write(at("images.f32"), new Uint8Array(data.images.data.buffer));
  write(at("labels.u8"), data.labels.data);
  const model = make(1);
  const keras = await exportKeras(model);
  write(at("lenet5.keras"), keras.bytes);
  for (const [file, content] of Object.entries(keras.beside)) write(at(file), content);
  write(at("lenet5.onnx"), (await exportOnnx(model)).bytes);
  write(at("lenet5.safetensors"), (await exportSafetensors(model, { layout: "pytorch" })).bytes);
  sides.set(name, { data, ours: await measure(model, data) });
}

const others = ["keras", "pytorch", "onnxruntime"].filter(
  (other) => !values.only || values.only.toLowerCase() === other,
);
for (const other of others) run(python, [join(root, "parity", `${other}_side.py`), ...folders]);

for (const [i, name] of chosen.entries()) {
  const { title, make } = networks[name];
  const { data, ours } = /** @type {{ data: ReturnType<typeof drawn>, ours: Measured }} */ (sides.get(name));
  const at = (/** @type {string} */ file) => join(folders[i], file);
  /**
   * @param {string} file @param {string} from @param {Measured} theirs
   * @param {import("../dist/exchange.js").ImportOptions} [options]
   */
  const imported = async (file, from, theirs, options) => {
    const travel = `${from} -> lenet5`;
    try {
      const { model } = await importModel(at(file), options);
      const single = /** @type {import("../dist/index.js").Model} */ (model);
      compare(title, travel, theirs, await measure(single, data));
    } catch (error) {
      failed = true;
      rows.push([title, travel, "", "", "", "", error instanceof Error ? error.message : String(error)]);
    }
  };
  if (others.includes("keras")) {
    compare(title, "lenet5 -> Keras (.keras)", ours, measured(at("keras-of-lenet5.json")));
    const theirs = measured(at("keras.json"));
    await imported("keras.keras", "Keras (.keras)", theirs);
    await imported("keras.h5", "Keras (.h5)", theirs);
  }
  if (others.includes("pytorch")) {
    compare(title, "lenet5 -> PyTorch (.safetensors)", ours, measured(at("pytorch-of-lenet5.json")));
    const theirs = measured(at("pytorch.json"));
    await imported("pytorch.pt", "PyTorch (.pt)", theirs, { network: make(0) });
    await imported("pytorch.safetensors", "PyTorch (.safetensors)", theirs, { network: make(0) });
    // ONNX has no table of connections: the weights that the table leaves out come back as zeros that could learn.
    const answers = name === "article" ? { predictions: theirs.predictions } : theirs;
    await imported("pytorch.onnx", "PyTorch (.onnx)", answers);
  }
  if (others.includes("onnxruntime"))
    compare(title, "lenet5 -> onnxruntime (.onnx)", ours, measured(at("onnxruntime-of-lenet5.json")));
}

const head = ["network", "file", "predictions", "gradients", "10 steps SGD", "10 steps Adam", ""];
const last = ["tolerance", "", ...Object.values(tolerances).map((value) => value.toExponential(1)), ""];
const widths = head.map((_, i) => Math.max(...[head, last, ...rows].map((row) => row[i].length)));
for (const row of [head, ...rows, last])
  console.log(
    row
      .map((cell, i) => cell.padEnd(widths[i]))
      .join("  ")
      .trimEnd(),
  );
if (failed) process.exitCode = 1;

if (!values.only) {
  console.log("\nThe lines of Python that exportSafetensors gives, run in PyTorch and in Keras:");
  run(process.execPath, ["parity/python-lines.js", "--python", python]);
  console.log("\nEvery layer and option as ONNX, in the checker of ONNX and in onnxruntime:");
  process.env.LENET5_ONNX_FILES = join(folder, "onnx");
  run("npx", ["vitest", "run", "--reporter=dot", "test/exchange/onnx-export.test.ts"]);
  run(python, ["parity/onnx_checker.py", process.env.LENET5_ONNX_FILES]);
}
