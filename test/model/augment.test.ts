import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";

const { augmented, digits, distortions, elasticDistortion } = lenet5;
const { train } = digits({ train: 300, test: 10, seed: 2 });
const both = [distortions(), elasticDistortion()];
const quiet = { verbose: 0, batchSize: 16 } as const;

function network(threads = 2): lenet5.Model {
  const made = lenet5.lenet5({ seed: 1, threads });
  made.compile({ optimizer: lenet5.sgd({ momentum: 0.9 }), loss: "sparse_categorical_crossentropy" });
  return made;
}

function part(from: number, to: number) {
  const data = train.images.data.slice(from * 1024, to * 1024);
  return { images: { ...train.images, shape: [to - from, 32, 32, 1], data }, labels: train.labels.slice(from, to) };
}

const file = (made: lenet5.Model) => createHash("sha256").update(made.toBytes()).digest("hex");

it("an epoch trains on the version that augmented() returns, and the given data do not change", async () => {
  const before = train.images.data.slice();
  const [here, byHand] = [network(), network()];
  const options = { ...quiet, seed: 4, validationSplit: 0.1, classWeight: { 3: 2 } };
  const a = await here.fit(train, { ...options, augment: both });
  expect(train.images.data).toEqual(before);
  const images = augmented(train.images, both, { seed: 4, version: 1 });
  images.data.set(before.subarray(270 * 1024), 270 * 1024);
  const b = await byHand.fit({ ...train, images }, options);
  expect(a.history.loss).toEqual(b.history.loss);
  // Images for validation are not distorted.
  expect(a.history.val_loss).toEqual(b.history.val_loss);
  expect(file(here)).toBe(file(byHand));
});

it("targets and sample weights stay with their images, and floats stay floats", async () => {
  const [here, byHand] = [network(), network()];
  for (const made of [here, byHand]) made.compile({ loss: "categorical_crossentropy" });
  const count = 60;
  const floats = Float32Array.from(train.images.data.subarray(0, count * 1024), (value) => value / 255);
  const labels = Float32Array.from({ length: count * 10 }, (_, i) => ((i * 3) % 10 === train.labels[0] ? 1 : 0.1));
  const rest = { labels, sampleWeight: Float32Array.from({ length: count }, (_, i) => i % 3) };
  const images = { shape: [count, 32, 32, 1], data: floats };
  await here.fit({ images, ...rest }, { ...quiet, augment: both });
  await byHand.fit({ images: augmented(images, both), ...rest }, quiet);
  expect(file(here)).toBe(file(byHand));
});

it("gives the same bits on 1, 2 and 3 threads, and when the model is saved and loaded between two epochs", async () => {
  const options = { ...quiet, seed: 5, augment: [distortions({ copies: 3 }), elasticDistortion()] };
  const files = await Promise.all(
    [1, 2, 3].map(async (threads) => {
      const made = network(threads);
      await made.fit(train, { ...options, epochs: 5 });
      return file(made);
    }),
  );
  expect(new Set(files).size).toBe(1);
  const first = network();
  await first.fit(train, { ...options, epochs: 2 });
  const second = await lenet5.loadModel(first.toBytes());
  await second.fit(train, { ...options, epochs: 5, initialEpoch: 2 });
  expect(file(second)).toBe(files[0]);
});

it("a callback after every batch changes nothing", async () => {
  const [plain, watched] = [network(), network()];
  await plain.fit(train, { ...quiet, augment: distortions() });
  await watched.fit(train, { ...quiet, augment: distortions(), callbacks: [{ onBatchEnd() {} }] });
  expect(file(watched)).toBe(file(plain));
});

it("an image in a stream is identified by its position: training equals that on the same images in memory", async () => {
  const [memory, stream] = [network(), network()];
  const options = { verbose: 0, epochs: 3, seed: 6, augment: [distortions({ copies: 1 })] } as const;
  const starts = Array.from({ length: 19 }, (_, i) => 16 * i);
  await memory.fit(part(0, 300), { ...options, batchSize: 16, shuffle: false });
  const batches = starts.map((from) => part(from, Math.min(300, from + 16)));
  const before = batches[3]!.images.data.slice();
  await stream.fit(batches, options);
  expect(batches[3]!.images.data).toEqual(before);
  expect(file(stream)).toBe(file(memory));
});

it("with 9 copies, ten epochs use the image itself and its nine versions, once each", async () => {
  const few = part(0, 3);
  const shown: string[] = [];
  const look = (image: Float32Array) => {
    shown.push(image.join());
    return image;
  };
  const copies = distortions({ copies: 9 });
  const options = { ...quiet, seed: 7, augment: [copies, look] };
  const expected = Array.from({ length: 9 }, (_, i) => augmented(few.images, copies, { seed: 7, version: i + 1 }));
  // augmented() does not round to bytes: compare with floats.
  const floats = { ...few.images, data: Float32Array.from(few.images.data) };
  const exact = expected.flatMap((_, i) => {
    const { data } = augmented(floats, copies, { seed: 7, version: i + 1 });
    return [0, 1, 2].map((k) => data.slice(k * 1024, (k + 1) * 1024).join());
  });
  await network().fit(few, { ...options, epochs: 10 });
  expect([...shown].sort()).toEqual([...exact].sort());
});

it("an error while the engine works fails the call, and the model stays usable", async () => {
  const made = network();
  let calls = 0;
  const failing = (image: Float32Array) => {
    if (++calls > 100) throw new Error("no more");
    return image;
  };
  await expect(made.fit(train, { ...quiet, augment: failing })).rejects.toThrow("no more");
  await made.fit(train, { ...quiet, augment: both });
  const stop = new AbortController();
  const callbacks = [{ onBatches: () => stop.abort() }];
  expect((await made.fit(train, { ...quiet, augment: both, signal: stop.signal, callbacks })).stopped).toBe("aborted");
});

it("the calling thread stays responsive while images are distorted", async () => {
  const made = network();
  const { train: more } = digits({ train: 4000, test: 10 });
  let ticks = 0;
  const timer = setInterval(() => ticks++, 5);
  const began = performance.now();
  await made.fit(more, { verbose: 0, batchSize: 128, augment: both });
  clearInterval(timer);
  // Distorting the images of a run in one go would take some 150 ms.
  expect(ticks).toBeGreaterThan((performance.now() - began) / 5 / 8);
});

it.each<[string, unknown, RegExp]>([
  ["a name", "distortions", /^fit augment: expected distortions\(\.\.\.\), .* got "distortions"$/],
  ["an unknown option", { ...distortions(), blur: 1 }, /^distortions: expected options .* got "blur"$/],
  ["a background out of range", distortions({ background: 300 }), /^fit augment background: expected a number from 0/],
])("%s is refused at once", async (_, augment, message) => {
  await expect(network().fit(train, { ...quiet, augment: augment as never })).rejects.toThrow(message);
});

it("distortions of vectors are refused", async () => {
  const x = lenet5.input({ shape: [6] });
  const made = lenet5.model({ inputs: x, outputs: lenet5.dense({ units: 2, activation: "softmax" })(x) });
  made.compile({ loss: "sparse_categorical_crossentropy" });
  const data = { images: { shape: [2, 6], data: new Float32Array(12) }, labels: [0, 1] };
  await expect(made.fit(data, { augment: distortions(), verbose: 0 })).rejects.toThrow(
    "fit augment: expected images of [rows, columns, channels] to distort, got [6]",
  );
  await made.fit(data, { augment: (point) => point.map((value) => value + 1), verbose: 0 });
});
