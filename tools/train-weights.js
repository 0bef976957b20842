/**
 * Trains the weights that ship with the package: `node tools/train-weights.js [article] [modern] [1998]` after `npm run build`,
 * with MNIST where `lenet5 train` finds it. Each network is trained with the command's defaults, that of 1998 on
 * distorted images, from several seeds. The training with the lowest error on the validation split is kept; if errors
 * are equal, the one with the lowest loss there. The test set plays no part in the choice.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { networks } from "../dist/cli/networks/networks.js";
import { loadModel } from "../dist/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lenet5-weights-"));

/**
 * How each network that ships is trained.
 * @type {Readonly<Record<"article" | "modern" | "1998", {
 *   options: readonly string[], seeds: readonly number[], atOnce: number }>>}
 */
const trainings = {
  // All cores work on one batch.
  article: { options: [], seeds: [1, 2, 3], atOnce: 1 },
  modern: { options: [], seeds: [1, 2], atOnce: 1 },
  // One image at a time is work for one core.
  1998: { options: ["--augment", "distortions", "--threads", "1"], seeds: [1, 2], atOnce: availableParallelism() },
};

/** @param {string} network @param {readonly string[]} options @param {number} seed */
async function trained(network, options, seed) {
  const out = join(folder, `${network}-seed-${seed}`);
  const given = ["--network", network, ...options, "--data", "mnist", "--seed", String(seed), "--out", out, "--json"];
  const child = spawn(process.execPath, [main, "train", ...given], { stdio: ["ignore", "ignore", "inherit"] });
  const [code] = await once(child, "close");
  if (code !== 0) process.exit(1);
  const { history } = JSON.parse(readFileSync(join(out, "history.json"), "utf8"));
  const run = { seed, out, loss: history.val_loss.at(-1), error: 1 - history.val_accuracy.at(-1) };
  console.log(`${network}, seed ${seed}: validation loss ${run.loss}, error ${(100 * run.error).toFixed(2)}%`);
  return run;
}

const given = process.argv.slice(2);
const names = /** @type {(keyof typeof trainings)[]} */ (Object.keys(trainings));
const wanted = given.length > 0 ? names.filter((name) => given.includes(name)) : names;
if (new Set(given).size > wanted.length) {
  console.error(`train-weights: expected ${names.join(" or ")}, got "${given.join(" ")}"`);
  process.exit(2);
}
for (const network of wanted) {
  const { options, seeds: all, atOnce } = trainings[network];
  const seeds = [...all];
  /** @type {Awaited<ReturnType<typeof trained>>[]} */
  const runs = [];
  const work = async () => {
    for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift())
      runs.push(await trained(network, options, seed));
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const [best] = runs.sort((a, b) => a.error - b.error || a.loss - b.loss);
  const learned = await loadModel(join(best.out, "model.safetensors"));
  // Without the optimizer's state, which only further training needs.
  const model = await networks[network].make({});
  model.setWeights(Object.fromEntries([...learned.weights].map(([name, { data }]) => [name, data])));
  model.reading = learned.reading;
  const target = fileURLToPath(new URL(`../weights/${network}.safetensors`, import.meta.url));
  await model.save(target);
  const { accuracy } = JSON.parse(readFileSync(join(best.out, "evaluation.json"), "utf8"));
  console.log(`kept seed ${best.seed} in ${target}: test accuracy ${accuracy}`);
}
