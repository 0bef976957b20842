/**
 * Speed of training: images/s of whole training steps on random images, Adam, batch 128.
 * `node bench/training.js [--rounds 7] [--augment distortions|elastic]` after `npm run build`. Rounds of all
 * configurations alternate, so that changes of the machine's speed affect all of them. Prints the best, median and
 * worst round. Random bytes have no background, so distorting them takes a little longer than distorting digits.
 */
import { cpus } from "node:os";
import { adam, distortions, elasticDistortion, lenet5 } from "../dist/index.js";
import { oneOf, parsed, whole } from "./options.js";

const values = parsed({ rounds: { type: "string", default: "7" }, augment: { type: "string", default: "none" } });
const augmentations = {
  none: {},
  distortions: { augment: distortions() },
  elastic: { augment: elasticDistortion() },
};
const names = /** @type {(keyof typeof augmentations)[]} */ (Object.keys(augmentations));
const augmentation = augmentations[oneOf("--augment", values.augment, names)];
const rounds = whole("--rounds", values.rounds);
const batches = 40;
const batchSize = 128;
const count = batches * batchSize;

const images = {
  shape: [count, 32, 32, 1],
  data: Uint8Array.from({ length: count * 1024 }, (_, i) => (i * 7919) >> 3),
  scale: 1 / 255,
};
const labels = Uint8Array.from({ length: count }, (_, i) => i % 10);

const configurations = ["table1", "full"].flatMap((c3) =>
  ["reproducible", "fast"].flatMap((numerics) => [1, 2].map((threads) => ({ c3, numerics, threads }))),
);
const runs = configurations.map(({ c3, numerics, threads }) => {
  const net = lenet5({
    c3: /** @type {"table1" | "full"} */ (c3),
    numerics: /** @type {"fast"} */ (numerics),
    threads,
  });
  net.compile({ optimizer: adam(), loss: "sparse_categorical_crossentropy" });
  return { c3, threads, net, rates: /** @type {number[]} */ ([]) };
});
for (let round = 0; round <= rounds; round++) {
  for (const { net, rates } of runs) {
    const { history } = await net.fit({ images, labels }, { batchSize, verbose: 0, ...augmentation });
    // The first round compiles and warms up.
    if (round > 0) rates.push(history.images_per_second[0]);
  }
}

console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}, ${rounds} rounds of ${count} images, batch ${batchSize}, Adam, augmentation: ${values.augment}`,
);
console.log("C3      numerics      threads    best  median   worst   images/s");
for (const { c3, net, threads, rates } of runs) {
  const sorted = rates.sort((a, b) => b - a);
  const shown = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted[sorted.length - 1]];
  const columns = shown.map((rate) => Math.round(rate).toLocaleString("en-US").padStart(8)).join("");
  console.log(`${c3.padEnd(8)}${net.numerics.padEnd(14)}${String(threads).padStart(7)}${columns}`);
}
