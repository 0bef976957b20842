/**
 * Test accuracy of the command's defaults over seeds: `node bench/accuracy.js [--seeds 5] [--data mnist|digits]` after
 * `npm run build`. With --data digits the network learns from the built-in digits alone; MNIST's test images are then
 * read by it once, at the end. Needs MNIST (see the README).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: { seeds: { type: "string", default: "5" }, data: { type: "string", default: "mnist" } },
});
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lenet5-accuracy-"));

/** @param {...string} args @returns {any} */
function lenet5(...args) {
  return JSON.parse(
    execFileSync(process.execPath, [main, ...args, "--json"], {
      stdio: ["ignore", "pipe", "ignore"],
      encoding: "utf8",
    }),
  );
}

console.log(
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}, lenet5 train --data ${values.data}`,
);
const accuracies = Array.from({ length: Number(values.seeds) }, (_, i) => {
  const out = join(folder, `seed-${i + 1}`);
  const { seconds, test } = lenet5("train", "--data", values.data, "--seed", String(i + 1), "--out", out);
  const { accuracy } = values.data === "mnist" ? test : lenet5("evaluate", out, "--data", "mnist");
  console.log(
    `seed ${i + 1}: ${(100 * accuracy).toFixed(2)}% of MNIST's test images, trained in ${seconds.toFixed(1)} s`,
  );
  return 100 * accuracy;
});
const mean = accuracies.reduce((sum, accuracy) => sum + accuracy, 0) / accuracies.length;
const squares = accuracies.reduce((sum, accuracy) => sum + (accuracy - mean) ** 2, 0);
console.log(`mean ${mean.toFixed(2)}%, standard deviation ${Math.sqrt(squares / (accuracies.length - 1)).toFixed(2)}%`);
