/**
 * How near the engine comes to what WebAssembly's 128-bit SIMD can do: `node bench/limits.js [--rounds 20]` after
 * `npm run build`. For the networks of bench/peers on one thread, batch size 128: the multiply-adds for an image by the
 * direct formulas and those that are really done after Winograd's algorithm; images/s, from the best time of each wasm
 * kernel in all rounds, since other programs disturb the others; the share of the peak that these multiply-adds take, and
 * the images/s if nothing else took time.
 */
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { lossOf } from "../dist/cli/bench/subject.js";
import { availableNumerics } from "../dist/engine/binary.js";
import { peakGflops, profile } from "../dist/engine/profile.js";
import * as lenet5 from "../dist/index.js";
import { graphOf } from "../dist/model/graph.js";
import { predictionProgram } from "../dist/model/programs.js";
import { trainingProgram } from "../dist/model/training-programs.js";
import { blockConvolutions } from "../dist/ops/conv2d/block-convolutions.js";
import { parsed, whole } from "./options.js";

const rounds = whole("--rounds", parsed({ rounds: { type: "string", default: "20" } }).rounds);
const [COUNT, LANES] = [128, 16];
const labels = Int32Array.from({ length: COUNT }, (_, i) => i % 10);
/** @type {Record<string, { image: number[], layers: ({ layer: string } & Record<string, unknown>)[] }>} */
const networks = JSON.parse(readFileSync(new URL("peers/networks.json", import.meta.url), "utf8"));

/** @param {string} name @param {"reproducible" | "fast"} numerics */
function networkOf(name, numerics) {
  const { image, layers } = networks[name] ?? { image: [], layers: [] };
  const inputs = lenet5.input({ shape: image });
  let x = inputs;
  for (const { layer, ...options } of layers) x = /** @type {any} */ (lenet5)[layer](options)(x);
  const net = lenet5.model({ inputs, outputs: x, numerics });
  net.compile({ loss: lenet5.sparseCategoricalCrossentropy({ fromLogits: true }) });
  return net;
}

/**
 * The multiply-adds that a call for a block does for each image, of a layer with `macs` by the direct formula.
 * @param {string} wasmKernel @param {{ macs: number, shape: readonly number[], taps: number, isFirst: boolean }} layer
 */
function done(wasmKernel, { macs, shape: [rows = 1, columns = 1], taps, isFirst }) {
  const size = 7 - taps;
  const inTiles = (macs * 36 * Math.ceil(rows / size) * Math.ceil(columns / size)) / (taps * taps * rows * columns);
  switch (wasmKernel) {
    case "conv2dWinogradForward":
      return inTiles;
    case "conv2dWinogradBackward":
      return isFirst ? inTiles : 2 * inTiles;
    case "conv2dWinogradRowsForward":
    case "conv2dWinogradRowsBackwardKernel":
      return (macs * 8 * Math.ceil(columns / 4)) / (5 * columns);
    default:
      return /^conv2d|^dense/.test(wasmKernel) ? macs : 0;
  }
}

/** @param {string} name @param {"training" | "inference"} task @param {"reproducible" | "fast"} numerics @param {number} peak */
async function row(name, task, numerics, peak) {
  const net = networkOf(name, numerics);
  const graph = graphOf(
    [/** @type {lenet5.SymbolicTensor} */ (net.inputs)],
    [/** @type {lenet5.SymbolicTensor} */ (net.outputs)],
  );
  const size = net.inputs.shape.reduce((product, n) => product * n, 1);
  const images = Uint8Array.from({ length: COUNT * size }, (_, i) => Math.imul(i, 2654435761) >>> 13);
  const input = { batchSize: COUNT, threads: 1, inputs: [{ bytesPerElement: /** @type {const} */ (1) }] };
  const objectives = [{ loss: await lossOf(net), lossWeight: 1, metrics: [] }];
  const training = task === "training";
  const program = () =>
    training
      ? trainingProgram(graph, input, objectives, lenet5.adam())
      : predictionProgram(graph, input, blockConvolutions);
  const source = { inputs: [images], scales: [1 / 255], targets: training ? [{ labels }] : [] };
  await profile(program(), numerics, source, 1); // compiles
  /** @type {Map<string, number>} */
  const best = new Map();
  let { calls } = await profile(program(), numerics, source, 1);
  for (let round = 0; round < rounds; round++) {
    ({ calls } = await profile(program(), numerics, source, 1));
    for (const { wasmKernel, layer, seconds } of calls) {
      const key = `${layer} ${wasmKernel}`;
      best.set(key, Math.min(best.get(key) ?? Number.POSITIVE_INFINITY, seconds));
    }
  }
  const layers = new Map(
    graph.layers.map((layer) => {
      const taps = layer.variables.get("kernel")?.shape[0] ?? 1;
      const { macs, outputShape: shape } = layer.built;
      return [layer.name, { macs, shape, taps, isFirst: layer.name === graph.layers[1]?.name }];
    }),
  );
  let macs = 0;
  for (const { wasmKernel, layer, calls: count } of calls) {
    const own = layers.get(layer ?? "");
    // Gradients of dense weights are computed in pieces, once for a batch.
    if (own) macs += done(wasmKernel, own) * (wasmKernel === "denseBackwardKernel" ? 1 : (count * LANES) / COUNT);
  }
  const all = graph.layers.reduce((sum, layer) => sum + layer.built.macs, 0);
  const direct = training ? 3 * all - (graph.layers[1]?.built.macs ?? 0) : all;
  const rate = COUNT / [...best.values()].reduce((sum, seconds) => sum + seconds, 0);
  const limit = (peak * 1e9) / (2 * macs);
  const millions = (/** @type {number} */ n) => (n / 1e6).toFixed(2);
  const cells = [name, task, numerics, millions(direct), millions(macs), rate.toFixed(0)];
  console.log(`| ${[...cells, `${((100 * rate) / limit).toFixed(0)}%`, limit.toFixed(0)].join(" | ")} |`);
}

console.log(`${cpus()[0]?.model.trim()}, Node ${process.version}, one thread, ${rounds} rounds`);
for (const numerics of /** @type {const} */ (["reproducible", "fast"])) {
  if (availableNumerics(numerics) !== numerics) continue;
  const peak = await peakGflops(numerics, 100);
  console.log(`\nPeak, ${numerics}: ${peak.toFixed(1)} GFLOP/s\n`);
  console.log(
    "| network | task | numerics | direct, million | done, million | images/s | of the peak | if nothing else |",
  );
  console.log("| --- | --- | --- | --- | --- | --- | --- | --- |");
  for (const name of Object.keys(networks))
    for (const task of /** @type {const} */ (["training", "inference"])) await row(name, task, numerics, peak);
}
