/** Callbacks that look at a training, step and pause it: none of it changes what is trained. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { adam, conv2d, dense, distortions, dropout, flatten, input, model } = lenet5;
type Callback = lenet5.Callback;

const images = noise([200, 8, 8, 1], 7);
const labels = Int32Array.from({ length: 200 }, (_, i) => (i * 5) % 3);
const all = { images, labels };
const batches = Array.from({ length: 25 }, (_, i) => ({
  images: { shape: [8, 8, 8, 1], data: images.data.slice(i * 512, (i + 1) * 512) },
  labels: labels.slice(i * 8, (i + 1) * 8),
}));
const memory = { verbose: 0, batchSize: 8, epochs: 2, seed: 3 } as const;
const stream = { verbose: 0, epochs: 2, seed: 3 } as const;

/** Every kind of data, with the options of `fit`. */
const kinds: [string, lenet5.LabelledImages | lenet5.Batches, lenet5.FitOptions][] = [
  ["images in memory", all, memory],
  ["distorted images in memory", all, { ...memory, augment: distortions() }],
  ["a stream", batches, stream],
  ["a distorted stream", batches, { ...stream, augment: distortions() }],
];

function network(): lenet5.Model {
  const x = input({ shape: [8, 8, 1] });
  const maps = dropout({ rate: 0.2 })(conv2d({ filters: 2, kernelSize: 3, activation: "tanh", name: "C" })(x));
  const made = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax" })(flatten()(maps)), seed: 2 });
  made.compile({ optimizer: adam({ useEma: true }), loss: "sparse_categorical_crossentropy" });
  return made;
}

const later = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

describe.each(kinds)("%s", (_, data, options) => {
  it("learn to the same bits whether training is watched, stepped and paused or not", async () => {
    const plain = network();
    await plain.fit(data, options);
    const watched = network();
    const counts: number[] = [];
    let limit: number | undefined;
    const watching: Callback = {
      async onBatches(given, context) {
        if (limit !== undefined) expect(given.length).toBeLessThanOrEqual(limit);
        counts.push(given.length);
        const weights = await context.currentWeights();
        expect(weights).toEqual(new Map([...watched.weights].map(([path, { data }]) => [path, data])));
        // In turn one batch, three, and as many as take a while.
        limit = [1, 3, undefined][counts.length % 3];
        context.batchesPerCall = limit;
        if (counts.length % 5 === 0) await later(1);
      },
    };
    await watched.fit(data, { ...options, callbacks: [watching] });
    expect(counts.reduce((sum, count) => sum + count)).toBe(50);
    expect(watched.toBytes()).toEqual(plain.toBytes());
  });

  it("step by one batch when a callback asks for it as training begins, and no longer when it does not", async () => {
    const counts: number[] = [];
    const stepping: Callback = {
      onTrainBegin(context) {
        expect(context.batchesPerCall).toBeUndefined();
        context.batchesPerCall = 1;
      },
      onBatches(given, context) {
        counts.push(given.length);
        if (counts.length === 40) context.batchesPerCall = undefined;
      },
    };
    await network().fit(data, { ...options, callbacks: [stepping] });
    expect(counts.slice(0, 40)).toEqual(new Array(40).fill(1));
    expect(counts.reduce((sum, count) => sum + count)).toBe(50);
  });

  it("an abort ends a pause, with all batches before it trained", async () => {
    const stop = new AbortController();
    const told: string[] = [];
    const pausing: Callback = {
      onTrainBegin(context) {
        context.batchesPerCall = 3;
      },
      async onBatches(given) {
        told.push("batches");
        if (given.at(-1)!.iteration < 5) return;
        setTimeout(() => stop.abort(), 20);
        await new Promise(() => {});
      },
      onProgress: () => void told.push("progress"),
      onEpochEnd: () => void told.push("epoch end"),
      onTrainEnd: () => void told.push("end"),
    };
    const made = network();
    const history = await made.fit(data, { ...options, callbacks: [pausing], signal: stop.signal });
    expect(history).toEqual({ epochs: [], history: {}, stopped: "aborted" });
    expect(made.training!.iterations).toBe(6);
    expect(told.filter((each) => !["batches", "progress"].includes(each))).toEqual(["end"]);
    // The model has the weights of the sixth batch, and learns on.
    const again = network();
    const ending: Callback = {
      onTrainBegin(context) {
        context.batchesPerCall = 3;
      },
      onBatches(given, context) {
        if (given.at(-1)!.iteration >= 5) context.stop();
      },
    };
    await again.fit(data, { ...options, callbacks: [ending] });
    expect(made.toBytes()).toEqual(again.toBytes());
    expect((await made.fit(data, options)).epochs).toEqual([1, 2]);
  });
});

it("the weights in onBatches are those after its last batch, also for predictions of the model", async () => {
  const made = network();
  const seen: Float32Array[] = [];
  const watching: Callback = {
    onTrainBegin(context) {
      context.batchesPerCall = 2;
    },
    async onBatches(_, context) {
      const [first, second] = await Promise.all([context.currentWeights(), context.currentWeights()]);
      expect(second).toEqual(first);
      expect(context.getWeights()).toEqual(first);
      seen.push((await made.layerOutputs({ shape: [8, 8, 1], data: images.data.slice(0, 64) })).layers.at(-1)!.values);
      // Changing a copy changes nothing.
      for (const values of first.values()) values.fill(0);
    },
  };
  const options = { ...memory, epochs: 1, shuffle: false };
  await made.fit(all, { ...options, callbacks: [watching] });
  expect(seen).toHaveLength(13);
  for (const [i, values] of seen.entries()) if (i > 0) expect(values).not.toEqual(seen[i - 1]);
  const two = network();
  const first = { images: { shape: [16, 8, 8, 1], data: images.data.slice(0, 1024) }, labels: labels.slice(0, 16) };
  let after: Float32Array | undefined;
  const onEpochEnd: Callback["onEpochEnd"] = async () => {
    after = (await two.layerOutputs({ shape: [8, 8, 1], data: images.data.slice(0, 64) })).layers.at(-1)!.values;
  };
  await two.fit(first, { ...options, callbacks: [{ onEpochEnd }] });
  expect(seen[0]).toEqual(after);
});

it("weights that are read without waiting for them are those of that moment, and training is the same", async () => {
  const plain = network();
  await plain.fit(all, memory);
  const made = network();
  const reads: Promise<Map<string, Float32Array>>[] = [];
  const reading: Callback = {
    onTrainBegin(context) {
      context.batchesPerCall = 5;
    },
    onBatches: (_, context) => void reads.push(context.currentWeights()),
  };
  await made.fit(all, { ...memory, callbacks: [reading] });
  expect(made.toBytes()).toEqual(plain.toBytes());
  const kernels = (await Promise.all(reads)).map((weights) => weights.get("C/kernel")!.join());
  expect(new Set(kernels).size).toBe(reads.length);
  expect(reads.length).toBeGreaterThanOrEqual(10);
});

it("a pause does not count in the seconds of the epoch", async () => {
  const pausing: Callback = {
    onTrainBegin(context) {
      context.batchesPerCall = 5;
    },
    onBatches: () => later(100),
  };
  const began = performance.now();
  const { history } = await network().fit(all, { ...memory, epochs: 1, callbacks: [pausing] });
  // Five pauses, however long the rest takes on a busy machine.
  expect(history.seconds![0]).toBeLessThan((performance.now() - began - 450) / 1000);
});

it("an abort while a file is saved waits for the file", async () => {
  const stop = new AbortController();
  const saved: Uint8Array[] = [];
  const made = network();
  const save = async () => {
    await later(30);
    saved.push(made.toBytes());
  };
  Object.assign(made, { save });
  const saving: Callback = {
    async onBatches(_, context) {
      setTimeout(() => stop.abort(), 5);
      await context.save("never");
      await new Promise(() => {});
    },
  };
  await made.fit(all, { ...memory, callbacks: [saving], signal: stop.signal });
  expect(saved).toHaveLength(1);
});

it.each([0, -1, 1.5, Number.NaN, "1", null])("batchesPerCall: %j is refused", async (given) => {
  const callbacks: Callback[] = [
    {
      onTrainBegin(context) {
        context.batchesPerCall = given as number;
      },
    },
  ];
  const call = network().fit(all, { ...memory, callbacks });
  await expect(call).rejects.toThrow("context batchesPerCall: expected a whole number of at least 1, got ");
});
