/** Shared by contestants in Node: the images, and the protocol (task and times in, one line of JSON out). */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** @type {import("../contestants.js").Options} */
export const options = JSON.parse(process.argv[2]);
const { folder, batches } = options;
/** Images in a call of inference. */
export const { many } = options;

/** Peers live beside the virtual environment, not among this package's dependencies. */
export const fromPeers = createRequire(join(folder, "node", "package.json"));
/** @param {string} name @returns {string} */
export const versionOf = (name) =>
  JSON.parse(readFileSync(join(folder, "node", "node_modules", name, "package.json"), "utf8")).version;

export const [rows, columns, channels] = options.network.image;
/** Values of an image. */
export const size = rows * columns * channels;
/** The bytes of the images that a pass of training takes, or a call of inference if these are more. */
export const bytes = readFileSync(options.images).subarray(0, Math.max(batches * 128, many) * size);
export const labels = Uint8Array.from({ length: batches * 128 }, (_, i) => i % 10);
export const floats = () => Float32Array.from(bytes, (byte) => byte / 255);

/**
 * @typedef {() => unknown} Work
 * @param {string} version @param {number} parameters
 * @param {{ train?: () => Promise<number>, predict?: Work, one?: Work }} work training is a pass over the batches and
 *   gives its loss; `predict` is one call for many images, `one` for one
 */
export async function serve(version, parameters, { train, predict, one }) {
  /** @type {Record<string, Work | undefined>} */
  const tasks = { train, predict, "predict-one": one };
  const reply = (/** @type {object} */ line) => process.stdout.write(`${JSON.stringify(line)}\n`);
  reply({ version, parameters });
  for await (const line of createInterface({ input: process.stdin })) {
    const [task, times] = line.split(" ");
    try {
      const losses = [];
      const [start, before] = [performance.now(), process.cpuUsage()];
      for (let i = 0; i < Number(times); i++) {
        const loss = await tasks[task]?.();
        if (task === "train") losses.push(loss);
      }
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(before);
      reply({ seconds, cpu: (user + system) / 1e6, losses });
    } catch (error) {
      reply({ error: String(error).split("\n")[0] });
    }
  }
  process.exit();
}
