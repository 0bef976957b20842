/**
 * Trains the weights that ship with the package: `node tools/train-weights.js [article] [1998]` after `npm run build`, with
 * MNIST where `lenet5 train` finds it. Each network is trained from several seeds with the command's defaults, that of 1998
 * on distorted images. The model with the lowest error on the validation split is kept; among equals, the one with the
 * lowest validation loss. The test set does not influence the choice.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lenet5, lenet5Of1998, loadModel } from "../dist/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lenet5-weights-"));
const networks = {
  // A batch keeps all cores busy.
  article: { options: [], seeds: [1, 2, 3], atOnce: 1, shipped: () => lenet5() },
  // One image at a time keeps one core busy, so several seeds run at once.
  1998: {
    options: ["--augment", "distortions", "--threads", "1"],
    seeds: [1, 2],
    atOnce: availableParallelism(),
    shipped: () => lenet5Of1998(),
  },
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

for (const name of process.argv.slice(2)) {
  if (Object.hasOwn(networks, name)) continue;
  console.error(`train-weights: expected ${Object.keys(networks).join(" or ")}, got "${name}"`);
  process.exit(2);
}
const wanted = process.argv.length > 2 ? process.argv.slice(2) : Object.keys(networks);
for (const network of wanted) {
  const { options, seeds: all, atOnce, shipped } = networks[/** @type {keyof typeof networks} */ (network)];
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
  // Without the optimizer's state, which prediction does not need: a third of the size.
  const model = shipped();
  model.setWeights(Object.fromEntries([...learned.weights].map(([name, { data }]) => [name, data])));
  const target = fileURLToPath(new URL(`../weights/${network}.safetensors`, import.meta.url));
  await model.save(target);
  const { accuracy } = JSON.parse(readFileSync(join(best.out, "evaluation.json"), "utf8"));
  console.log(`kept seed ${best.seed} in ${target}: test accuracy ${accuracy}`);
}
