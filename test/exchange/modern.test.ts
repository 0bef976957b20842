/** `modern()`, with moving statistics of its own, in every format. */
import { beforeAll, expect, test } from "vitest";
import { exportSafetensors, exportTfjs, importSafetensors, importTfjs } from "../../src/exchange.ts";
import { digits, type Model, modern, recipe } from "../../src/index.ts";
import { expectKerasAlike } from "./keras-alike.ts";
import { expectDigitsAlike } from "./onnx-alike.ts";
import { expectStandaloneAlike } from "./standalone-alike.ts";

const data = digits({ train: 128, test: 20, seed: 2 });
let net: Model;

beforeAll(async () => {
  net = modern({ seed: 1, threads: 1 });
  const { compile, fit } = recipe("modern", { images: 128, epochs: 2, batchSize: 32, validationSplit: 0 });
  net.compile(compile);
  await net.fit(data.train, { ...fit, verbose: 0 });
});

async function expectSame(again: Model): Promise<void> {
  expect((await again.predict(data.test.images)).data).toEqual((await net.predict(data.test.images)).data);
}

test("ONNX computes the same", () => expectDigitsAlike(net, 20));

test("Keras brings it back", () => expectKerasAlike(net));

test("TensorFlow.js brings it back", async () => {
  const { bytes, beside } = await exportTfjs(net);
  await expectSame((await importTfjs({ "model.json": bytes, ...beside })).model as Model);
});

test("safetensors in both layouts bring its weights back", async () => {
  for (const layout of ["keras", "pytorch"] as const) {
    const { bytes } = await exportSafetensors(net, { layout });
    await expectSame((await importSafetensors(bytes, { network: modern({ threads: 1 }) })).model as Model);
  }
});

test("a standalone file computes the same", () => expectStandaloneAlike(modern({ threads: 1 })));
