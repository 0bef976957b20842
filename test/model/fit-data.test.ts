import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { distance } from "../engine/as-oracle.ts";
import { network, part, points, weightsOf } from "./three-classes.ts";

const quiet = { verbose: 0, batchSize: 8 } as const;

describe("the data of training", () => {
  it("the same seed gives the same history and weights, another seed different ones", async () => {
    const runs = await Promise.all(
      [1, 1, 2].map(async (seed) => {
        const made = network();
        await made.fit(points, { ...quiet, epochs: 3, seed });
        return weightsOf(made);
      }),
    );
    expect(runs[1]).toEqual(runs[0]);
    expect(runs[2]).not.toEqual(runs[0]);
  });

  it("a stream of batches gives the same result as the same images in memory", async () => {
    const [memory, stream, async] = [network(), network(), network()];
    await memory.fit(points, { ...quiet, epochs: 2, shuffle: false });
    const batches = [0, 8, 16, 24, 32].map((from) => part(from, from + 8));
    await stream.fit(batches, { verbose: 0, epochs: 2 });
    const asynchronous = {
      async *[Symbol.asyncIterator]() {
        yield* batches;
      },
    };
    const history = await async.fit(asynchronous, { verbose: 0, epochs: 2, validationData: batches });
    expect(weightsOf(stream)).toEqual(weightsOf(memory));
    expect(weightsOf(async)).toEqual(weightsOf(memory));
    expect(history.history.val_loss).toHaveLength(2);
  });

  it("stepsPerEpoch ends the epochs of an endless stream, also with batches of changing size", async () => {
    const endless = {
      *[Symbol.iterator]() {
        for (let i = 0; ; i++) yield part(i % 20, (i % 20) + 3 + (i % 15));
      },
    };
    const { epochs, history } = await network().fit(endless, { verbose: 0, epochs: 3, stepsPerEpoch: 4 });
    expect(epochs).toEqual([1, 2, 3]);
    expect(history.loss!.every(Number.isFinite)).toBe(true);
  });

  it("a stream that ends with an epoch is restarted for the next", async () => {
    const batches = [part(0, 8), part(8, 16)];
    const { epochs } = await network().fit(batches, { verbose: 0, epochs: 3, stepsPerEpoch: 2 });
    expect(epochs).toEqual([1, 2, 3]);
  });

  it("a stream that cannot be restarted is an error in the second epoch", async () => {
    const once = [part(0, 8), part(8, 16)].values();
    await expect(network().fit(once, { verbose: 0, epochs: 2 })).rejects.toThrow(
      /expected batches in epoch 2, got none/,
    );
  });

  it("validationSplit reserves the last images, which training never uses", async () => {
    const [split, apart] = [network(), network()];
    const a = await split.fit(points, { ...quiet, epochs: 2, validationSplit: 0.25, seed: 3 });
    const b = await apart.fit(part(0, 30), { ...quiet, epochs: 2, validationData: part(30, 40), seed: 3 });
    expect(weightsOf(split)).toEqual(weightsOf(apart));
    expect(a.history.val_loss).toEqual(b.history.val_loss);
    expect(a.history.val_accuracy).toEqual(b.history.val_accuracy);
  });

  it("a class weight acts as a sample weight of its images, but not in validation", async () => {
    const [byClass, bySample] = [network(), network()];
    const sampleWeight = Float32Array.from(points.labels, (label) => (label === 1 ? 5 : 1));
    const options = { ...quiet, epochs: 2, validationSplit: 0.25 };
    const a = await byClass.fit(points, { ...options, classWeight: { 1: 5 } });
    const b = await bySample.fit({ ...points, sampleWeight }, options);
    expect(weightsOf(byClass)).toEqual(weightsOf(bySample));
    expect(a.history.loss).toEqual(b.history.loss);
    expect(a.history.val_loss).not.toEqual(b.history.val_loss);
  });

  it("images of weight 0 have no effect", async () => {
    const [weighted, fewer] = [network(), network()];
    const sampleWeight = Float32Array.from({ length: 40 }, (_, i) => (i < 20 ? 2 : 0));
    for (const made of [weighted, fewer])
      made.compile({ optimizer: lenet5.sgd(), loss: "sparse_categorical_crossentropy" });
    await weighted.fit({ ...points, sampleWeight }, { verbose: 0, batchSize: 40, shuffle: false });
    await fewer.fit(part(0, 20), { verbose: 0, batchSize: 20, shuffle: false });
    for (const [name, { data }] of weighted.weights) {
      expect(distance(data, fewer.weights.get(name)!.data)).toBeLessThan(1e-6);
    }
  });

  it("bytes with a scale train as the same numbers in floats", async () => {
    const bytes = Uint8Array.from(points.images.data, (value) => Math.round((value + 2) * 50));
    const floats = Float32Array.from(bytes, (value) => Math.fround(value * Math.fround(1 / 64)));
    const [a, b] = [network(), network()];
    await a.fit({ images: { shape: [40, 6], data: bytes, scale: 1 / 64 }, labels: points.labels }, quiet);
    await b.fit({ images: { shape: [40, 6], data: floats }, labels: points.labels }, quiet);
    expect(weightsOf(a)).toEqual(weightsOf(b));
  });
});

it("batches of a stream in shared memory are not changed", async () => {
  const batch = (value: number) => {
    const data = new Uint8Array(new SharedArrayBuffer(4 * 1024)).fill(value);
    return { images: { shape: [4, 32, 32, 1], data, scale: 1 / 255 }, labels: Uint8Array.of(0, 1, 2, 3) };
  };
  const batches = [batch(1), batch(2), batch(3)];
  const net = lenet5.lenet5({ seed: 1, threads: 1 });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  await net.fit(batches, { verbose: 0, epochs: 2 });
  expect(batches.map(({ images }) => images.data[7])).toEqual([1, 2, 3]);
});
