/**
 * The time from `npm start` to the end of the first epoch, and the peak memory of that process: `node bench/start.js`
 * after `npm run build`. Needs MNIST (see the README) and Linux, since it reads /proc.
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const began = performance.now();
const out = join(mkdtempSync(join(tmpdir(), "lenet5-bench-")), "run");
const child = spawn("npm", ["start", "--", "--data", "mnist", "--epochs", "1", "--out", out], {
  stdio: ["ignore", "pipe", "pipe"],
});
let firstEpoch = 0;
let peak = 0;
const watch = setInterval(() => {
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes(out)) continue;
      const high = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
      peak = Math.max(peak, Number(high?.[1] ?? 0) / 1024);
    } catch {
      // The process has just ended.
    }
  }
}, 50);
/** @param {Buffer} chunk */
const look = (chunk) => {
  if (firstEpoch === 0 && /val_loss/.test(String(chunk))) firstEpoch = performance.now() - began;
};
child.stdout.on("data", look);
child.stderr.on("data", look);
child.on("close", (code) => {
  clearInterval(watch);
  console.log(`exit code ${code}`);
  console.log(`from npm start to the end of the first epoch: ${(firstEpoch / 1000).toFixed(1)} s`);
  console.log(`to the end of the command: ${((performance.now() - began) / 1000).toFixed(1)} s`);
  console.log(`peak memory: ${peak.toFixed(0)} MB`);
});
