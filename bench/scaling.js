/**
 * What more work costs: seconds by number of images (streamed, so that the memory can stay flat), and the time of a step by
 * batch size, threads and width of the layers. `node bench/scaling.js [--quick]` after `npm run build`; writes
 * docs/scaling.svg. Full C3, Adam, reproducible numerics. Rounds take turns; the best of each is told.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { adam, averagePooling2d, conv2d, dense, flatten, input, lenet5, model } from "../dist/index.js";
import { lineChart } from "../dist/report/drawing/line-chart.js";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const rounds = values.quick ? 2 : 5;
const cores = Math.min(8, availableParallelism());
const loss = "sparse_categorical_crossentropy";

/** @param {number} count */
const someImages = (count) => ({
  images: {
    shape: [count, 32, 32, 1],
    data: Uint8Array.from({ length: count * 1024 }, (_, i) => (i * 7919) >> 3),
    scale: 1 / 255,
  },
  labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
});

/** @param {import("../dist/index.js").Model} net */
function compiled(net) {
  net.compile({ optimizer: adam(), loss });
  return net;
}

/** The same network, every layer `width` times as wide. @param {number} width */
function wide(width) {
  const image = input({ shape: [32, 32, 1] });
  const s2 = averagePooling2d()(conv2d({ filters: 6 * width, kernelSize: 5, activation: "tanh" })(image));
  const s4 = averagePooling2d()(conv2d({ filters: 16 * width, kernelSize: 5, activation: "tanh" })(s2));
  const f6 = dense({ units: 84 * width, activation: "tanh" })(
    flatten()(conv2d({ filters: 120 * width, kernelSize: 5, activation: "tanh" })(s4)),
  );
  return model({ inputs: image, outputs: dense({ units: 10, activation: "softmax" })(f6) });
}

/** Milliseconds of a step, best of the rounds. @param {{ net: import("../dist/index.js").Model, batchSize: number }[]} cases */
async function stepTimes(cases) {
  const best = cases.map(() => Number.POSITIVE_INFINITY);
  const data = someImages(20 * 512);
  for (let round = 0; round <= rounds; round++) {
    for (const [i, { net, batchSize }] of cases.entries()) {
      const { history } = await net.fit(data, { batchSize, verbose: 0 });
      if (round > 0) best[i] = Math.min(best[i], (1000 * history.seconds[0] * batchSize) / data.labels.length);
    }
  }
  return best;
}

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`);

// Seconds and memory by number of images.
const piece = someImages(10_000);
const sizes = values.quick ? [1_000, 10_000, 60_000] : [1_000, 10_000, 60_000, 200_000, 600_000];
const net = compiled(lenet5({ c3: "full", threads: cores }));
const [first] = net.inputs.shape;
console.log(`\nOne epoch of N images of ${first} x ${first}, batch 128, ${cores} threads`);
console.log("    images    seconds   images/s   memory, MB");
await net.fit(piece, { batchSize: 128, verbose: 0 });
const seconds = [];
for (const size of sizes) {
  const batches = {
    async *[Symbol.asyncIterator]() {
      for (let done = 0; done < size; done += 128) {
        const from = done % (10_000 - 128);
        const count = Math.min(128, size - done);
        const { shape, data, scale } = piece.images;
        const part = data.subarray(from * 1024, (from + count) * 1024);
        yield {
          images: { shape: [count, ...shape.slice(1)], data: part, scale },
          labels: piece.labels.subarray(from, from + count),
        };
      }
    },
  };
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < (size > 100_000 ? 1 : rounds); round++) {
    const began = performance.now();
    await net.fit(batches, { verbose: 0 });
    best = Math.min(best, (performance.now() - began) / 1000);
  }
  seconds.push(best);
  const memory = process.memoryUsage().rss / 1e6;
  const cells = [size.toLocaleString("en-US"), best.toFixed(2), Math.round(size / best).toLocaleString("en-US")];
  console.log(`${cells.map((cell) => cell.padStart(10)).join(" ")} ${memory.toFixed(0).padStart(12)}`);
}

const tables = [
  {
    title: "batch size",
    cases: [16, 32, 64, 128, 256, 512].map((batchSize) => ({
      ...{ x: batchSize, batchSize, net: compiled(lenet5({ c3: "full", threads: cores })) },
    })),
  },
  {
    title: "threads",
    cases: Array.from({ length: cores }, (_, i) => ({
      ...{ x: i + 1, batchSize: 128, net: compiled(lenet5({ c3: "full", threads: i + 1 })) },
    })),
  },
  {
    title: "width of the layers",
    cases: [1, 2, 3, 4].map((x) => ({ x, batchSize: 128, net: compiled(wide(x)) })),
  },
];
for (const { title, cases } of tables) {
  const times = await stepTimes(cases);
  console.log(`\nStep by ${title}: milliseconds, microseconds an image, multiply-adds an image`);
  cases.forEach(({ x, batchSize, net }, i) => {
    const macs = net.summaryData().macs.toLocaleString("en-US");
    console.log(
      `${String(x).padStart(8)} ${times[i].toFixed(2).padStart(9)} ${((1000 * times[i]) / batchSize).toFixed(1).padStart(9)} ${macs.padStart(12)}`,
    );
  });
}

const figure = lineChart({
  ...{
    title: "Seconds by images",
    xLabel: "images",
    fromZero: true,
    xFormat: (/** @type {number} */ x) => x.toLocaleString("en-US"),
  },
  note: `one epoch, ${cores} threads`,
  series: [{ name: "seconds", colour: "var(--training)", xs: sizes, ys: seconds }],
  format: (/** @type {number | null | undefined} */ value) => `${Number((value ?? 0).toPrecision(3))}`,
});
writeFileSync(new URL("../docs/scaling.svg", import.meta.url), figure.svg);
console.log("\nWrote docs/scaling.svg");
