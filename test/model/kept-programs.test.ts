/** A model keeps a bounded number of programs, whatever it is asked for. */
import { describe, expect, it } from "vitest";
import { dense, flatten, input, type Model, model, relu, sgd } from "../../src/index.ts";

const bytes = (count: number) => ({
  shape: [count, 4, 4, 1],
  data: Uint8Array.from({ length: count * 16 }, (_, i) => (7 * i) % 256),
});

function network(): Model {
  const x = input({ shape: [4, 4, 1] });
  const made = model({ inputs: x, outputs: dense({ units: 3 })(relu()(flatten()(x))), threads: 1 });
  made.compile({ loss: "mean_squared_error", optimizer: "sgd" });
  return made;
}

// biome-ignore lint/complexity/useLiteralKeys: reads a private property
const coreOf = (net: Model) => net["core"];

describe("the scale of the images is a value", () => {
  it("3,000 scales need one program for one image and for many", async () => {
    const net = network();
    for (let i = 0; i < 3000; i++) {
      const scale = 1 / (200 + i);
      const { data } = await net.predict({ ...bytes(1), scale });
      if (i % 1000 !== 0) continue;
      const floats = Float32Array.from(bytes(1).data, (byte) => byte * Math.fround(scale));
      expect(data).toEqual((await net.predict({ shape: [1, 4, 4, 1], data: floats })).data);
    }
    expect(coreOf(net).oneImage.size).toBe(2); // bytes and floats
    for (const scale of [1, 0.5, -2, 0]) {
      const some = await net.predict({ ...bytes(20), scale });
      const one = await net.predict({ ...bytes(1), scale });
      expect([...some.data.slice(0, 3)]).toEqual([...one.data].map((each) => expect.closeTo(each, 3)));
      await net.evaluate({ images: { ...bytes(20), scale }, labels: new Float32Array(60) });
      await net.trainOnBatch({ images: { ...bytes(20), scale: scale / 1000 }, labels: new Float32Array(60) });
      await net.inputGradient({ ...bytes(1), scale }, { layer: net.layers.at(-1)!.name, unit: [0] });
    }
    expect([...coreOf(net).executables.values()].map(({ key }) => key.type).sort()).toEqual([
      "evaluate",
      "fit",
      "predict",
    ]);
    expect(coreOf(net).gradients.size).toBe(1);
    expect(coreOf(net).oneImage.size).toBe(2);
  });

  it("batches of changing scales train as floats that are multiplied already", async () => {
    const labels = Float32Array.from({ length: 48 }, (_, i) => i % 2);
    const scales = [1 / 255, 1 / 100, 1 / 300];
    const weightsAfter = async (images: (scale: number) => { shape: number[]; data: Uint8Array | Float32Array }) => {
      const net = network();
      for (const scale of scales) await net.trainOnBatch({ images: images(scale), labels });
      await net.fit(
        scales.map((scale) => ({ images: images(scale), labels })),
        { verbose: 0, augment: [] },
      );
      return net.checksum();
    };
    const scaled = await weightsAfter((scale) => ({ ...bytes(16), scale }));
    const floats = await weightsAfter((scale) => ({
      shape: [16, 4, 4, 1],
      data: Float32Array.from(bytes(16).data, (byte) => byte * Math.fround(scale)),
    }));
    expect(scaled).toBe(floats);
  });
});

describe("programs that are no longer used", () => {
  it("of other layers, batch sizes and losses are dropped", async () => {
    const net = network();
    const images = { ...bytes(1), scale: 1 / 255 };
    for (const { name, output } of net.layers)
      for (const kind of [images, { shape: images.shape, data: new Float32Array(16) }])
        await net.inputGradient(kind, { layer: name, unit: output.shape.map(() => 0) });
    expect(coreOf(net).gradients.size).toBeLessThanOrEqual(8);
    for (let k = 0; k < 12; k++) {
      net.compile({ loss: "mean_squared_error", optimizer: sgd({ momentum: k / 20 }) });
      await net.trainOnBatch({
        images: { ...bytes(2 ** (k % 4)), scale: 1 / 255 },
        labels: new Float32Array(3 * 2 ** (k % 4)),
      });
      await net.evaluate({ images: bytes(2), labels: new Float32Array(6) });
    }
    expect(coreOf(net).executables.size).toBeLessThanOrEqual(8);
  });
});
