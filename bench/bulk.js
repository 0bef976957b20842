/**
 * What `lenet5 predict --bulk` costs:
 * `node bench/bulk.js [--digits 50000] [--formats csv,jsonl,parquet] [--drawings 2000] [--photos 40] [--jobs 2]` after
 * `npm run build`. Writes that many pictures to a temporary folder: digits of 28x28 (PNG; of MNIST, where it is on this
 * machine, else built-in ones), drawings of 200x200 (PNG) and photos of 12 megapixels (JPEG). Of each kind it prints
 * pictures a second of the whole command; processor milliseconds of a picture, without the start of the command, which
 * other programs change less; the memory of the process at its peak; and the bytes of the answers for a picture.
 */
import { spawnSync } from "node:child_process";
import { linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { digits, mnist } from "../dist/index.js";
import { largeJpeg } from "./large-jpeg.js";
import { oneOf, parsed, whole } from "./options.js";

const values = parsed({
  digits: { type: "string", default: "50000" },
  drawings: { type: "string", default: "2000" },
  photos: { type: "string", default: "40" },
  formats: { type: "string", default: "csv,jsonl,parquet" },
  jobs: { type: "string", default: String(availableParallelism()) },
});
const formats = values.formats.split(",").map((name) => oneOf("--formats", name, ["csv", "jsonl", "parquet"]));
const jobs = whole("--jobs", values.jobs);
const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lenet5-bulk-"));
process.on("exit", () => rmSync(folder, { recursive: true }));

const KEPT = 10_000;
const { source, train } = await mnist({ size: 28 }).catch(() => digits({ train: KEPT, test: 0, size: 28 }));
const images = train.labels.length;
/** @param {number} i */
const digit = (i) => Uint8Array.from(train.images.data.subarray(784 * (i % images), 784 * ((i % images) + 1)));

/** An image of 28x28 as it is. @param {number} i */
function small(i) {
  return encode({ width: 28, height: 28, channels: 1, depth: 8, data: digit(i) });
}

/** A drawing, dark on light, five times as large. @param {number} i */
function drawing(i) {
  const [side, image] = [200, digit(i)];
  const data = new Uint8Array(side * side).fill(250);
  for (let y = 0; y < 140; y++)
    for (let x = 0; x < 140; x++)
      data[side * (y + 30) + x + 20] -= Math.round(0.9 * (image[28 * Math.floor(y / 5) + Math.floor(x / 5)] ?? 0));
  return encode({ width: side, height: side, channels: 1, depth: 8, data });
}

/** Writes pictures, a thousand a folder. @param {string} kind @param {string} ending @param {number} count @param {(i: number) => Uint8Array} make */
function written(kind, ending, count, make) {
  const paths = Array.from({ length: count }, (_, i) => {
    const parent = join(folder, kind, String(Math.floor(i / 1000)));
    if (i % 1000 === 0) mkdirSync(parent, { recursive: true });
    return join(parent, `${i}.${ending}`);
  });
  paths.forEach((path, i) => {
    // Files of other numbers are the same pictures again, without the time to write them.
    if (i < KEPT) writeFileSync(path, make(i));
    else linkSync(paths[i % KEPT] ?? "", path);
  });
}

/** What a process used, as the last line of its errors. */
const atExit = `process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  console.error(JSON.stringify({ cpu: (userCPUTime + systemCPUTime) / 1000, memory: maxRSS / 1024 }));
})`;

/** Reads pictures with the command. @param {string} pictures @param {string} format */
function read(pictures, format) {
  const out = join(folder, `answers.${format}`);
  const words = ["predict", "--bulk", join(folder, pictures), "--out", out, "--jobs", String(jobs)];
  const began = performance.now();
  const { stderr, status } = spawnSync(process.execPath, [
    ...["--import", `data:text/javascript,${encodeURIComponent(atExit)}`, main, ...words],
  ]);
  if (status !== 0) throw new Error(String(stderr));
  const wall = (performance.now() - began) / 1000;
  const bytes = statSync(out).size;
  rmSync(out);
  /** @type {{ cpu: number, memory: number }} */
  const { cpu, memory } = JSON.parse(String(stderr).trim().split("\n").at(-1) ?? "");
  return { wall, cpu, memory, bytes };
}

console.log(
  `Node ${process.version}, ${cpus()[0]?.model.trim()}, ${availableParallelism()} cores, ${jobs} jobs; ${source}`,
);
written("start", "png", 1, small);
const start = read("start", "csv");
console.log(
  `the start of the command: ${start.wall.toFixed(1)} s, ${(start.cpu / 1000).toFixed(1)} s of the processor`,
);

/** @param {string} what @param {string} pictures @param {number} count @param {readonly string[]} formats */
function measure(what, pictures, count, formats) {
  for (const format of formats) {
    const { wall, cpu, memory, bytes } = read(pictures, format);
    const numbers = [
      `${(count / wall).toFixed(count / wall < 100 ? 1 : 0)} pictures/s`,
      `${((cpu - start.cpu) / count).toPrecision(3)} ms`,
      `${memory.toFixed()} MB`,
      `${(bytes / count).toFixed()} bytes`,
    ];
    console.log(`${count} ${what}, .${format}`.padEnd(44), numbers.map((x) => x.padStart(16)).join(""));
  }
}

const counts = [
  whole("--digits", values.digits),
  whole("--drawings", values.drawings),
  whole("--photos", values.photos),
];
const [digitCount = 0, drawingCount = 0, photoCount = 0] = counts;
written("digits", "png", digitCount, small);
measure("digits of 28x28", "digits", digitCount, formats);
written("drawings", "png", drawingCount, drawing);
measure("drawings of 200x200", "drawings", drawingCount, ["csv"]);
const photo = largeJpeg(4032, 3024);
written("photos", "jpg", photoCount, () => photo);
measure("photos of 12 megapixels", "photos", photoCount, ["csv"]);
