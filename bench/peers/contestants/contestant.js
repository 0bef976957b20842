/** Shared by contestants in Node: the images, and the protocol (a task's name in, one line of JSON out). */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** @type {import("../contestants.js").Options} */
export const options = JSON.parse(process.argv[2]);
const { folder, batches, calls, singles } = options;

/** Peers live beside the virtual environment, not among this package's dependencies. */
export const fromPeers = createRequire(join(folder, "node", "package.json"));
/** @param {string} name @returns {string} */
export const versionOf = (name) =>
  JSON.parse(readFileSync(join(folder, "node", "node_modules", name, "package.json"), "utf8")).version;

/** The bytes of the images of one round of training, or of one call of inference if these are more. */
export const bytes = readFileSync(options.images).subarray(0, Math.max(batches * 128, 1000) * 1024);
export const labels = Uint8Array.from({ length: batches * 128 }, (_, i) => i % 10);
export const floats = () => Float32Array.from(bytes, (byte) => byte / 255);

/** A task of `times` calls, one after the other. @param {number} times @param {() => unknown} call */
const repeat = (times, call) => async () => {
  for (let i = 0; i < times; i++) await call();
};

/**
 * @param {string} version @param {number} parameters
 * @param {{ train?: () => Promise<number>, predict?: () => unknown, one?: () => unknown }} work training gives its
 *   loss; `predict` is one call for 1,000 images, `one` for one
 */
export async function serve(version, parameters, { train, predict, one }) {
  /** @type {Record<string, (() => Promise<number | void>) | undefined>} */
  const tasks = {
    train,
    predict: predict && repeat(calls, predict),
    "predict-one": one && repeat(singles, one),
  };
  const reply = (/** @type {object} */ line) => process.stdout.write(`${JSON.stringify(line)}\n`);
  reply({ version, parameters });
  for await (const task of createInterface({ input: process.stdin })) {
    try {
      const [start, before] = [performance.now(), process.cpuUsage()];
      const loss = await tasks[task]?.();
      const seconds = (performance.now() - start) / 1000;
      const { user, system } = process.cpuUsage(before);
      reply({ seconds, cpu: (user + system) / 1e6, loss });
    } catch (error) {
      reply({ error: String(error).split("\n")[0] });
    }
  }
  process.exit();
}
