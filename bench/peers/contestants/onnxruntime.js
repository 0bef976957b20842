/** onnxruntime-node and onnxruntime-web: inference of the same network from an ONNX file. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { floats, fromPeers, options, serve, versionOf } from "./contestant.js";

const { package: name, threads, folder } = options;
const ort = fromPeers(name);
// Threads of the web's are set once for all its sessions, those of the native one by session.
if (ort.env.wasm) ort.env.wasm.numThreads = threads;
const session = await ort.InferenceSession.create(readFileSync(join(folder, "lenet5.onnx")), {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: "all",
});
const data = floats();
/** @param {number} count */
const call = (count) => {
  const image = new ort.Tensor("float32", data.slice(0, count * 1024), [count, 1, 32, 32]);
  return async () => (await session.run({ image })).probabilities.data;
};
const parameters = Number(readFileSync(join(folder, "lenet5.onnx.parameters"), "utf8"));
await serve(versionOf(name), parameters, { predict: call(1000), one: call(1) });
