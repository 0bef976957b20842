/**
 * The errors of the mean over views of an image, for a folder of training.js: `node bench/accuracy/measure.js FOLDER`.
 * The scores of all test images are written beside the run, for a committee.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openDataOfRun } from "../../dist/cli/data-source.js";
import { fittedImages } from "../../dist/cli/fitted-data.js";
import { mixed } from "../../dist/cli/train/mixed.js";
import { openRun } from "../../dist/index.js";
import { trainCount } from "../../dist/model/data.js";
import { partOf } from "../part-of.js";
import { chosen } from "./chosen.js";
import { errorOf, sumOfViews } from "./views.js";

const folder = process.argv[2];
const run = await openRun(join(folder, "run"));
const model = await run.model({ threads: 1 });
const { validationSplit, seed } = run.config.settings;
const augment = /** @type {import("../../dist/index.js").Augmentation[]} */ (run.config.settings.augment);
const { data } = mixed(await openDataOfRun({ run, model }, undefined, () => {}), validationSplit, seed);

const test = fittedImages(data.test.images, model, folder);
const plain = (await model.predict(test)).data;
const views = await sumOfViews(model, test, augment, chosen);
writeFileSync(join(folder, "plain.f32"), Float32Array.from(plain));
writeFileSync(join(folder, "views.f32"), Float32Array.from(views));
writeFileSync(join(folder, "labels.json"), JSON.stringify([...data.test.labels]));

writeFileSync(
  join(folder, "views.json"),
  JSON.stringify({ chosen, test: errorOf(views, data.test.labels), validation: await validationError() }),
);

/** Undefined where all images are for training: JSON leaves it out. @returns {Promise<number | undefined>} */
async function validationError() {
  const from = trainCount(data.train.labels.length, validationSplit);
  if (from === data.train.labels.length) return undefined;
  const { images, labels } = partOf({ ...data.train, images: fittedImages(data.train.images, model, folder) }, from);
  return errorOf(await sumOfViews(model, images, augment, chosen), labels);
}
