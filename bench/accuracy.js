/**
 * Accuracy and time of `lenet5 train` over seeds: `node bench/accuracy.js [--seeds 5] [--data mnist|digits] [--
 * OPTIONS]` after `npm run build`. Options after `--` are for `lenet5 train` (`-- --epochs 5 --numerics fast`). The
 * time is that of the whole command, including the report. With --data digits, the network is trained on the built-in
 * digits only and evaluated once on MNIST's test images. Needs MNIST (see the README).
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values, positionals: more } = parseArgs({
  options: { seeds: { type: "string", default: "5" }, data: { type: "string", default: "mnist" } },
  allowPositionals: true,
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
  `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}, lenet5 train ${["--data", values.data, ...more].join(" ")}`,
);
const runs = Array.from({ length: Number(values.seeds) }, (_, i) => {
  const out = join(folder, `seed-${i + 1}`);
  const began = performance.now();
  const { test } = lenet5("train", "--data", values.data, "--seed", String(i + 1), "--out", out, ...more);
  const seconds = (performance.now() - began) / 1000;
  const { accuracy } = values.data === "mnist" ? test : lenet5("evaluate", out, "--data", "mnist");
  const { history } = JSON.parse(readFileSync(join(out, "history.json"), "utf8"));
  const validation = 100 * (history.val_accuracy?.at(-1) ?? Number.NaN);
  console.log(
    `seed ${i + 1}: ${Number.isNaN(validation) ? "" : `validation ${validation.toFixed(2)}%, `}MNIST's test images ${(100 * accuracy).toFixed(2)}%, ${seconds.toFixed(1)} s`,
  );
  return { seconds, validation, test: 100 * accuracy };
});

/** @param {"validation" | "test"} name */
function meanText(name) {
  const mean = runs.reduce((sum, run) => sum + run[name], 0) / runs.length;
  const squares = runs.reduce((sum, run) => sum + (run[name] - mean) ** 2, 0);
  return `${name} ${mean.toFixed(2)}%, standard deviation ${Math.sqrt(squares / (runs.length - 1)).toFixed(2)}%`;
}
const seconds = runs.map((run) => run.seconds).sort((a, b) => a - b);
if (runs.every(({ validation }) => !Number.isNaN(validation))) console.log(`mean ${meanText("validation")}`);
console.log(`mean ${meanText("test")}`);
console.log(`median time ${seconds[Math.floor(seconds.length / 2)].toFixed(1)} s`);
