/** Every network that is exported for TensorFlow.js, loaded by tfjs itself. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type Exported, exportTfjs } from "../../src/exchange.ts";
import * as lenet5 from "../../src/index.ts";
import { activationNames } from "../../src/ops/activations/table.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { modelAround } from "../members/models.ts";
import { installedTools } from "./install-tools.ts";

// biome-ignore lint/suspicious/noExplicitAny: tfjs is installed when the test runs, without its types
let tf: any;
// biome-ignore lint/suspicious/noExplicitAny: the same
let core: any;

beforeAll(async () => {
  const require = createRequire(join(await installedTools(), "package.json"));
  core = require("@tensorflow/tfjs-core");
  require("@tensorflow/tfjs-backend-cpu");
  tf = require("@tensorflow/tfjs-layers");
  await core.setBackend("cpu");
});

async function expectAlike(model: lenet5.Model): Promise<void> {
  const { bytes, beside } = await exportTfjs(model);
  const { modelTopology, weightsManifest } = JSON.parse(new TextDecoder().decode(bytes));
  const weightData = Object.values(beside)[0]!.slice().buffer;
  const load = async () => ({ modelTopology, weightSpecs: weightsManifest[0].weights, weightData });
  const theirs = await tf.loadLayersModel({ load });
  const images = noise([3, ...model.inputs.shape], 1);
  const answer: Float32Array = theirs.predict(core.tensor(images.data, images.shape)).dataSync();
  const { data } = await model.predict(images);
  expect(answer.length).toBe(data.length);
  data.forEach((value, i) => {
    expect(Math.abs(value - answer[i]!)).toBeLessThan(1e-6);
  });
}

/** Exports what can be exported: test/exchange/tfjs.test.ts says what cannot. */
async function ifExported(model: lenet5.Model, then: (model: lenet5.Model) => Promise<void>): Promise<void> {
  let exported: Exported | undefined;
  try {
    exported = await exportTfjs(model);
  } catch (error) {
    expect(String(error)).toContain("TensorFlow.js does not have");
  }
  if (exported) await then(model);
}

describe("tfjs 4.22 computes alike", () => {
  test.each(Object.entries(layerSamples))("a network with %s", async (_, sample) => {
    await ifExported(modelAround(sample), expectAlike);
  });

  test.each(activationNames)("the activation %s", async (activation) => {
    const image = lenet5.input({ shape: [4] });
    const scores = lenet5.dense({ units: 3, activation, kernelInitializer: { normal: [0, 2] } })(image);
    await ifExported(lenet5.model({ inputs: image, outputs: scores }), expectAlike);
  });

  test("LeNet-5, with Table I and fully connected", async () => {
    await expectAlike(lenet5.lenet5());
    await expectAlike(lenet5.lenet5({ c3: "full" }));
  });
});
