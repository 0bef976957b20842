/**
 * How long reading pictures takes: `node bench/predict.js` after `npm run build`. First within a process, the median of
 * 200 pictures; then the whole command `lenet5 predict`, the best of three. Processor time is that of all threads: where
 * other programs run too, it says more than the wall time; divided by the wall time, it is the number of cores at work.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { digits, pictureReader } from "../dist/index.js";
import { parsed } from "./options.js";

parsed({});
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lenet5-predict-"));
const COUNT = 1000;
const SIDE = 200;
const { images } = digits({ train: COUNT, test: 0, size: 28, seed: 9 }).train;

/** An image of 28x28 as it is. @param {number} i */
function image(i) {
  const data = Uint8Array.from(images.data.subarray(784 * i, 784 * (i + 1)));
  return encode({ width: 28, height: 28, channels: 1, depth: 8, data });
}

/** A drawing of 200x200, dark on light, five times as large. @param {number} i */
function drawing(i) {
  const data = new Uint8Array(SIDE * SIDE).fill(250);
  for (let y = 0; y < 140; y++) {
    for (let x = 0; x < 140; x++) {
      const ink = images.data[784 * i + 28 * Math.floor(y / 5) + Math.floor(x / 5)];
      data[SIDE * (y + 30) + x + 20] = 250 - Math.round(0.9 * ink);
    }
  }
  return encode({ width: SIDE, height: SIDE, channels: 1, depth: 8, data });
}

/** Milliseconds of the processor. */
const processor = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** @param {number[]} values */
const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** @param {string} what @param {(i: number) => Uint8Array} make */
async function inProcess(what, make) {
  const read = pictureReader();
  const files = Array.from({ length: 200 }, (_, i) => make(i));
  for (const file of files.slice(0, 50)) await read(file);
  const times = [];
  for (const file of files) {
    const began = processor();
    await read(file);
    times.push(processor() - began);
  }
  console.log(`${what}, in a process: ${median(times).toFixed(1)} ms of the processor`);
}

/** @param {string} what @param {string[]} files */
function command(what, files) {
  // The last line of the command's process is its own processor time, in seconds.
  const report = "process.on('exit',()=>{const{user,system}=process.cpuUsage();console.log((user+system)/1e6)})";
  const runs = Array.from({ length: 3 }, () => {
    const began = performance.now();
    const given = ["--import", `data:text/javascript,${report}`, main, "predict", ...files];
    const { stdout } = spawnSync(process.execPath, given, { encoding: "utf8", maxBuffer: 1e8 });
    return { wall: (performance.now() - began) / 1000, cpu: Number(stdout.trimEnd().split("\n").at(-1)) };
  });
  const best = (/** @type {"wall" | "cpu"} */ key) => Math.min(...runs.map((run) => run[key])).toFixed(2);
  console.log(`lenet5 predict, ${what}: ${best("wall")} s, ${best("cpu")} s of the processor`);
}

/** @param {string} kind @param {(i: number) => Uint8Array} make */
function written(kind, make) {
  return Array.from({ length: COUNT }, (_, i) => {
    const file = join(folder, `${kind}-${i}.png`);
    writeFileSync(file, make(i));
    return file;
  });
}

await inProcess("an image of 28x28", image);
await inProcess("a drawing of 200x200", drawing);
const [small, large] = [written("image", image), written("drawing", drawing)];
command("one drawing", large.slice(0, 1));
command(`${COUNT} images of 28x28`, small);
command(`${COUNT} drawings of 200x200`, large);
rmSync(folder, { recursive: true });
