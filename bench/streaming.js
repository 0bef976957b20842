/**
 * Speed of training from pictures on the disk against images in memory:
 * `node bench/streaming.js [--images 100000] [--epochs 3] [--batch 128]` after `npm run build`. Writes that many small
 * PNGs of built-in digits to a temporary folder, then trains the same network from memory, from an iterable of batches
 * that are copied from memory, and from the disk, in turns. Prints images/s of each epoch, what reading took before the
 * first, and the ratios. The weights are compared: they must be the same.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { digits, lenet5, readData, streamData } from "../dist/index.js";
import { parsed, whole } from "./options.js";

const values = parsed({
  images: { type: "string", default: "100000" },
  epochs: { type: "string", default: "3" },
  batch: { type: "string", default: "128" },
});
const count = whole("--images", values.images);
const epochs = whole("--epochs", values.epochs);
const batchSize = whole("--batch", values.batch);

const folder = mkdtempSync(join(tmpdir(), "lenet5-streaming-"));
process.on("exit", () => rmSync(folder, { recursive: true }));
for (let k = 0; k < 10; k++)
  for (const part of ["train", "test"]) mkdirSync(join(folder, part, String(k)), { recursive: true });
// Drawing takes longer than training: 10,000 digits repeat, each time with other values.
const drawn = digits({ train: Math.min(count, 10_000), test: 100, size: 28 });
/** @param {"train" | "test"} part @param {number} images */
function write(part, images) {
  const { images: all, labels } = drawn[part];
  for (let i = 0; i < images; i++) {
    const from = i % labels.length;
    const round = Math.floor(i / labels.length);
    const data = Uint8Array.from(all.data.subarray(from * 784, (from + 1) * 784), (value) => value && value - round);
    writeFileSync(
      join(folder, part, String(labels[from]), `${i}.png`),
      encode({ width: 28, height: 28, channels: 1, data }),
    );
  }
}
write("train", count);
write("test", 100);

/**
 * @param {() => Promise<{ train: import("../dist/index.js").Dataset | import("../dist/index.js").PictureStream |
 *   Iterable<import("../dist/index.js").Dataset> }>} open
 */
async function trained(open) {
  const began = performance.now();
  const { train } = await open();
  const reading = (performance.now() - began) / 1000;
  const net = lenet5({ seed: 1 });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  const options = "labels" in train ? { batchSize } : {};
  const { history } = await net.fit(train, { epochs, seed: 1, verbose: 0, ...options });
  if ("close" in train) train.close();
  const seconds = (performance.now() - began) / 1000;
  return { reading, seconds, speeds: history.images_per_second, weights: net.getWeights() };
}

/** The training images as batches, in one order: what any stream costs. */
async function inBatches() {
  const { train } = await readData(folder);
  const { images, labels, classNames } = train;
  const size = images.data.length / labels.length;
  const batches = {
    *[Symbol.iterator]() {
      for (let from = 0; from < labels.length; from += batchSize) {
        const to = Math.min(labels.length, from + batchSize);
        const data = /** @type {Uint8Array} */ (images.data).slice(from * size, to * size);
        const shape = [to - from, ...images.shape.slice(1)];
        yield { images: { ...images, shape, data }, labels: labels.slice(from, to), classNames };
      }
    },
  };
  return { train: batches };
}

console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}, ${count} PNGs of 28x28, batch ${batchSize}`,
);
for (let round = 1; round <= 2; round++) {
  const memory = await trained(() => readData(folder));
  const batches = await trained(inBatches);
  const disk = await trained(() => streamData(folder, { batchSize, seed: 1 }));
  for (const [name, { reading, speeds, seconds }] of Object.entries({ memory, batches, disk })) {
    const each = speeds.map((speed) => Math.round(speed).toLocaleString("en-US")).join(", ");
    console.log(
      `${name.padEnd(7)} ${reading.toFixed(1)} s before training, then ${each} images/s by epoch; ${seconds.toFixed(1)} s in all`,
    );
  }
  const later = (/** @type {number[]} */ speeds) => speeds.slice(1).reduce((a, b) => a + b, 0) / (epochs - 1);
  const share = (/** @type {number} */ value) => `${Math.round(100 * value)}%`;
  const same = memory.weights.every(({ data }, i) => data.every((value, k) => value === disk.weights[i]?.data[k]));
  console.log(`batches against memory: later epochs ${share(later(batches.speeds) / later(memory.speeds))}`);
  console.log(
    `disk against memory: first epoch ${share(disk.speeds[0] / memory.speeds[0])}, later epochs ${share(later(disk.speeds) / later(memory.speeds))}, ` +
      `reading and training ${share(memory.seconds / disk.seconds)}; ${same ? "the same weights" : "OTHER WEIGHTS"}`,
  );
}
