import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { network as ofPoints, points } from "./three-classes.ts";

const { dense, flatten, input, model } = lenet5;

function network(threads = 2): lenet5.Model {
  const image = input({ shape: [4, 4, 1] });
  return model({ inputs: image, outputs: dense({ units: 3, name: "end" })(flatten()(image)), seed: 1, threads });
}

const bytes = (count: number) => Uint8Array.from({ length: 16 * count }, (_, i) => (i * 37) % 256);

describe("predict", () => {
  it.each([1, 5])("uses the type of numbers and the scale of each call, for %i images", async (count) => {
    const net = network();
    const data = bytes(count);
    const shape = [count, 4, 4, 1];
    const predicted = async (scale: number, numbers: Uint8Array | Float32Array) =>
      (await net.predict({ shape, data: numbers, scale })).data;
    const expected = (scale: number) =>
      predicted(
        1,
        Float32Array.from(data, (value) => Math.fround(value * Math.fround(scale))),
      );
    for (const scale of [1 / 255, 2]) {
      expect(await predicted(scale, data)).toEqual(await expected(scale));
      expect(await predicted(scale, Float32Array.from(data))).toEqual(await expected(scale));
    }
  });

  it("gives the same values in one call and in many, for more images than one run of the engine takes", async () => {
    const net = network();
    const images = noise([2050, 4, 4, 1], 3);
    const { shape, data } = await net.predict(images);
    expect(shape).toEqual([2050, 3]);
    for (const i of [0, 1023, 1024, 2047, 2048, 2049]) {
      const one = { shape: [1, 4, 4, 1], data: images.data.slice(i * 16, i * 16 + 16) };
      expect((await net.predict(one)).data).toEqual(data.slice(i * 3, i * 3 + 3));
    }
  });

  it.each([0, 1, 3])("returns new memory for %i images, which the next call does not change", async (count) => {
    const net = network();
    const first = await net.predict({ shape: [count, 4, 4, 1], data: bytes(count) });
    const kept = first.data.slice();
    await net.predict({ shape: [count, 4, 4, 1], data: new Uint8Array(16 * count) });
    expect(first.data).toEqual(kept);
    expect(first.data.buffer).toBeInstanceOf(ArrayBuffer);
    expect(first.data.buffer.byteLength).toBe(12 * count);
  });

  it("returns a tensor for each of several outputs, also for 0 images", async () => {
    const image = input({ shape: [4, 4, 1] });
    const flat = flatten()(image);
    const net = model({ inputs: image, outputs: [flat, dense({ units: 3 })(flat)] });
    const shapes = async (count: number) =>
      (await net.predict({ shape: [count, 4, 4, 1], data: bytes(count) })).map(({ shape }) => shape);
    for (const count of [0, 1, 2])
      expect(await shapes(count)).toEqual([
        [count, 16],
        [count, 3],
      ]);
  });

  it("refuses images of another shape", async () => {
    await expect(network().predict({ shape: [1, 4, 4], data: bytes(1) })).rejects.toThrow(
      "images: expected [N, 4, 4, 1], got [1, 4, 4]",
    );
  });

  it("gives the same values for a network that is too large for the calling thread", async () => {
    const image = input({ shape: [30, 30, 8] });
    const net = model({
      inputs: image,
      outputs: lenet5.conv2d({ filters: 40, kernelSize: [13, 7] })(image),
      threads: 2,
    });
    expect(net.summaryData().macs).toBeGreaterThan(10e6);
    const images = noise([2, 30, 30, 8], 3);
    const { data } = await net.predict(images);
    const one = await net.predict({ shape: [1, 30, 30, 8], data: images.data.slice(0, 7200) });
    expect(one.data).toEqual(data.slice(0, one.data.length));
  });
});

describe("classifier", () => {
  it("refuses floats for bytes and bytes for floats, although the scale is right", async () => {
    const net = network();
    const [ofBytes, ofFloats] = [await net.classifier(), await net.classifier({ numbers: "floats", scale: 2 })];
    const image = (data: Uint8Array | Float32Array, scale: number) => ({ shape: [4, 4, 1], data, scale });
    expect(() => ofBytes(image(Float32Array.from(bytes(1)), 1 / 255))).toThrow(
      "classifier: expected one image of bytes with scale",
    );
    expect(() => ofFloats(image(bytes(1), 2))).toThrow("classifier: expected one image of floats with scale 2");
    expect(ofFloats(image(Float32Array.from(bytes(1)), 2))).toEqual(
      (await net.predict(image(Float32Array.from(bytes(1)), 2))).data,
    );
  });

  it("refuses an unknown option", async () => {
    await expect(network().classifier({ bytes: true } as never)).rejects.toThrow(/^classifier: expected options/);
  });
});

it("predict takes one image without a batch axis, and an empty batch", async () => {
  const made = ofPoints();
  const all = await made.predict(points.images);
  const one = await made.predict({ shape: [6], data: points.images.data.slice(0, 6) });
  expect(one.shape).toEqual([1, 3]);
  expect(one.data).toEqual(all.data.slice(0, 3));
  expect((await made.predict({ shape: [0, 6], data: new Float32Array(0) })).shape).toEqual([0, 3]);
});

it("concurrent calls predict their own images", async () => {
  const made = ofPoints();
  const all = await made.predict(points.images);
  const predicted = await Promise.all(
    Array.from({ length: 40 }, (_, i) =>
      made.predict({ shape: [1, 6], data: points.images.data.slice(i * 6, i * 6 + 6) }),
    ),
  );
  expect(predicted.flatMap(({ data }) => [...data])).toEqual([...all.data]);
});
