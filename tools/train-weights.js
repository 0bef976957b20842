/**
 * Trains the weights that ship with the package: `node tools/train-weights.js` after `npm run build`, with MNIST where
 * `lenet5 train` finds it. The article's network is trained with the command's defaults from three seeds; the one with
 * the lowest loss on the validation split is kept; the test set has no say.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { lenet5, loadModel } from "../dist/index.js";

const main = fileURLToPath(new URL("../dist/cli/main.js", import.meta.url));
const target = fileURLToPath(new URL("../weights/article.safetensors", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "lenet5-weights-"));

const runs = [1, 2, 3].map((seed) => {
  const out = join(folder, `seed-${seed}`);
  const { status } = spawnSync(
    process.execPath,
    [main, "train", "--data", "mnist", "--seed", String(seed), "--out", out, "--json"],
    { stdio: ["ignore", "ignore", "inherit"] },
  );
  if (status !== 0) process.exit(1);
  const { history } = JSON.parse(readFileSync(join(out, "history.json"), "utf8"));
  return { seed, out, loss: history.val_loss.at(-1), accuracy: history.val_accuracy.at(-1) };
});
runs.sort((a, b) => a.loss - b.loss);
for (const { seed, loss, accuracy } of runs) console.log(`seed ${seed}: validation loss ${loss}, accuracy ${accuracy}`);

const [best] = runs;
const trained = await loadModel(join(best.out, "model.safetensors"));
// Without the optimizer's memory: it is for looking and predicting, and a third of the size.
const shipped = lenet5();
shipped.setWeights(Object.fromEntries([...trained.weights].map(([name, { data }]) => [name, data])));
await shipped.save(target);
const { accuracy } = JSON.parse(readFileSync(join(best.out, "evaluation.json"), "utf8"));
console.log(`kept seed ${best.seed} in ${target}: test accuracy ${accuracy}`);
