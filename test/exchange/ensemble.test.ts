/** A committee in every format. */
import { beforeAll, expect, test } from "vitest";
import {
  exportOnnx,
  exportSafetensors,
  exportTfjs,
  importOnnx,
  importSafetensors,
  importTfjs,
} from "../../src/exchange.ts";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { expectKerasAlike } from "./keras-alike.ts";
import { expectOnnxAlike } from "./onnx-alike.ts";
import { expectStandaloneAlike } from "./standalone-alike.ts";

/** A small network, with moving statistics of its own, or one that gives distances. */
function member(seed: number, last: "softmax" | "distances" = "softmax"): lenet5.Model {
  const image = lenet5.input({ shape: [8, 8, 1], name: "image" });
  const maps = lenet5.batchNormalization()(lenet5.conv2d({ filters: 2, kernelSize: 3, activation: "tanh" })(image));
  const features = lenet5.dense({ units: 84, activation: "tanh" })(lenet5.flatten()(maps));
  const end =
    last === "softmax"
      ? lenet5.dense({ units: 10, activation: last })
      : lenet5.rbf({ centres: lenet5.bitmaps("0123456789") });
  return lenet5.model({ inputs: image, outputs: end(features), name: "small", seed, threads: 1 });
}

const images = noise([5, 8, 8, 1], 1);
const make = () => lenet5.ensemble([member(1), member(2), member(3)], { threads: 1 });
let committee: lenet5.Model;
beforeAll(() => {
  committee = make();
});

async function expectSame(again: lenet5.Model): Promise<void> {
  expect((await again.predict(images)).data).toEqual((await committee.predict(images)).data);
}

test("ONNX computes the same", () => expectOnnxAlike(committee));

test("ONNX brings back that the outputs are probabilities", async () => {
  const again = await importOnnx((await exportOnnx(committee)).bytes);
  expect((again.model as lenet5.Model).outputKind).toBe("probabilities");
});

test("ONNX computes the same of distances", () =>
  expectOnnxAlike(lenet5.ensemble([member(1, "distances"), member(2, "distances")], { threads: 1 })));

test("Keras brings it back", () => expectKerasAlike(committee));

test("TensorFlow.js brings it back", async () => {
  const { bytes, beside } = await exportTfjs(committee);
  await expectSame((await importTfjs({ "model.json": bytes, ...beside })).model as lenet5.Model);
});

test("safetensors in both layouts bring its weights back", async () => {
  for (const layout of ["keras", "pytorch"] as const) {
    const { bytes } = await exportSafetensors(committee, { layout });
    await expectSame((await importSafetensors(bytes, { network: make() })).model as lenet5.Model);
  }
});

test("a standalone file computes the same", () => expectStandaloneAlike(make()));
