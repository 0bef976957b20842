import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { everyLayer, images, labels } from "./every-layer.ts";

const { InputError, input, loadModel, model, readSafetensors, writeSafetensors } = lenet5;

describe("the model file", () => {
  it("keeps every type of layer, the weights, the training state and the predictions", async () => {
    const made = everyLayer();
    const optimizer = lenet5.rmsprop({
      momentum: 0.5,
      centered: true,
      learningRate: lenet5.oneCycle({ learningRate: 1e-3, totalSteps: 50 }),
    });
    made.compile({ optimizer, loss: "sparse_categorical_crossentropy", metrics: ["accuracy", "top_2_accuracy"] });
    await made.fit({ images, labels }, { verbose: 0, epochs: 2 });
    const folder = await mkdtemp(join(tmpdir(), "lenet5-"));
    await made.save(join(folder, "a.safetensors"));
    const again = await loadModel(join(folder, "a.safetensors"));
    expect(again.summaryData()).toEqual(made.summaryData());
    expect(again.toBytes()).toEqual(made.toBytes());
    expect((await again.predict(images)).data).toEqual((await made.predict(images)).data);
    expect(again.training).toEqual(made.training);
  });

  it("has the weights of the article under Keras's names and shapes, with zeros where Table I has no connection", () => {
    const { tensors } = readSafetensors(lenet5.lenet5().toBytes());
    const shapes = Object.fromEntries([...tensors].map(([name, { shape }]) => [name, shape]));
    expect(shapes).toEqual({
      "C1/kernel": [5, 5, 1, 6],
      "C1/bias": [6],
      "C3/kernel": [5, 5, 6, 16],
      "C3/bias": [16],
      "C5/kernel": [5, 5, 16, 120],
      "C5/bias": [120],
      "F6/kernel": [120, 84],
      "F6/bias": [84],
      "output/kernel": [84, 10],
      "output/bias": [10],
    });
    tensors.get("C3/kernel")!.data.forEach((value, i) => {
      const connected = lenet5.tableI[i % 16]!.includes(Math.floor(i / 16) % 6);
      expect(value !== 0).toBe(connected);
    });
  });

  it("connections that do not exist stay 0 in training, also with weight decay", async () => {
    const made = lenet5.lenet5();
    made.compile({ optimizer: lenet5.adamW({ weightDecay: 0.1 }), loss: "sparse_categorical_crossentropy" });
    const data = { images: noise([40, 32, 32, 1], 2), labels: Int32Array.from({ length: 40 }, (_, i) => i % 10) };
    await made.fit(data, { verbose: 0, batchSize: 16, epochs: 2 });
    made.weights.get("C3/kernel")!.data.forEach((value, i) => {
      if (!lenet5.tableI[i % 16]!.includes(Math.floor(i / 16) % 6)) expect(value).toBe(0);
    });
  });

  it("loadWeights sets all weights of a model, or none", async () => {
    const [a, b] = [lenet5.lenet5({ seed: 1 }), lenet5.lenet5({ seed: 2 })];
    const before = b.toBytes();
    const { tensors } = readSafetensors(a.toBytes());
    const lacking = Object.fromEntries([...tensors].filter(([name]) => name !== "output/bias"));
    await expect(b.loadWeights(writeSafetensors(lacking))).rejects.toThrow(
      /expected a tensor "output\/bias" \[10\], got none of that name/,
    );
    const wrong = { ...Object.fromEntries(tensors), "F6/bias": { shape: [83], data: new Float32Array(83) } };
    await expect(b.loadWeights(writeSafetensors(wrong))).rejects.toThrow(
      /expected "F6\/bias" of shape \[84\], got \[83\]/,
    );
    expect(b.toBytes()).toEqual(before);
    await b.loadWeights(a.toBytes());
    expect(b.toBytes()).toEqual(a.toBytes());
  });

  it("keeps several outputs", async () => {
    const x = input({ shape: [4] });
    const a = lenet5.dense({ units: 2, name: "a" })(x);
    const both = model({ inputs: x, outputs: [a, lenet5.dense({ units: 3, name: "b" })(a)] });
    const point = { shape: [1, 4], data: Float32Array.of(1, 2, 3, 4) };
    const again = await loadModel(both.toBytes());
    expect(await again.predict(point)).toEqual(await both.predict(point));
  });

  it("is refused when an optimizer slot has another size than its weight", async () => {
    const made = everyLayer();
    made.compile({ loss: "sparse_categorical_crossentropy" });
    await made.fit({ images, labels }, { verbose: 0 });
    const { tensors, metadata } = readSafetensors(made.toBytes());
    const wrong = {
      ...Object.fromEntries(tensors),
      "optimizer/momentum/end/bias": { shape: [60], data: new Float32Array(60) },
    };
    await expect(loadModel(writeSafetensors(wrong, metadata))).rejects.toThrow(
      /expected 4 numbers in "optimizer\/momentum\/end\/bias", got 60/,
    );
  });

  it("setWeights takes another model's weights", () => {
    const [a, b] = [lenet5.lenet5({ seed: 1 }), lenet5.lenet5({ seed: 2 })];
    b.setWeights(a.weights);
    expect(b.toBytes()).toEqual(a.toBytes());
  });

  it("is refused in one line when it is cut, damaged, missing, or no model", async () => {
    const bytes = everyLayer().toBytes();
    const folder = await mkdtemp(join(tmpdir(), "lenet5-"));
    const path = join(folder, "cut.safetensors");
    await writeFile(path, bytes.subarray(0, bytes.length - 10));
    await expect(loadModel(path)).rejects.toThrow(InputError);
    await expect(loadModel(path)).rejects.toThrow(/cut\.safetensors/);
    await expect(loadModel(join(folder, "none.safetensors"))).rejects.toThrow(InputError);
    const plain = writeSafetensors({ a: { shape: [1], data: Float32Array.of(1) } });
    await expect(loadModel(plain)).rejects.toThrow(/without an architecture: use loadWeights/);
  });

  it("loads as a model or throws an InputError, whichever byte is changed", async () => {
    const made = everyLayer();
    const learningRate = lenet5.piecewiseConstantDecay({ boundaries: [1, 2], rates: [0.1, 0.2, 0.3] });
    made.compile({
      optimizer: lenet5.adamW({ learningRate }),
      loss: "sparse_categorical_crossentropy",
      metrics: ["accuracy"],
    });
    const bytes = made.toBytes();
    const headerEnd = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
    await fc.assert(
      fc.asyncProperty(fc.nat(headerEnd - 1), fc.nat(255), async (at, value) => {
        const damaged = bytes.slice();
        damaged[at] = value;
        try {
          await loadModel(damaged);
        } catch (error) {
          expect(error).toBeInstanceOf(InputError);
          expect((error as Error).message).toMatch(/^model file.*$/);
        }
      }),
      { numRuns: 300, seed: 1 },
    );
  });
});
