/**
 * Scaling of the training time: seconds by number of images (streamed, so that memory does not grow), and the time of a
 * step by batch size, threads and width of the layers. `node bench/scaling.js [--quick]` after `npm run build` writes
 * docs/scaling.svg and docs/step-time.svg. Full C3, Adam, reproducible numerics. Rounds alternate; the best is
 * reported.
 */
import { writeFileSync } from "node:fs";
import { availableParallelism, cpus } from "node:os";
import { adam, averagePooling2d, conv2d, dense, flatten, input, lenet5, model } from "../dist/index.js";
import { lineChart } from "../dist/report/drawing/line-chart.js";
import { parsed } from "./options.js";
import { partOf } from "./part-of.js";

const values = parsed({ quick: { type: "boolean", default: false } });
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

/** The same network with `width` times the maps and units in every layer but the last. @param {number} width */
function wide(width) {
  const image = input({ shape: [32, 32, 1] });
  const s2 = averagePooling2d()(conv2d({ filters: 6 * width, kernelSize: 5, activation: "tanh" })(image));
  const s4 = averagePooling2d()(conv2d({ filters: 16 * width, kernelSize: 5, activation: "tanh" })(s2));
  const f6 = dense({ units: 84 * width, activation: "tanh" })(
    flatten()(conv2d({ filters: 120 * width, kernelSize: 5, activation: "tanh" })(s4)),
  );
  return model({ inputs: image, outputs: dense({ units: 10, activation: "softmax" })(f6) });
}

/** Milliseconds of a step, best round. @param {{ net: import("../dist/index.js").Model, batchSize: number }[]} cases */
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

/**
 * A stream of `size` images in batches of 128, which repeats 10,000 images. @param {ReturnType<typeof someImages>}
 * piece @param {number} size
 */
const stream = (piece, size) => ({
  async *[Symbol.asyncIterator]() {
    for (let done = 0; done < size; done += 128) {
      const from = done % (10_000 - 128);
      const to = from + Math.min(128, size - done);
      yield partOf(piece, from, to);
    }
  },
});

/** Seconds (of the best round) and megabytes (maximum) of an epoch of each size. @param {number[]} sizes */
async function epochTimes(sizes) {
  const net = compiled(lenet5({ c3: "full", threads: cores }));
  const piece = someImages(10_000);
  await net.fit(stream(piece, 10_000), { verbose: 0 });
  const rows = sizes.map((size) => ({ size, seconds: Number.POSITIVE_INFINITY, memory: 0 }));
  for (let round = 0; round < rounds; round++) {
    for (const row of rows) {
      if (row.size > 100_000 && round >= 2) continue;
      const began = performance.now();
      await net.fit(stream(piece, row.size), { verbose: 0 });
      row.seconds = Math.min(row.seconds, (performance.now() - began) / 1000);
      row.memory = Math.max(row.memory, process.memoryUsage().rss / 1e6);
    }
  }
  return rows;
}

/**
 * The line seconds = start + each * size with the least squares of relative deviations.
 * @param {{ size: number, seconds: number }[]} rows
 */
function fitted(rows) {
  let [s, x, y, xx, xy] = [0, 0, 0, 0, 0];
  for (const { size, seconds } of rows) {
    const weight = 1 / seconds ** 2;
    s += weight;
    x += weight * size;
    y += weight * seconds;
    xx += weight * size * size;
    xy += weight * size * seconds;
  }
  const each = (s * xy - x * y) / (s * xx - x * x);
  const start = (y - each * x) / s;
  const deviations = rows.map(({ size, seconds }) => Math.abs(seconds / (start + each * size) - 1));
  return { start, each, deviation: Math.max(...deviations) };
}

/** @param {string[]} cells */
const printRow = (cells) => console.log(cells.map((cell) => cell.padStart(12)).join(" "));

const rows = await epochTimes(values.quick ? [1_000, 10_000, 60_000] : [1_000, 10_000, 60_000, 200_000, 600_000]);
console.log(`\nOne epoch of N images of 32 x 32, streamed, batch 128, ${cores} threads`);
printRow(["images", "seconds", "images/s", "memory, MB"]);
for (const { size, seconds, memory } of rows) {
  const speed = Math.round(size / seconds);
  printRow([size.toLocaleString("en-US"), seconds.toFixed(2), speed.toLocaleString("en-US"), memory.toFixed(0)]);
}
const { start, each, deviation } = fitted(rows);
console.log(
  `Fitted line: ${(1000 * start).toFixed(0)} ms + ${(1e6 * each).toFixed(1)} microseconds per image; largest deviation ${(100 * deviation).toFixed(1)}%`,
);

const batchSizes = [16, 32, 64, 128, 256, 512];
const threads = Array.from({ length: Math.max(4, cores) }, (_, i) => i + 1);
const widths = [1, 2, 3, 4];
/**
 * @type {Record<"batch" | "threads" | "width", { x: number, batchSize: number, net: import("../dist/index.js").Model
 * }[]>}
 */
const cases = {
  batch: batchSizes.map((x) => ({ x, batchSize: x, net: compiled(lenet5({ c3: "full", threads: cores })) })),
  threads: threads.map((x) => ({ x, batchSize: 128, net: compiled(lenet5({ c3: "full", threads: x })) })),
  width: widths.map((x) => ({ x, batchSize: 128, net: compiled(wide(x)) })),
};
const times = { batch: [0], threads: [0], width: [0] };
for (const by of /** @type {const} */ (["batch", "threads", "width"])) {
  times[by] = await stepTimes(cases[by]);
  console.log(`\nStep by ${by}`);
  printRow([by, "ms", "us an image", "macs/image"]);
  cases[by].forEach(({ x, batchSize, net }, i) => {
    const time = times[by][i];
    const macs = net.summaryData().macs.toLocaleString("en-US");
    printRow([String(x), time.toFixed(2), ((1000 * time) / batchSize).toFixed(1), macs]);
  });
}

/** Three digits. @param {number | null | undefined} value */
const format = (value) => `${Number((value ?? 0).toPrecision(3))}`;
const [measured, ideal] = ["var(--training)", "var(--soft)"];

const scaling = lineChart({
  ...{ title: "Training time by number of images", xLabel: "images", fromZero: true, format },
  xFormat: (/** @type {number} */ x) => `${x / 1000}k`,
  note: `seconds for one epoch, ${cores} threads`,
  series: [{ name: "seconds", colour: measured, xs: rows.map(({ size }) => size), ys: rows.map((row) => row.seconds) }],
});
writeFileSync(new URL("../docs/scaling.svg", import.meta.url), scaling.svg);

const macs = cases.width.map(({ net }) => net.summaryData().macs);
const few = threads.filter((x) => x <= cores);
const panels = [
  lineChart({
    ...{ title: "Milliseconds per step by batch size", note: `${cores} threads`, xLabel: "batch size" },
    ...{ format, fromZero: true, xFormat: String, legend: false, width: 400 },
    series: [{ name: "milliseconds", colour: measured, xs: batchSizes, ys: times.batch }],
  }),
  lineChart({
    ...{ title: "Microseconds per image by batch size", note: `${cores} threads`, xLabel: "batch size" },
    // Batch sizes double, so their logarithms are evenly spaced.
    ...{ format, fromZero: true, xFormat: (/** @type {number} */ x) => format(2 ** x), legend: false, width: 400 },
    series: [
      {
        ...{ name: "microseconds", colour: measured, xs: batchSizes.map(Math.log2) },
        ys: times.batch.map((time, i) => (1000 * time) / batchSizes[i]),
      },
    ],
  }),
  lineChart({
    ...{ title: "Milliseconds per step by threads", note: `batch 128, ${cores} cores`, xLabel: "threads", width: 400 },
    ...{ format, fromZero: true, legend: true },
    series: [
      { name: "ideal", colour: ideal, dash: "4,4", xs: few, ys: few.map((x) => times.threads[0] / x) },
      { name: "measured", colour: measured, xs: threads, ys: times.threads },
    ],
  }),
  lineChart({
    ...{ title: "Milliseconds per step by width", note: `batch 128`, xLabel: "width factor", width: 400 },
    ...{ format, fromZero: true, legend: true },
    series: [
      {
        ...{ name: "in proportion to multiply-adds", colour: ideal, dash: "4,4", xs: widths },
        ys: macs.map((own) => (times.width[0] * own) / macs[0]),
      },
      { name: "measured", colour: measured, xs: widths, ys: times.width },
    ],
  }),
];
writeFileSync(new URL("../docs/step-time.svg", import.meta.url), grid(panels));
console.log("\nWrote docs/scaling.svg and docs/step-time.svg");

/** Figures two by two in one file. @param {import("../dist/report/drawing/figure.js").Figure[]} figures */
function grid(figures) {
  const sizes = figures.map(({ svg }) =>
    ["width", "height"].map((side) => Number(svg.match(`${side}="([\\d.]+)"`)?.[1])),
  );
  const [width, height] = [0, 1].map((side) => Math.max(...sizes.map((size) => size[side])));
  const places = figures.map(({ svg }, i) =>
    svg.replace("<svg ", `<svg x="${(i % 2) * width}" y="${Math.floor(i / 2) * height}" `),
  );
  const label = figures.map((figure) => figure.label).join(" ");
  const whole = `width="${2 * width}" height="${height * Math.ceil(figures.length / 2)}"`;
  return `<svg xmlns="http://www.w3.org/2000/svg" ${whole} role="img" aria-label="${label}"><rect width="100%" height="100%" fill="#ffffff"/>${places.join("")}</svg>\n`;
}
