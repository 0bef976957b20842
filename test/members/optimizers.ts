import { expect } from "vitest";
import type { OptimizerName } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { optimizers } from "../../src/training/optimizers/table.ts";
import { readGoldenOptimizers } from "../golden/read-golden.ts";
import { checkSaving } from "./models.ts";
import { exported, fileOf, lineInDocs, table } from "./table.ts";

const file = (name: OptimizerName) => `src/training/optimizers/${fileOf(name)}.ts`;

export const optimizerTable = table<OptimizerName>("optimizer", optimizers, [
  { piece: "an export", file: "src/index.ts", check: (name) => exported(optimizers[name].create) },
  {
    piece: "its key in the table as its type",
    file: "src/training/optimizers/table.ts",
    check: (name) => optimizers[name].create().type === name,
  },
  {
    piece: "golden numbers from Keras",
    file: "tools/golden/optimizers.py and test/golden/optimizers.json",
    check: (name) => readGoldenOptimizers().cases.some(({ optimizer }) => optimizer.rule === name),
    without: { sdlm: "not in Keras; test/engine/sdlm.test.ts follows LeCun et al. 1998, appendix C" },
  },
  {
    piece: "an update that lowers the loss, for many images and for one at a time",
    file,
    async check(name) {
      for (const batchSize of [1, 6]) {
        const { history } = await trained(name, { batchSize, epochs: 3 });
        expect(history.loss![2]).toBeLessThan(history.loss![0]!);
      }
    },
  },
  {
    piece: "slots and options that saving and loading keep",
    file,
    async check(name) {
      await checkSaving((await trained(name, { batchSize: 6, epochs: 1 })).model);
    },
  },
  lineInDocs(),
]);

/** A small network after some epochs on a few points, by an optimizer with its defaults. */
async function trained(
  name: OptimizerName,
  fitting: lenet5.FitOptions,
): Promise<{ model: lenet5.Model; history: lenet5.History["history"] }> {
  const point = lenet5.input({ shape: [4], name: "point" });
  const model = lenet5.model({
    inputs: point,
    outputs: lenet5.dense({ units: 2, activation: "softmax", name: "end" })(point),
    seed: 4,
  });
  model.compile({ optimizer: name, loss: "sparse_categorical_crossentropy" });
  const images = { shape: [12, 4], data: Float32Array.from({ length: 48 }, (_, i) => ((i * 7) % 11) / 11) };
  const labels = Array.from({ length: 12 }, (_, i) => i % 2);
  const { history } = await model.fit({ images, labels }, { ...fitting, verbose: 0 });
  return { model, history };
}
