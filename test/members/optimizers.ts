import * as lenet5 from "../../src/index.ts";
import { dense, input, type Model, model, type Optimizer } from "../../src/index.ts";
import { type OptimizerName, optimizers } from "../../src/training/optimizers/table.ts";
import { noise } from "../engine/as-oracle.ts";
import { readGoldenOptimizers } from "../golden/read-golden.ts";
import { checkSaving } from "./models.ts";
import { fileOf, lineInDocs, table } from "./table.ts";

/** With options that are not their defaults. */
const samples: { readonly [Name in OptimizerName]: Optimizer } = {
  adam: lenet5.adam({ beta1: 0.8, epsilon: 1e-5 }),
  adamW: lenet5.adamW({ weightDecay: 0.1, beta2: 0.9 }),
  rmsprop: lenet5.rmsprop({ momentum: 0.5, centered: true }),
  sdlm: lenet5.sdlm({ mu: 0.1, images: 7 }),
  sgd: lenet5.sgd({ momentum: 0.9, nesterov: true }),
};

const file = (name: OptimizerName) => `src/training/optimizers/${fileOf(name)}.ts`;

export const optimizerTable = table<OptimizerName>("optimizer", optimizers, [
  { piece: "an export", file: "src/index.ts", check: (name) => Object.hasOwn(lenet5, name) },
  { piece: "its key in the table as its type", file, check: (name) => samples[name].type === name },
  {
    piece: "golden numbers from Keras",
    file: "tools/golden/generate.py and test/golden/optimizers.json",
    check: (name) => readGoldenOptimizers().cases.some(({ optimizer }) => optimizer.rule === name),
    without: { sdlm: "not in Keras; test/engine/sdlm.test.ts compares it with the oracle" },
  },
  {
    piece: "options and a state that saving and loading keep",
    file,
    async check(name) {
      const trained = await trainedWith(samples[name]);
      await checkSaving(trained);
    },
  },
  lineInDocs(),
]);

async function trainedWith(optimizer: Optimizer): Promise<Model> {
  const x = input({ shape: [4] });
  const net = model({ inputs: x, outputs: dense({ units: 2 })(x), seed: 5 });
  net.compile({ optimizer, loss: "mean_squared_error" });
  await net.fit({ images: noise([9, 4], 2), labels: noise([9, 2], 3).data }, { batchSize: 3, verbose: 0 });
  return net;
}
