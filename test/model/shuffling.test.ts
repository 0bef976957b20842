/** The order of the images in `fit`, recorded by an augmentation that distorts nothing. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";

const { dense, input, model } = lenet5;

const count = 40;
const numbered = {
  images: { shape: [count, 1], data: Float32Array.from({ length: count }, (_, i) => i) },
  labels: Uint8Array.from({ length: count }, (_, i) => i % 2),
};
const inOrder = Array.from({ length: count }, (_, i) => i);

/** The indices of each epoch's images, in the order of training. */
async function shown(options: lenet5.FitOptions, data: lenet5.LabelledImages = numbered): Promise<number[][]> {
  const x = input({ shape: [1] });
  const net = model({ inputs: x, outputs: dense({ units: 2, activation: "softmax" })(x), threads: 1 });
  net.compile({ optimizer: lenet5.sgd({ learningRate: 1e-4 }), loss: "sparse_categorical_crossentropy" });
  const epochs: number[][] = [];
  const augment = (image: Float32Array) => {
    epochs.at(-1)!.push(image[0]!);
    return image;
  };
  const callbacks = [{ onEpochBegin: () => void epochs.push([]) }];
  await net.fit(data, { verbose: 0, batchSize: 8, augment, callbacks, ...options });
  return epochs;
}

const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

describe("shuffling", () => {
  it("uses every image once per epoch, by default in a new order every epoch", async () => {
    const epochs = await shown({ epochs: 3 });
    for (const epoch of epochs) expect(sorted(epoch)).toEqual(inOrder);
    expect(new Set([inOrder, ...epochs].map(String)).size).toBe(4);
    expect(await shown({ epochs: 3, shuffle: true })).toEqual(epochs);
  });

  it('draws one order for all epochs with "once"', async () => {
    const epochs = await shown({ epochs: 3, shuffle: "once" });
    expect(sorted(epochs[0]!)).toEqual(inOrder);
    expect(epochs[0]).not.toEqual(inOrder);
    expect(epochs).toEqual([epochs[0], epochs[0], epochs[0]]);
  });

  it("keeps the given order with false", async () => {
    expect(await shown({ epochs: 2, shuffle: false })).toEqual([inOrder, inOrder]);
  });

  it.each([true, "once"] as const)(
    "with %j depends on the seed, 0 by default, and not on the batches",
    async (shuffle) => {
      const first = await shown({ shuffle });
      expect(await shown({ shuffle, seed: 0, batchSize: 3 })).toEqual(first);
      expect(await shown({ shuffle, seed: 1 })).not.toEqual(first);
    },
  );

  it("continues with the order of the next epoch after initialEpoch", async () => {
    const epochs = await shown({ epochs: 3 });
    expect(await shown({ epochs: 3, initialEpoch: 1 })).toEqual(epochs.slice(1));
  });

  it("reserves the last images for validation before it shuffles", async () => {
    const [epoch] = await shown({ validationSplit: 0.25 });
    expect(sorted(epoch!)).toEqual(inOrder.slice(0, 30));
    expect(epoch).not.toEqual(inOrder.slice(0, 30));
  });
});

describe("epochs", () => {
  it("are one by default", async () => {
    expect(await shown({})).toHaveLength(1);
  });

  it("are not trained again when all were done before", async () => {
    expect(await shown({ epochs: 2, initialEpoch: 2 })).toEqual([]);
    expect(await shown({ epochs: 0 })).toEqual([]);
  });
});
