/**
 * What a photo of 12 megapixels costs: `node bench/photos.js` after `npm run build`. Each is read by processes of their
 * own, three times. Wall time and processor time (which other programs change less) are those of `readPicture`, or of all
 * of `lenet5 predict`, the best of three; memory is that of the whole process at its peak, the worst of three.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "fast-png";
import { readPicture } from "../dist/index.js";
import { largeJpeg } from "./large-jpeg.js";
import { parsed } from "./options.js";

const [width, height] = [4032, 3024];

/** @param {Uint8Array} rgb */
function bmp(rgb) {
  const header = Buffer.alloc(54);
  header.write("BM");
  for (const [at, value] of [
    [10, 54],
    [14, 40],
    [18, width],
    [22, -height],
  ])
    header.writeInt32LE(value, at);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, rgb]);
}

/** Prints what a process used since `start`, as the last line of its errors. @param {{ wall: number, cpu: number }} start */
function printUsed(start) {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  const used = [performance.now() - start.wall, (userCPUTime + systemCPUTime) / 1000 - start.cpu, maxRSS / 1024];
  console.error(JSON.stringify(used));
}

/** @param {string} what @param {string} path @param {readonly string[]} words */
function measure(what, path, words) {
  const used = [1, 2, 3].map(() => {
    const { stderr } = spawnSync(process.execPath, words);
    return /** @type {number[]} */ (JSON.parse(String(stderr).trim().split("\n").at(-1) ?? ""));
  });
  const [wall, cpu, peak] = [0, 1, 2].map((k) => used.map((one) => one[k]));
  const size = `${(readFileSync(path).length / 2 ** 20).toFixed(1)} MB`;
  const numbers = [`${Math.min(...wall).toFixed()} ms`, `${Math.min(...cpu).toFixed()} ms`];
  console.log(
    what.padEnd(16),
    [size, ...numbers, `${Math.max(...peak).toFixed()} MB`].map((x) => x.padStart(9)).join(""),
  );
}

// What the processes of single readings get.
const reading = parsed({ file: { type: "string" }, longest: { type: "string" } });
if (reading.file !== undefined) {
  const { file, longest } = reading;
  const bytes = readFileSync(file);
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  const start = { wall: performance.now(), cpu: (userCPUTime + systemCPUTime) / 1000 };
  await readPicture(bytes, file, longest ? { longest: Number(longest) } : {});
  printUsed(start);
} else {
  const folder = mkdtempSync(join(tmpdir(), "lenet5-photos-"));
  // Paper with the noise of a sensor.
  const noise = (/** @type {number} */ i) => Math.imul(i, Math.imul(i, 2654435761) >>> 9) >>> 28;
  const rgb = Uint8Array.from({ length: 3 * width * height }, (_, i) => 180 + noise(i));
  const path = (/** @type {string} */ name) => join(folder, name);
  writeFileSync(path("photo.jpg"), largeJpeg(width, height));
  writeFileSync(path("photo.png"), encode({ width, height, channels: 3, data: rgb }));
  writeFileSync(path("photo.bmp"), bmp(rgb));
  console.log(`${width} x ${height}           file     wall      CPU   memory`);
  for (const [name, longest] of [["photo.jpg"], ["photo.jpg", "1536"], ["photo.png"], ["photo.bmp"]]) {
    const words = [fileURLToPath(import.meta.url), "--file", path(name), ...(longest ? ["--longest", longest] : [])];
    measure([name, longest].filter(Boolean).join(", "), path(name), words);
  }
  const atExit = `(${printUsed})`.replace("(start)", "(start = { wall: 0, cpu: 0 })");
  const module = `data:text/javascript,${encodeURIComponent(`process.on("exit", () => ${atExit}())`)}`;
  const program = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
  measure("lenet5 predict", path("photo.jpg"), ["--import", module, program, "predict", path("photo.jpg")]);
  rmSync(folder, { recursive: true });
}
