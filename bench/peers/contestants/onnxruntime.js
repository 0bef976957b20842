/** onnxruntime-node and onnxruntime-web: inference of the same network from an ONNX file. */
import { readFileSync } from "node:fs";
import { channels, columns, floats, fromPeers, many, options, rows, serve, size, versionOf } from "./contestant.js";

const { package: name, threads, onnx } = options;
const ort = fromPeers(name);
// Threads of the web's are set once for all its sessions, those of the native one by session.
if (ort.env.wasm) ort.env.wasm.numThreads = threads;
const session = await ort.InferenceSession.create(readFileSync(onnx), {
  intraOpNumThreads: threads,
  interOpNumThreads: 1,
  graphOptimizationLevel: "all",
});
const data = floats();
/** @param {number} count */
const call = (count) => {
  const image = new ort.Tensor("float32", data.slice(0, count * size), [count, channels, rows, columns]);
  return async () => (await session.run({ image })).probabilities.data;
};
const parameters = Number(readFileSync(`${onnx}.parameters`, "utf8"));
await serve(versionOf(name), parameters, { predict: call(many), one: call(1) });
