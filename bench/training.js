/**
 * Speed of training: images/s of whole training steps on random images, Adam, batch 128.
 * `node bench/training.js [--rounds 7] [--augment distortions|elastic] [--beside N]` after `npm run build`. Rounds of all
 * configurations alternate, so that changes of the machine's speed affect all of them. Prints the best, median and
 * worst round. Random bytes have no background, so distorting them takes a little longer than distorting digits. With
 * `--beside`, each round is repeated while N other processes compute without a pause.
 */
import { spawn } from "node:child_process";
import { cpus } from "node:os";
import { adam, distortions, elasticDistortion, lenet5 } from "../dist/index.js";
import { oneOf, parsed, whole } from "./options.js";

const values = parsed({
  rounds: { type: "string", default: "7" },
  augment: { type: "string", default: "none" },
  beside: { type: "string" },
});
const augmentations = {
  none: {},
  distortions: { augment: distortions() },
  elastic: { augment: elasticDistortion() },
};
const names = /** @type {(keyof typeof augmentations)[]} */ (Object.keys(augmentations));
const augmentation = augmentations[oneOf("--augment", values.augment, names)];
const rounds = whole("--rounds", values.rounds);
/** A program that computes until this process ends, however it does. */
const busyProgram = `while (process.ppid === ${process.pid});`;
/** Numbers of other processes beside which is measured. */
const loads = [0, ...(values.beside === undefined ? [] : [whole("--beside", values.beside)])];
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
  return { c3, threads, net, rates: loads.map(() => /** @type {number[]} */ ([])) };
});
for (let round = 0; round <= rounds; round++) {
  for (const [i, load] of loads.entries()) {
    const others = Array.from({ length: load }, () => spawn(process.execPath, ["-e", busyProgram]));
    for (const { net, rates } of runs) {
      const { history } = await net.fit({ images, labels }, { batchSize, verbose: 0, ...augmentation });
      // The first round compiles and warms up.
      if (round > 0) rates[i]?.push(history.images_per_second[0]);
    }
    for (const other of others) other.kill();
  }
}

console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}, ${rounds} rounds of ${count} images, batch ${batchSize}, Adam, augmentation: ${values.augment}`,
);
console.log(`C3      numerics      threads${values.beside ? "  others" : ""}    best  median   worst   images/s`);
for (const { c3, net, threads, rates } of runs) {
  for (const [i, load] of loads.entries()) {
    const sorted = (rates[i] ?? []).sort((a, b) => b - a);
    const shown = [sorted[0], sorted[Math.floor(sorted.length / 2)], sorted[sorted.length - 1]];
    const columns = shown
      .map((rate) =>
        Math.round(rate ?? 0)
          .toLocaleString("en-US")
          .padStart(8),
      )
      .join("");
    const others = values.beside ? String(load).padStart(8) : "";
    console.log(`${c3.padEnd(8)}${net.numerics.padEnd(14)}${String(threads).padStart(7)}${others}${columns}`);
  }
}
