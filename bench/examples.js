/**
 * Test accuracy of the networks in examples/ over seeds: `node bench/examples.js [--seeds 3] [--only lenet5-tanh]` after
 * `npm run build`. Needs MNIST (see the README). Prints a line for each training, then means and standard deviations.
 */
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { checkMnist } from "./mnist.js";
import { parsed, whole } from "./options.js";

const values = parsed({ seeds: { type: "string", default: "3" }, only: { type: "string" } });
const seeds = whole("--seeds", values.seeds);
await checkMnist();
const folder = new URL("../examples/", import.meta.url);
const files = readdirSync(folder).filter((file) => file.startsWith(values.only ?? ""));

console.log(`${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}`);
for (const file of files) {
  const accuracies = Array.from({ length: seeds }, (_, i) => {
    const began = performance.now();
    const text = execFileSync(process.execPath, [fileURLToPath(new URL(file, folder)), String(i + 1)], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const accuracy = Number(/test accuracy ([\d.]+)/.exec(text)?.[1]);
    const seconds = Math.round((performance.now() - began) / 1000);
    console.log(`${file}, seed ${i + 1}: ${(100 * accuracy).toFixed(2)}% in ${seconds} s`);
    return accuracy;
  });
  // One training has no deviation.
  if (accuracies.length < 2) continue;
  const mean = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
  const variance = accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (accuracies.length - 1);
  console.log(`${file}: ${(100 * mean).toFixed(2)}%, standard deviation ${(100 * Math.sqrt(variance)).toFixed(2)}%`);
}
