/** Training that is killed, resumed and killed again, against the same training without a break. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digits } from "../../dist/index.js";

const command = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** Options that need other state to continue: slots, averages, second derivatives, versions of images, sizes of batches. */
const variants = [
  ["--optimizer", "sgd"],
  ["--optimizer", "adam", "--augment", "distortions"],
  ["--optimizer", "adamW", "--batch-size", "17", "--learning-rate", "0.003"],
  ["--optimizer", "sdlm", "--batch-size", "8"],
  ["--optimizer", "lion", "--learning-rate", "0.0003", "--augment", "elastic"],
  ["--network", "1998", "--batch-size", "32", "--optimizer", "sgd"],
];
/** @type {NodeJS.Signals[]} */
const signals = ["SIGKILL", "SIGKILL", "SIGKILL", "SIGKILL", "SIGTERM", "SIGINT"];

/** The files of a run that must not depend on kills; those with times and paths do. */
const compared = ["model.safetensors", "steps.json", "weights.json", "evaluation.json", "predictions.json"];

/**
 * The unbroken run of each variant, once it is needed.
 * @type {Map<string, { seconds: number, sums: Map<string, string> }>}
 */
const whole = new Map();

/**
 * @param {import("../soak.js").Case} given
 * @returns {Promise<import("../soak.js").Outcome>}
 */
export async function training({ random, folder, scratch }) {
  /** @param {number} limit */
  const below = (limit) => Math.floor(random.uniform() * limit);
  const variant = variants[below(variants.length)] ?? [];
  const data = await dataFolder(join(scratch, "data"));
  const settings = ["--data", data, "--epochs", "4", "--checkpoint-seconds", "0.05", ...variant];
  const key = variant.join(" ");
  let unbroken = whole.get(key);
  if (!unbroken) {
    const out = join(scratch, `whole-${whole.size}`);
    const from = Date.now();
    const { code, text } = await train([...settings, "--out", out]);
    if (code !== 0) throw new Error(`train ${key} ended with ${code}: ${text}`);
    unbroken = { seconds: (Date.now() - from) / 1000, sums: await sumsOf(out) };
    whole.set(key, unbroken);
  }
  const { seconds, sums } = unbroken;
  /** @type {import("../soak.js").Outcome} */
  const result = { tried: 0, refused: 0, survived: 0, lost: [] };
  for (let kills = 1 + below(4); kills >= 0; kills--) {
    // Killed before its settings were saved, it starts again in the same folder.
    const isBegun = existsSync(join(folder, "config.json"));
    const start = isBegun ? ["--resume", folder] : [...settings, "--out", folder];
    const signal = kills === 0 ? undefined : signals[below(signals.length)];
    const running = train(start, signal, random.uniform() * seconds * 1.1);
    if (below(3) === 0 && kills > 0) {
      // A second process on the same folder is refused, or comes too late or too early to meet the first.
      await new Promise((resolve) => setTimeout(resolve, random.uniform() * seconds * 500));
      if (existsSync(folder)) {
        const second = await train(["--resume", folder]);
        if (second.code === 2) result.refused++;
      }
    }
    const { code, text } = await running;
    result.tried++;
    if (/\n {4}at |Error: /.test(text)) result.lost.push(`${key}: a stack trace: ${text}`);
    for (const file of existsSync(folder) ? await readdir(folder) : []) {
      if (!file.endsWith(".json")) continue;
      try {
        JSON.parse(await readFile(join(folder, file), "utf8"));
      } catch {
        result.lost.push(`${key}: ${file} is not whole after ${signal}`);
      }
    }
    // The second process may be the first to have the folder.
    if (code === 2 && text.includes("no other training writes to")) result.refused++;
    else if (code === 2 || (signal === undefined && code !== 0)) {
      result.lost.push(`${key}: could not be continued, ended with ${code}: ${text}`);
      return result;
    }
    result.survived++;
  }
  const found = await sumsOf(folder);
  for (const file of compared)
    if (found.get(file) !== sums.get(file)) result.lost.push(`${key}: ${folder}/${file} differs`);
  return result;
}

/**
 * Runs `lenet5 train`; sends the signal after some seconds unless it has ended.
 * @param {string[]} words
 * @param {NodeJS.Signals} [signal]
 * @returns {Promise<{ code: number | null, text: string }>}
 */
function train(words, signal, seconds = 0) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [command, "train", ...words], { stdio: ["ignore", "pipe", "pipe"] });
    let text = "";
    child.stderr.on("data", (data) => {
      text += data;
    });
    child.stdout.resume();
    const timer = signal && setTimeout(() => child.kill(signal), seconds * 1000);
    child.on("close", (code) => {
      clearTimeout(timer);
      resolve({ code, text });
    });
  });
}

/**
 * The SHA-256 of each file that is compared.
 * @param {string} folder
 */
async function sumsOf(folder) {
  const sums = new Map();
  for (const file of compared) {
    const path = join(folder, file);
    const bytes = existsSync(path) ? await readFile(path) : "missing";
    sums.set(file, createHash("sha256").update(bytes).digest("hex"));
  }
  return sums;
}

/**
 * A small data set in MNIST's format.
 * @param {string} folder
 */
async function dataFolder(folder) {
  if (existsSync(folder)) return folder;
  const { train, test } = digits({ train: 600, test: 100 });
  await mkdir(folder, { recursive: true });
  for (const [part, { images, labels }] of Object.entries({ train, t10k: test })) {
    await writeFile(join(folder, `${part}-images-idx3-ubyte`), idx(images.shape.slice(0, 3), images.data));
    await writeFile(join(folder, `${part}-labels-idx1-ubyte`), idx([labels.length], labels));
  }
  return folder;
}

/**
 * @param {readonly number[]} shape
 * @param {ArrayLike<number>} data
 */
function idx(shape, data) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  shape.forEach((size, axis) => {
    header.writeUInt32BE(size, 4 + 4 * axis);
  });
  return Buffer.concat([header, Uint8Array.from(data)]);
}
