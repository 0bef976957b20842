/** evaluate and predict with batchSize and verbose, and validation splits of sorted labels. */
import { afterEach, expect, it, vi } from "vitest";
import { conv2d, dense, flatten, InputError, input, lenet5, model, pretrained } from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { network, part, points } from "./three-classes.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

/** What is printed to an output while work runs. */
async function printed(to: "stdout" | "stderr", work: () => Promise<unknown>): Promise<string> {
  let text = "";
  vi.spyOn(process[to], "write").mockImplementation((chunk) => {
    text += String(chunk);
    return true;
  });
  await work();
  vi.restoreAllMocks();
  return text;
}

/** 2,500 images: two whole pieces of the engine and a part. */
const many = (() => {
  const images = noise([2500, 6, 6, 1], 3);
  const labels = Int32Array.from({ length: 2500 }, (_, i) => (i * 7) % 4);
  const sampleWeight = Float32Array.from({ length: 2500 }, (_, i) => (i % 5) / 3);
  return { images, labels, sampleWeight };
})();

function small() {
  const x = input({ shape: [6, 6, 1] });
  const maps = conv2d({ filters: 3, kernelSize: 3, activation: "tanh" })(x);
  const net = model({ inputs: x, outputs: dense({ units: 4, activation: "softmax" })(flatten()(maps)), threads: 2 });
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy", "top_2_accuracy"] });
  return net;
}

it.each([1, 7, 16, 100, 1000, 1024, 1500, 2048, 2500, 9999])(
  "batchSize %i changes no bit of the results",
  async (batchSize) => {
    const net = small();
    const data =
      batchSize < 16
        ? { images: { shape: [60, 6, 6, 1], data: many.images.data.slice(0, 2160) }, labels: many.labels.slice(0, 60) }
        : many;
    const all = { confusionMatrix: true, predictions: true } as const;
    expect(await net.evaluate(data, { ...all, batchSize })).toEqual(await net.evaluate(data, all));
    expect(await net.predict(data.images, { batchSize })).toEqual(await net.predict(data.images));
  },
);

it("verbose prints one line, and changes no result; by default nothing is printed", async () => {
  const net = network();
  const plain = await net.evaluate(points);
  expect(await printed("stdout", () => net.evaluate(points))).toBe("");
  expect(await printed("stdout", () => net.predict(points.images))).toBe("");
  expect(await printed("stdout", async () => expect(await net.evaluate(points, { verbose: 1 })).toEqual(plain))).toBe(
    `evaluate: 40/40 images  loss ${plain.loss.toFixed(4)}  accuracy ${plain.accuracy!.toFixed(4)}\n`,
  );
  expect(await printed("stdout", () => net.evaluate([part(0, 8), part(8, 24)], { verbose: 1 }))).toMatch(
    /^evaluate: 24 images {2}loss /,
  );
  expect(await printed("stdout", () => net.predict(points.images, { verbose: 1 }))).toBe("predict: 40/40 images\n");
  expect(await printed("stdout", () => net.predict(points.images, { verbose: "auto" }))).toMatch(/^predict: 40/);
  expect(await printed("stdout", () => net.predict(points.images, { verbose: false }))).toBe("");
  expect(await printed("stdout", () => net.predict(part(0, 1).images, { verbose: 1 }))).toBe("predict: 1/1 images\n");
});

it('fit\'s verbose may be what it is in Keras: true and "auto" print, false does not', async () => {
  const fitted = (verbose: boolean | "auto") => printed("stdout", () => network().fit(points, { epochs: 1, verbose }));
  expect(await fitted(false)).toBe("");
  expect(await fitted(true)).toMatch(/loss/);
  expect(await fitted("auto")).toMatch(/loss/);
});

it.each<[string, (net: ReturnType<typeof network>) => Promise<unknown>, RegExp]>([
  [
    "an unknown option",
    (net) => net.predict(points.images, { batch_size: 3 } as never),
    /^predict: expected options "batchSize", "verbose" or "signal", got "batch_size"$/,
  ],
  [
    "a number",
    (net) => net.predict(points.images, 32 as never),
    /^predict: expected options such as \{ batchSize: ... \}, got 32$/,
  ],
  [
    "half an image",
    (net) => net.predict(points.images, { batchSize: 0.5 }),
    /^predict batchSize: expected a whole number/,
  ],
  [
    "no images",
    (net) => net.evaluate(points, { batchSize: 0 }),
    /^evaluate batchSize: expected a whole number of at least 1/,
  ],
  [
    "another verbosity",
    (net) => net.evaluate(points, { verbose: 2 as never }),
    /^evaluate verbose: expected 0, 1, true, false or "auto", got 2$/,
  ],
  [
    "a batchSize for a stream",
    (net) => net.evaluate([part(0, 8)], { batchSize: 8 }),
    /^evaluate batchSize: expected images in memory/,
  ],
])("%s is refused", async (_, work, message) => {
  await expect(work(network())).rejects.toThrow(InputError);
  await expect(work(network())).rejects.toThrow(message);
});

it.each(["article", "1998"] as const)("pretrained %s comes compiled", async (name) => {
  const net = await pretrained({ network: name });
  const images = { shape: [2, 32, 32, 1], data: new Uint8Array(2048), scale: 1 / 255 };
  expect(await net.evaluate({ images, labels: [0, 1] })).toHaveProperty("accuracy");
});

it("a validation split that lacks a class is warned of in one line; the split stays Keras's", async () => {
  const order = [...points.labels.keys()].sort((a, b) => points.labels[a]! - points.labels[b]!);
  const images = {
    shape: [40, 6],
    data: Float32Array.from(order.flatMap((i) => [...points.images.data.subarray(i * 6, i * 6 + 6)])),
  };
  const labels = order.map((i) => points.labels[i]!);
  const fit = (data: typeof points | { images: typeof images; labels: number[] }, validationSplit: number) =>
    printed("stderr", () => network().fit(data, { verbose: 0, validationSplit }));
  expect(await fit({ images, labels }, 0.4)).toBe(
    "Warning: fit validationSplit: the validation images are the last 16, which leaves no training image of class 2 and no validation image of class 0: shuffle images and labels first if they are sorted by class\n",
  );
  expect(await fit(points, 0.4)).toBe("");
  expect(await fit({ images, labels }, 0)).toBe("");
  // One image of three for validation lacks two classes, as it must.
  expect(await fit(points, 0.03)).toBe("");
});

it("lenet5() predicts as before with options", async () => {
  const net = lenet5({ threads: 1 });
  const images = noise([20, 32, 32, 1], 2);
  expect(await net.predict(images, {})).toEqual(await net.predict(images));
});
