/**
 * Nothing that a caller gives leads a wasm kernel out of its buffers: sizes, options, labels, pixels, weights. The answer
 * is a result or an InputError. CHECKED_CASES says how many cases are tried.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { everyLayer, images as layerImages, labels as layerLabels } from "../model/every-layer.ts";
import { networkOf, randomNetwork } from "./random-networks.ts";

const numRuns = Number(process.env.CHECKED_CASES ?? 60);

/** The result, or undefined for an error that says what is wrong with what was given. */
async function answered<Result>(call: () => Result | Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof lenet5.InputError) return undefined;
    throw error;
  }
}

it("networks of any sizes train and predict within their buffers", async () => {
  let trained = 0;
  const run = fc.asyncProperty(randomNetwork, async (given) => {
    const { count, batchSize, shape, units, seed } = given;
    const net = await answered(() => networkOf(given));
    if (!net) return;
    const images = noise([count, ...shape], seed);
    const labels = Int32Array.from({ length: count }, (_, i) => (i * 7) % units);
    net.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy" });
    await answered(() => net.fit({ images, labels }, { epochs: 1, batchSize, verbose: 0 }));
    await answered(() => net.predict(images));
    await answered(() => net.predict(noise([1, ...shape], seed)));
    trained++;
  });
  await fc.assert(run, { numRuns });
  // Most options fit.
  expect(trained).toBeGreaterThan(numRuns / 4);
});

const wrong = [-1, 4, 255, 1.5, 2 ** 31, -(2 ** 31), 2 ** 32, 1e300, Number.NaN, -0, Number.POSITIVE_INFINITY];
const number = fc.oneof(
  { weight: 20, arbitrary: fc.integer({ min: 0, max: 3 }) },
  { weight: 1, arbitrary: fc.constantFrom(...wrong) },
);
const text = fc.constantFrom<unknown>("1", null, undefined, 1n, {}, [1]);
const kinds = [Int32Array, Uint8Array, Float32Array, Float64Array, Int16Array, Uint32Array] as const;
/** A list of the values, or an array with what its type makes of them. */
const labelsOfAnyKind = fc.oneof(
  fc.array(fc.oneof({ weight: 30, arbitrary: number }, { weight: 1, arbitrary: text }), {
    minLength: 18,
    maxLength: 20,
  }),
  fc
    .tuple(fc.array(number, { minLength: 18, maxLength: 20 }), fc.constantFrom(...kinds))
    .map(([values, Kind]) => new Kind(values)),
);

it("labels of any kind", async () => {
  const net = small();
  const run = fc.asyncProperty(labelsOfAnyKind, async (labels) => {
    const data = { images: noise([20, 4, 4, 1], 1), labels: labels as number[] };
    await answered(() => net.evaluate(data));
    await answered(() => net.fit(data, { epochs: 1, batchSize: 8, verbose: 0 }));
  });
  await fc.assert(run, { numRuns });
});

it.each([-1, 4, 2 ** 31 - 1, -(2 ** 31)])("shared labels that become %d while a model trains", async (label) => {
  const net = small();
  const labels = new Int32Array(new SharedArrayBuffer(4 * 64));
  const changes = { onBatchEnd: () => void labels.fill(label) };
  await answered(() =>
    net.fit({ images: noise([64, 4, 4, 1], 1), labels }, { epochs: 3, batchSize: 8, verbose: 0, callbacks: [changes] }),
  );
  expect(labels[0]).toBe(label);
});

it("pixels and weights of any bits, in every type of layer", async () => {
  const net = everyLayer();
  net.compile({ loss: "sparse_categorical_crossentropy" });
  const bits = fc.oneof(fc.float(), fc.constantFrom(3.4e38, -3.4e38, 1e-45));
  const values = fc.array(bits, { minLength: 7, maxLength: 7 });
  const run = fc.asyncProperty(values, fc.boolean(), async (numbers, inWeights) => {
    const hostile = (length: number) => Float32Array.from({ length }, (_, i) => numbers[i % numbers.length]!);
    const { shape, data } = layerImages;
    const images = { shape, data: inWeights ? data : hostile(data.length) };
    const weights = net.getWeights().map((weight) => ({ ...weight, data: hostile(weight.data.length) }));
    if (inWeights) await answered(() => net.setWeights(weights));
    await answered(() => net.predict(images));
    await answered(() => net.predict({ shape: [1, 6, 5, 3], data: images.data.slice(0, 90) }));
    await answered(() => net.fit({ images, labels: layerLabels }, { epochs: 1, batchSize: 20, verbose: 0 }));
  });
  await fc.assert(run, { numRuns: Math.ceil(numRuns / 10) });
});

/** A network of 4 classes. */
function small(): lenet5.Model {
  const image = lenet5.input({ shape: [4, 4, 1] });
  const outputs = lenet5.dense({ units: 4, activation: "softmax" })(lenet5.flatten()(image));
  const net = lenet5.model({ inputs: image, outputs, threads: 2 });
  net.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  return net;
}
