/**
 * How well pictures as people have them are read, kind by kind: `node bench/pictures.js [--count 200] [--seed 1]
 * [--kind TEXT] [--folder DIR] [--json FILE]` after `npm run build`. The kinds are made by test/pictures/ from MNIST's
 * validation digits (training images from 50,000 on) if LENET5_DATA names a folder with MNIST, else from the built-in
 * digits. --folder adds PNG files, the last number of whose names is the digit.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { digits, pictureReader, readPicture } from "../dist/index.js";
import { neededMnist } from "./mnist.js";
import { parsed, whole } from "./options.js";

const values = parsed({
  count: { type: "string", default: "200" },
  seed: { type: "string", default: "1" },
  kind: { type: "string", default: "" },
  folder: { type: "string" },
  json: { type: "string" },
});

const [count, seed] = [whole("--count", values.count), whole("--seed", values.seed)];

/** The generator is TypeScript, as the tests that use it. @returns {Promise<typeof import("../test/pictures/index.ts")>} */
async function generator() {
  const input = fileURLToPath(new URL("../test/pictures/index.ts", import.meta.url));
  const { output } = await (await rolldown({ input })).generate({ format: "esm" });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}

const { kinds, measured, samples, subjectsOf } = await generator();
const fromMnist = process.env.LENET5_DATA !== undefined;
const { images, labels } = fromMnist
  ? (await neededMnist({ size: 28 })).train
  : digits({ train: 1, test: 1000, size: 28, seed: 1 }).test;
const first = fromMnist ? 50_000 : 0;
const subjects = subjectsOf(/** @type {Uint8Array} */ (images.data).subarray(first * 784), labels.subarray(first), 28);

const reader = pictureReader();

/** @param {import("../dist/index.js").Picture} picture @returns {Promise<import("../test/pictures/index.ts").Reading>} */
async function read(picture) {
  const { verdict, text, confidence = 0 } = await reader(picture);
  return { answer: verdict === "none" ? undefined : text, confidence, unsure: verdict === "unsure" };
}

/** @type {import("../test/pictures/index.ts").KindResult[]} */
const results = [];
console.log("kind                        pictures  right  refused  unsure  mean confidence  wrong at 80% or more");
/** @param {import("../test/pictures/index.ts").KindResult} result */
function report(result) {
  results.push(result);
  const { kind, pictures, right, refused, unsure, meanConfidence, wrongAndConfident } = result;
  const [a, b, u, c, d] = [right, refused, unsure, meanConfidence, wrongAndConfident].map(
    (value) => `${value.toFixed(1)}%`,
  );
  console.log(
    `${kind.padEnd(28)}${String(pictures).padStart(8)} ${a?.padStart(6)} ${b?.padStart(8)} ${u?.padStart(7)} ${c?.padStart(16)} ${d?.padStart(21)}`,
  );
}

for (const [kind, make] of Object.entries(kinds)) {
  if (!kind.includes(values.kind)) continue;
  report(await measured(kind, samples(kind, make, subjects, count, seed), read));
}
const { folder } = values;
if (folder !== undefined) {
  const names = readdirSync(folder).filter((name) => name.endsWith(".png"));
  const pictures = await Promise.all(
    names.map(async (name) => ({
      picture: await readPicture(readFileSync(join(folder, name)), name),
      answer: /(\d+)\D*$/.exec(name)?.[1] ?? "",
    })),
  );
  report(await measured("given pictures", pictures, read));
}
if (values.json !== undefined) {
  const source = fromMnist ? "MNIST's training images from 50,000 on" : "built-in digits";
  writeFileSync(values.json, `${JSON.stringify({ source, seed, results }, null, 2)}\n`);
}
