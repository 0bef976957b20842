/**
 * One long run, by its name, in a process of its own: `node --expose-gc measure.js epochs`. Prints what it measured as
 * JSON: resident memory in MB after each tenth, and what keeps the process alive and its threads, before and after.
 */
import { existsSync, readdirSync } from "node:fs";
import * as lenet5 from "lenet5";

const { conv2d, dense, digits, flatten, input, maxPooling2d, model, sgd } = lenet5;
const data = digits({ train: 64, test: 10 });

/**
 * A small network; the seed makes it another one.
 * @param {number} seed
 */
function network(seed, threads = 2) {
  const image = input({ shape: data.train.images.shape.slice(1) });
  let x = conv2d({ filters: 4, kernelSize: 5, activation: "relu" })(image);
  x = flatten()(maxPooling2d({ poolSize: 4 })(x));
  const net = model({ inputs: image, outputs: dense({ units: 10, activation: "softmax" })(x), seed, threads });
  net.compile({ optimizer: sgd({ learningRate: 0.01 }), loss: "sparse_categorical_crossentropy" });
  return net;
}

const one = { shape: [1, ...data.train.images.shape.slice(1)], data: data.train.images.data.slice(0, 1024) };

/** Handles, timers and requests that keep the process alive, and the threads that it has (0 where no file lists them). */
const active = () => ({
  resources: process.getActiveResourcesInfo().sort(),
  threads: existsSync("/proc/self/task") ? readdirSync("/proc/self/task").length : 0,
});

/** @type {Uint8Array[]} */
const kept = [];
/** Keeps 40 kB that nobody needs, as a fault would. */
const leak = () => void kept.push(new Uint8Array(40_000).fill(1));

/**
 * Memory is measured after each tenth of `times`. `all` calls its argument after each of them.
 * @typedef {(i: number) => void | Promise<void>} Done
 * @type {Record<string, { times: number } & ({ all: (done: Done) => Promise<unknown> } | { each: (i: number) => Promise<unknown> })>}
 */
const runs = {
  epochs: {
    times: 1000,
    // One training, so that nothing is freed by a new call of fit.
    all: (done) => net.fit(data.train, { epochs: 1000, batchSize: 32, verbose: 0, callbacks: [{ onEpochEnd: done }] }),
  },
  "leaking epochs": {
    times: 1000,
    all(done) {
      const leaking = { onEpochEnd: leak };
      const callbacks = [leaking, { onEpochEnd: done }];
      return net.fit(data.train, { epochs: 1000, batchSize: 32, verbose: 0, callbacks });
    },
  },
  fits: {
    times: 2000,
    each: (i) => net.fit(data.train, { epochs: 1, seed: i, batchSize: 32, validationSplit: 0.25, verbose: 0 }),
  },
  predictions: {
    times: 10_000,
    each: (i) => net.predict(i % 10 === 0 ? data.train.images : { ...one, scale: 1 / (200 + i) }),
  },
  "ten models at once": {
    times: 100,
    each: () =>
      Promise.all(
        models.map(async (each) => {
          await each.fit(data.train, { epochs: 2, batchSize: 32, verbose: 0 });
          await each.predict(one);
        }),
      ),
  },
  "models that are dropped": {
    times: 1000,
    async each(i) {
      const dropped = network(i);
      await dropped.fit(data.train, { epochs: 1, batchSize: 32, verbose: 0 });
      await dropped.predict(one);
    },
  },
};

const models = Array.from({ length: 10 }, (_, seed) => network(seed));
const net = network(1);
// The first training starts the threads, which stay.
await net.fit(data.train, { epochs: 2, batchSize: 32, verbose: 0 });
await net.predict(one);
const before = active();
/** @type {number[]} */
const memory = [];
const run = runs[/** @type {string} */ (process.argv[2])];
if (!run) throw new Error(`expected one of ${Object.keys(runs)}, got ${process.argv[2]}`);
/** @type {Done} */
const done = (i) => {
  if (i % (run.times / 10) !== 0) return;
  globalThis.gc?.();
  memory.push(Math.round(process.memoryUsage.rss() / 1e5) / 10);
};
if ("all" in run) await run.all(done);
else {
  for (let i = 1; i <= run.times; i++) {
    await run.each(i);
    done(i);
  }
}
const finite = [...net.weights.values()].every(({ data }) => data.every(Number.isFinite));
process.stdout.write(JSON.stringify({ memory, before, after: active(), finite }));
