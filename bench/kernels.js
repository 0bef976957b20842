/**
 * The time of each wasm kernel in a training step of LeNet-5: one thread, random images, Adam, batch size 128.
 * `node bench/kernels.js [--c3 table1|full] [--numerics reproducible|fast] [--rounds 20] [--other folder]` after
 * `npm run build`. Prints microseconds for a block of 16 images, the tenth percentile of all calls: other programs on the
 * machine disturb the slower ones. The steps of --other, a second clone of the repository that is built, take turns with
 * these.
 */
import { cpus } from "node:os";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { oneOf, parsed, whole } from "./options.js";

const values = parsed({
  c3: { type: "string", default: "table1" },
  numerics: { type: "string", default: "reproducible" },
  rounds: { type: "string", default: "20" },
  other: { type: "string" },
});
const c3 = oneOf("--c3", values.c3, ["table1", "full"]);
const numerics = oneOf("--numerics", values.numerics, ["reproducible", "fast"]);
const rounds = whole("--rounds", values.rounds);
const steps = 8;
const batchSize = 128;
const blocks = batchSize / 16;
const count = steps * batchSize;
const images = Uint8Array.from({ length: count * 1024 }, (_, i) => Math.imul(i, 2654435761) >>> 13);
const labels = Int32Array.from({ length: count }, (_, i) => i % 10);

/** A function that runs the steps with the build in a folder, and the microseconds of all calls. @param {string} folder */
async function prepared(folder) {
  const from = (/** @type {string} */ path) => import(pathToFileURL(resolve(folder, "dist", path)).href);
  const [{ adam, lenet5 }, { lossOf }, { graphOf }, { trainingProgram }] = await Promise.all(
    ["index.js", "cli/bench/subject.js", "model/graph.js", "model/training-programs.js"].map(from),
  );
  const [{ kernelModule }, { newMemory }, { singleThread }, { canShare }, { Runner }] = await Promise.all(
    ["binary", "memory", "messages", "program", "runner"].map((name) => from(`engine/${name}.js`)),
  );
  const net = lenet5({ c3, numerics });
  const objectives = [{ loss: await lossOf(net), lossWeight: 1, metrics: [] }];
  const input = { batchSize, threads: 1, inputs: [{ bytesPerElement: 1 }] };
  const builder = trainingProgram(graphOf([net.inputs], [net.outputs]), input, objectives, adam());
  const writes = [...builder.variables].map(([{ value }, place]) => ({ at: place.at, words: value }));
  const program = builder.finish();
  /** @type {{ name: string, times: number[] }[]} */
  const calls = [];
  /** @param {{ wasmKernel: string, layer?: string }} call @param {(thread: number) => void} run */
  const watch = ({ wasmKernel, layer = "" }, run) => {
    /** @type {number[]} */
    const times = [];
    calls.push({ name: `${layer} ${wasmKernel}`.trim(), times });
    return (/** @type {number} */ thread) => {
      const began = process.hrtime.bigint();
      run(thread);
      times.push(Number(process.hrtime.bigint() - began) / 1000);
    };
  };
  const runner = new Runner(program, await kernelModule(numerics), newMemory(program.bytes, canShare), watch);
  const source = { inputs: [images], scales: [1 / 255], targets: [{ labels }] };
  const run = () => runner.run({ ...singleThread, writes, prepare: true, count, batchSize, outputs: [] }, source);
  run(); // compiles and warms up
  for (const { times } of calls) times.length = 0;
  return { run, calls };
}

const builds = [await prepared(resolve(import.meta.dirname, ".."))];
if (values.other) builds.push(await prepared(values.other));
for (let round = 0; round < rounds; round++) for (const { run } of builds) run();

/** Microseconds for a block, by the name of a wasm kernel with its layer. */
const columns = builds.map(({ calls }) => {
  /** @type {Map<string, number>} */
  const times = new Map();
  for (const { name, times: all } of calls) {
    const tenth = all.sort((a, b) => a - b)[Math.floor(all.length / 10)] ?? 0;
    times.set(name, (times.get(name) ?? 0) + (tenth * all.length) / (rounds * steps * blocks));
  }
  return times;
});
const totals = columns.map((times) => [...times.values()].reduce((sum, time) => sum + time, 0));
const names = [...new Set(columns.flatMap((times) => [...times.keys()]))];
const slowest = (/** @type {string} */ name) => Math.max(...columns.map((times) => times.get(name) ?? 0));
console.log(
  `${cpus()[0]?.model.trim()}, Node ${process.version}, C3 ${c3}, ${numerics}, ${rounds} rounds of ${steps} steps`,
);
for (const name of names.sort((a, b) => slowest(b) - slowest(a))) {
  const shown = columns.map((times, i) => {
    const time = times.get(name) ?? 0;
    return `${time.toFixed(1).padStart(8)}${((100 * time) / totals[i]).toFixed(1).padStart(6)}%`;
  });
  console.log(`${name.padEnd(36)}${shown.join("  ")}`);
}
console.log(`${"all".padEnd(36)}${totals.map((time) => `${time.toFixed(1).padStart(8)}       `).join("  ")}`);
