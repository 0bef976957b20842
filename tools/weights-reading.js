/**
 * Writes into the weights that ship with the package how pictures are prepared for them: `node tools/weights-reading.js`
 * after `npm run build`. The weights themselves stay as they are. (Weights that tools/train-weights.js trains have it
 * already.)
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { digits, loadModel } from "../dist/index.js";

const folder = fileURLToPath(new URL("../weights", import.meta.url));
const { preparation, classNames } = digits({ train: 1, test: 0 }).train;
for (const name of readdirSync(folder)) {
  const path = join(folder, name);
  const model = await loadModel(path);
  model.reading = { ...model.reading, preparation, classNames };
  await model.save(path);
  console.log(`${name}: ${JSON.stringify(model.reading)}`);
}
