/** Which batches `fit` learns from: their size, number and validation, of images in memory and of streams. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

const { dense, input, model, sgd } = lenet5;

const images = noise([24, 4], 7);
const labels = Int32Array.from({ length: 24 }, (_, i) => (i * 5) % 3);
const all = { images, labels };
const quiet = { verbose: 0, shuffle: false } as const;

function part(from: number, to: number) {
  return {
    images: { shape: [to - from, 4], data: images.data.slice(from * 4, to * 4) },
    labels: labels.slice(from, to),
  };
}

function network(): lenet5.Model {
  const x = input({ shape: [4] });
  const made = model({ inputs: x, outputs: dense({ units: 3, activation: "softmax" })(x), seed: 2, threads: 1 });
  made.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: "sparse_categorical_crossentropy" });
  return made;
}

const weightsOf = (made: lenet5.Model) => [...made.weights].map(([name, { data }]) => [name, [...data]] as const);

/** The weights after learning from these batches, one call of `fit` for each. */
async function learned(...batches: readonly lenet5.LabelledImages[]) {
  const made = network();
  for (const batch of batches) await made.fit(batch, { ...quiet, batchSize: 1000 });
  expect(weightsOf(made)).not.toEqual(weightsOf(network()));
  return weightsOf(made);
}

/** A stream of the batches that counts how many were taken, and whether it was closed. */
function counted(batches: readonly lenet5.LabelledImages[]) {
  const seen = { opened: 0, taken: 0, closed: 0 };
  const stream = {
    async *[Symbol.asyncIterator]() {
      seen.opened++;
      try {
        for (const batch of batches) {
          seen.taken++;
          yield batch;
        }
      } finally {
        seen.closed++;
      }
    },
  };
  return { stream, seen };
}

describe("images in memory", () => {
  it("come in batches of 32 by default, and the last of an epoch has what is left", async () => {
    const steps: (number | undefined)[] = [];
    const losses: number[][] = [[]];
    const many = { images: noise([70, 4], 1), labels: new Uint8Array(70) };
    const onTrainBegin: lenet5.Callback["onTrainBegin"] = (context) => void steps.push(context.stepsPerEpoch);
    const onBatches: lenet5.Callback["onBatches"] = (batches) =>
      void losses[0]!.push(...batches.map(({ logs }) => logs.loss!));
    await network().fit(many, { verbose: 0, callbacks: [{ onTrainBegin, onBatches }] });
    expect(steps).toEqual([3]);
    expect(losses[0]).toHaveLength(3);
  });

  it.each([1, 7, 24, 100])("batches of %i are those parts of the data", async (batchSize) => {
    const made = network();
    await made.fit(all, { ...quiet, batchSize });
    const batches = [];
    for (let from = 0; from < 24; from += batchSize) batches.push(part(from, Math.min(24, from + batchSize)));
    const expected = await learned(...batches);
    const [[, got], [, want]] = [weightsOf(made)[0]!, expected[0]!];
    got.forEach((value, i) => {
      expect(value).toBeCloseTo(want[i]!, 6);
    });
  });

  it("weigh in validation as their sample weights do, of validationSplit and of validationData", async () => {
    const sampleWeight = new Float32Array(24).fill(1).fill(3, 18);
    const validation = async (options: lenet5.FitOptions, weights?: Float32Array) => {
      const data = weights ? { ...all, sampleWeight: weights } : all;
      const { history } = await network().fit(data, { ...quiet, ...options });
      return history.val_loss![0]!;
    };
    const split = { validationSplit: 0.25 };
    const plain = await validation(split);
    expect(await validation(split, sampleWeight)).toBeCloseTo(3 * plain, 5);
    expect(await validation({ ...split, classWeight: { 0: 1 } }, sampleWeight)).toBeCloseTo(3 * plain, 5);
    const held = { ...part(18, 24), sampleWeight: sampleWeight.slice(18) };
    const { history } = await network().fit(part(0, 18), { ...quiet, validationData: held });
    expect(history.val_loss![0]).toBeCloseTo(3 * plain, 5);
  });

  it("have no validation unless it was asked for", async () => {
    const { history } = await network().fit(all, { ...quiet, epochs: 2 });
    expect(Object.keys(history)).toEqual(["loss", "learning_rate", "seconds", "images_per_second"]);
  });
});

describe("a stream", () => {
  const batches = [part(0, 6), part(6, 12), part(12, 18), part(18, 24)];

  it("goes on in the next epoch where stepsPerEpoch stopped, and begins anew once it has ended", async () => {
    const made = network();
    const [a, b, c] = batches as [(typeof batches)[0], (typeof batches)[0], (typeof batches)[0]];
    const { epochs } = await made.fit([a, b, c], { verbose: 0, epochs: 3, stepsPerEpoch: 2 });
    expect(epochs).toEqual([1, 2, 3]);
    // The second epoch has only the batch that was left.
    expect(weightsOf(made)).toEqual(await learned(a, b, c, a, b));
  });

  it("is read no further than needed, and is closed", async () => {
    const { stream, seen } = counted(batches);
    await network().fit(stream, { verbose: 0, stepsPerEpoch: 2 });
    expect(seen).toEqual({ opened: 1, taken: 2, closed: 1 });
  });

  it("is opened once an epoch without stepsPerEpoch", async () => {
    const { stream, seen } = counted(batches);
    await network().fit(stream, { verbose: 0, epochs: 3 });
    expect(seen).toEqual({ opened: 3, taken: 12, closed: 3 });
  });

  it("is closed when a callback stops training", async () => {
    const { stream, seen } = counted(batches);
    const callbacks: lenet5.Callback[] = [{ onBatchEnd: (_, __, context) => context.stop() }];
    const history = await network().fit(stream, { verbose: 0, epochs: 3, callbacks });
    expect(history.epochs).toEqual([1]);
    expect(seen).toMatchObject({ opened: 1, closed: 1 });
  });

  it.each(["synchronous", "asynchronous"])("whose closing fails fails the call, %s", async (kind) => {
    function* failing() {
      try {
        yield* batches;
      } finally {
        // biome-ignore lint/correctness/noUnsafeFinally: the failure is what is tested
        throw new Error("cannot close");
      }
    }
    async function* asynchronous() {
      yield* failing();
    }
    const stream: lenet5.Batches =
      kind === "synchronous" ? { [Symbol.iterator]: failing } : { [Symbol.asyncIterator]: asynchronous };
    await expect(network().fit(stream, { verbose: 0, stepsPerEpoch: 1 })).rejects.toThrow("cannot close");
  });

  it("that keeps the second epoch waiting is left by an abort", async () => {
    const stop = new AbortController();
    const stuck = {
      async *[Symbol.asyncIterator]() {
        yield part(0, 6);
        await new Promise(() => {});
      },
    };
    const callbacks: lenet5.Callback[] = [{ onEpochEnd: () => void setTimeout(() => stop.abort(), 20) }];
    const options = { verbose: 0, epochs: 3, stepsPerEpoch: 1, signal: stop.signal, callbacks } as const;
    const { epochs, stopped } = await network().fit(stuck, options);
    expect([epochs, stopped]).toEqual([[1], "aborted"]);
  });

  it("shows callbacks the weights after each batch", async () => {
    const seen: number[][] = [];
    const onBatchEnd: lenet5.Callback["onBatchEnd"] = (_, __, context) =>
      void seen.push([...context.getWeights().values()].flatMap((values) => [...values]));
    await network().fit(batches.slice(0, 2), { verbose: 0, callbacks: [{ onBatchEnd }] });
    const expected = [await learned(batches[0]!), await learned(batches[0]!, batches[1]!)];
    expect(seen).toEqual(expected.map((weights) => weights.flatMap(([, values]) => [...values])));
  });

  it("estimates second derivatives on the first batch of each epoch, as with images in memory", async () => {
    const [memory, stream] = [network(), network()];
    for (const made of [memory, stream])
      made.compile({ optimizer: lenet5.sdlm({ images: 5 }), loss: "sparse_categorical_crossentropy" });
    await memory.fit(all, { ...quiet, epochs: 2, batchSize: 6 });
    await stream.fit(batches, { verbose: 0, epochs: 2 });
    expect(weightsOf(stream)).toEqual(weightsOf(memory));
    expect(stream.training!.memory).toEqual(memory.training!.memory);
    expect([...stream.training!.memory.values()].flatMap((values) => [...values]).some((h) => h > 0)).toBe(true);
  });

  it("says how many steps an epoch has where that is known", async () => {
    const steps: (number | undefined)[] = [];
    const callbacks: lenet5.Callback[] = [{ onTrainBegin: (context) => void steps.push(context.stepsPerEpoch) }];
    await network().fit(batches, { verbose: 0, callbacks });
    await network().fit(batches, { verbose: 0, callbacks, stepsPerEpoch: 3 });
    expect(steps).toEqual([undefined, 3]);
  });

  it("may mix bytes and floats, and sizes", async () => {
    const bytes = Uint8Array.from({ length: 40 }, (_, i) => (i * 53) % 256);
    const asBytes = { images: { shape: [10, 4], data: bytes, scale: 1 / 128 }, labels: labels.slice(0, 10) };
    const mixed = [part(0, 6), asBytes, part(6, 7), part(7, 24), asBytes, part(0, 6)];
    const made = network();
    await made.fit(mixed, { verbose: 0 });
    expect(weightsOf(made)).toEqual(await learned(...mixed));
  });

  it("has class weights and sample weights, but not the class weights in validation", async () => {
    const classWeight = { 0: 3, 2: 0.5 };
    const sampleWeight = Float32Array.from({ length: 6 }, (_, i) => i);
    const weighted = batches.map((batch) => ({ ...batch, sampleWeight }));
    const byHand = batches.map((batch) => ({
      ...batch,
      sampleWeight: sampleWeight.map((weight, i) => weight * [3, 1, 0.5][batch.labels[i]!]!),
    }));
    const [made, other] = [network(), network()];
    const options = { verbose: 0, validationData: batches } as const;
    const a = await made.fit(weighted, { ...options, classWeight });
    const b = await other.fit(byHand, options);
    expect(weightsOf(made)).toEqual(weightsOf(other));
    expect(a.history.val_loss).toEqual(b.history.val_loss);
    expect(a.history.val_loss![0]).toBeCloseTo((await made.evaluate(all)).loss, 6);
  });

  it("validates on images in memory or on another stream alike, metrics included", async () => {
    const validated = async (validationData: lenet5.LabelledImages | lenet5.Batches) => {
      const made = network();
      made.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy", "top_2_accuracy"] });
      const { history } = await made.fit(batches, { verbose: 0, epochs: 2, validationData });
      const { loss, ...rest } = await made.evaluate(all);
      expect(history.val_loss![1]).toBeCloseTo(loss, 6);
      expect(history.val_accuracy![1]).toBe(rest.accuracy);
      expect(history.val_top_2_accuracy![1]).toBe(rest.top_2_accuracy);
    };
    await validated(all);
    await validated(batches);
  });

  it.each([
    ["batchSize", 8],
    ["shuffle", true],
    ["shuffle", "once"],
    ["validationSplit", 0.5],
  ])("refuses %s: %j", async (name, value) => {
    await expect(network().fit(batches, { [name]: value })).rejects.toThrow(
      `fit ${name}: expected images in memory, got data that come in batches: leave it out`,
    );
  });

  it("takes shuffle: false and validationSplit: 0 for what they are", async () => {
    const options = { verbose: 0, shuffle: false, validationSplit: 0, validationData: all } as const;
    expect((await network().fit(batches, options)).history.val_loss).toHaveLength(1);
  });

  it("of no batches is refused", async () => {
    await expect(network().fit([], { verbose: 0 })).rejects.toThrow(/^fit: expected batches in epoch 1, got none/);
  });

  it("with an abort signal that nobody gives is learned as without", async () => {
    const made = network();
    await made.fit(batches, { verbose: 0, signal: new AbortController().signal });
    expect(weightsOf(made)).toEqual(await learned(...batches));
  });
});
