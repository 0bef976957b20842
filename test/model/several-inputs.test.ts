/** Models with several inputs. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { distance, noise } from "../engine/as-oracle.ts";
import { COUNT, crossentropy, images, others, parity, quiet, shape, siamese, values } from "./several-networks.ts";

const { concatenate, dense, flatten, input, model } = lenet5;

describe("several inputs", () => {
  it("take images in a list or by name, in fit, evaluate, predict and layerOutputs", async () => {
    const results = [];
    for (const given of [[images, others], { right: others, left: images }] as const) {
      const net = siamese();
      net.compile({ loss: crossentropy, metrics: ["accuracy"] });
      const data = { images: given, labels: parity };
      const { history } = await net.fit(data, { ...quiet, epochs: 2 });
      results.push([
        history.loss,
        values(net),
        await net.evaluate(data, { predictions: true }),
        [...(await net.predict(given)).data],
      ]);
    }
    expect(results[0]).toEqual(results[1]);
  });

  it("the order matters, and the pairs are told apart", async () => {
    const [there, back] = [await siamese().predict([images, others]), await siamese().predict([others, images])];
    expect(distance(there.data, back.data)).toBeGreaterThan(0.01);
  });

  it("one pair gives the bits of that pair in a batch, also without the batch axis", async () => {
    const net = siamese();
    const all = await net.predict([images, others]);
    const one = (tensor: typeof images) => ({ shape, data: tensor.data.subarray(60, 90) });
    const pair = await net.predict([one(images), one(others)]);
    expect(pair.shape).toEqual([1, 2]);
    expect([...pair.data]).toEqual([...all.data.subarray(4, 6)]);
    const { layers } = await net.layerOutputs({ left: one(images), right: one(others) });
    expect(layers.at(-1)).toMatchObject({ name: "same", values: pair.data });
  });

  it("each input has its own scale and kind of numbers", async () => {
    const bytes = Uint8Array.from(images.data, (value) => Math.abs(value) * 40);
    const scaled = { shape: [COUNT, ...shape], data: bytes, scale: 1 / 255 };
    const floats = { shape: [COUNT, ...shape], data: Float32Array.from(bytes, (byte) => byte * Math.fround(1 / 255)) };
    const net = siamese();
    const [mixed, plain] = [await net.predict([scaled, others]), await net.predict([floats, others])];
    expect(distance(mixed.data, plain.data)).toBeLessThan(1e-6);
  });

  it("train to the same bits on 1, 2 and 3 threads, from memory and from a stream, with distortions", async () => {
    const made = [];
    const labels = parity;
    const augment = { left: lenet5.distortions({ translation: 1 }), right: (image: Float32Array) => image };
    const options = { ...quiet, epochs: 2, augment, seed: 4 };
    const cut = (tensor: typeof images, from: number, to: number) => ({
      shape: [to - from, ...shape],
      data: tensor.data.slice(from * 30, to * 30),
    });
    const batches = [0, 16, 32].map((from) => {
      const to = Math.min(COUNT, from + 16);
      return { images: [cut(images, from, to), cut(others, from, to)], labels: labels.slice(from, to) };
    });
    for (const threads of [1, 2, 3]) {
      const net = siamese({ threads });
      net.compile({ loss: crossentropy });
      await net.fit({ images: [images, others], labels }, { ...options, batchSize: 16 });
      made.push(values(net));
    }
    const net = siamese();
    net.compile({ loss: crossentropy });
    await net.fit(batches, options);
    made.push(values(net));
    for (const other of made) expect(other).toEqual(made[0]);
    const plain = siamese();
    plain.compile({ loss: crossentropy });
    await plain.fit({ images: [images, others], labels }, { ...quiet, epochs: 2, batchSize: 16 });
    expect(values(plain)).not.toEqual(made[0]);
  });

  it("the same augmentation distorts each input differently", async () => {
    const shown: Record<string, string[]> = { left: [], right: [] };
    const look = (name: string) => (image: Float32Array) => {
      shown[name]!.push(image.join());
      return image;
    };
    const same = lenet5.distortions({ translation: 2 });
    const net = siamese();
    net.compile({ loss: crossentropy });
    const augment = { left: [same, look("left")], right: [same, look("right")] };
    await net.fit({ images: [images, images], labels: parity }, { ...quiet, augment });
    expect(shown.left).toHaveLength(COUNT);
    expect(shown.right).toHaveLength(COUNT);
    expect(shown.left!.filter((image, i) => image === shown.right![i])).toEqual([]);
  });

  it("one augmentation distorts the only input that takes images", async () => {
    const [image, vector] = [input({ shape, name: "image" }), input({ shape: [3], name: "vector" })];
    const end = dense({ units: 2, activation: "softmax" })(concatenate()([flatten()(image), vector]));
    const net = model({ inputs: [vector, image], outputs: end });
    net.compile({ loss: crossentropy });
    let calls = 0;
    const augment = (pixels: Float32Array, size: readonly number[]) => {
      expect(size).toEqual(shape);
      calls++;
      return pixels;
    };
    await net.fit({ images: [noise([COUNT, 3], 3), images], labels: parity }, { ...quiet, augment });
    expect(calls).toBe(COUNT);
  });

  it.each<[string, unknown, RegExp]>([
    [
      "one tensor",
      images,
      /^images: expected a tensor for each of "left" and "right", in a list or an object by name, got a single one$/,
    ],
    ["a list of one", [images], /got a list of 1$/],
    [
      "a number in the list",
      [images, 3],
      /^images: expected a tensor for each of "left" and "right", got 3 for "right"$/,
    ],
    ["an unknown name", { left: images, rigth: others }, /got a tensor for "rigth"$/],
    ["a missing name", { left: images }, /got none for "right"$/],
    ["nothing", undefined, /got undefined$/],
    [
      "another count",
      [images, noise([3, ...shape], 1)],
      /^images: expected the same number for every input, got 37 for "left" and 3 for "right"$/,
    ],
    [
      "a wrong shape",
      { left: images, right: noise([COUNT, 5, 6, 1], 1) },
      /^images "right": expected \[N, 6, 5, 1\], got \[37, 5, 6, 1\]$/,
    ],
  ])("refuse %s", async (_, given, message) => {
    const net = siamese();
    net.compile({ loss: crossentropy });
    await expect(net.predict(given as never)).rejects.toThrow(message);
    await expect(net.fit({ images: given as never, labels: parity }, quiet)).rejects.toThrow(message);
    await expect(net.predict(given as never)).rejects.toThrow(lenet5.InputError);
  });

  it.each<[string, unknown, RegExp]>([
    ["one for two images", lenet5.distortions(), /^fit augment: expected an object by input for a model with several/],
    [
      "of an unknown input",
      { middle: lenet5.distortions() },
      /^fit augment: expected an input of the model \("left" or "right"\), got "middle"$/,
    ],
    ["that is none", { left: { type: "blur" } }, /^fit augment "left": expected distortions/],
  ])("refuse an augmentation %s", async (_, augment, message) => {
    const net = siamese();
    net.compile({ loss: crossentropy });
    const fit = net.fit({ images: [images, others], labels: parity }, { ...quiet, augment: augment as never });
    await expect(fit).rejects.toThrow(message);
  });

  it.each<[string, () => unknown, string]>([
    [
      "an input twice",
      () => {
        const x = input({ shape: [2] });
        return model({ inputs: [x, x], outputs: dense({ units: 1 })(x) });
      },
      "model inputs: expected different inputs, got one twice",
    ],
    [
      "an input that no output needs",
      () => {
        const [x, y] = [input({ shape: [2] }), input({ shape: [2] })];
        return model({ inputs: [x, y], outputs: dense({ units: 1 })(x) });
      },
      "model inputs: expected inputs that the outputs are computed from, got number 2, which none needs: leave it out",
    ],
    [
      "an output that needs a further input",
      () => {
        const [x, y, z] = [input({ shape: [2] }), input({ shape: [2] }), input({ shape: [2] })];
        return model({ inputs: [x, y], outputs: concatenate()([x, y, z]) });
      },
      "model outputs: expected to be computed from the given inputs alone, got one that needs another",
    ],
    [
      "no inputs",
      () => model({ inputs: [], outputs: dense({ units: 1 })(input({ shape: [2] })) }),
      "model inputs: expected a tensor made by input(), or several, got an array []",
    ],
  ])("a model refuses %s", (_, make, message) => {
    expect(make).toThrow(message);
  });
});
