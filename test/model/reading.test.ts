import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  dense,
  digits,
  flatten,
  input,
  loadModel,
  type Model,
  model,
  openRun,
  type ReadingOptions,
  readSafetensors,
  recordRun,
  writeSafetensors,
} from "../../src/index.ts";
import { mnistPreparation } from "../../src/pictures/preparation.ts";

const { train } = digits({ train: 60, test: 0 });
const digitNames = train.classNames;

function small(shape = [32, 32, 1]): Model {
  const image = input({ shape });
  const made = model({ inputs: image, outputs: dense({ units: 10, activation: "softmax" })(flatten()(image)) });
  made.compile({ loss: "sparse_categorical_crossentropy" });
  return made;
}

const confidence = { temperature: 1.2, unsure: 0.6, images: 500, falseAlarms: 0.01 };

describe("what a model keeps of its pictures", () => {
  it("comes from the data of fit, and goes with the file and with copies", async () => {
    const made = small();
    expect(made.reading).toBeUndefined();
    await made.fit(train, { verbose: 0 });
    const learned = { preparation: mnistPreparation(2), classNames: digitNames };
    expect(made.reading).toEqual(learned);
    made.reading = { ...learned, confidence };
    expect((await loadModel(made.toBytes())).reading).toEqual({ ...learned, confidence });
    expect(made.clone({ weights: true }).reading).toEqual({ ...learned, confidence });
    expect(made.clone().reading).toEqual(learned);
  });

  it("is kept when training goes on with plain tensors, without the confidence of other weights", async () => {
    const made = small();
    made.reading = { preparation: { size: [28, 28], padding: 2, framing: "mnist" }, confidence };
    await made.fit({ images: train.images, labels: train.labels }, { verbose: 0 });
    expect(made.reading).toEqual({ preparation: mnistPreparation(2) });
    made.reading = { ...made.reading, confidence };
    await made.trainOnBatch({ images: train.images, labels: train.labels });
    expect(made.reading?.confidence).toBeUndefined();
    made.reading = { ...made.reading, confidence };
    made.setWeights(made.weights);
    expect(made.reading?.confidence).toBeUndefined();
    made.reading = undefined;
    expect((await loadModel(made.toBytes())).reading).toBeUndefined();
  });

  it("learns its confidence from validation images, and a run keeps it", async () => {
    const data = digits({ train: 500, test: 0, seed: 2 }).train;
    const folder = join(await mkdtemp(join(tmpdir(), "lenet5-")), "run");
    const made = small();
    await made.fit(data, { verbose: 0, epochs: 4, validationSplit: 0.4, callbacks: [recordRun({ folder })] });
    const { confidence: learned } = made.reading!;
    expect(learned).toMatchObject({ images: 200, temperature: expect.any(Number) });
    expect((await (await openRun(folder)).model()).reading).toEqual(made.reading);
    const part = (from: number, to: number) => ({
      images: { ...data.images, shape: [to - from, 32, 32, 1], data: data.images.data.slice(from * 1024, to * 1024) },
      labels: data.labels.slice(from, to),
    });
    const again = small();
    again.reading = { classNames: digitNames };
    await again.fit(part(0, 300), { verbose: 0, epochs: 4, validationData: part(300, 500) });
    expect(again.reading!.confidence).toEqual(learned);
    const plain = small();
    await plain.fit({ images: data.images, labels: data.labels }, { verbose: 0, validationSplit: 0.4 });
    expect(plain.reading).toBeUndefined();
  });

  it("is checked where it is set, and in a file", async () => {
    const made = small();
    const set = (reading: unknown) => () => {
      made.reading = reading as ReadingOptions;
    };
    expect(set({ preparation: { size: [28] } })).toThrow("model reading preparation size: expected [rows, columns]");
    expect(set({ preparation: {} })).toThrow("model reading preparation size: expected");
    expect(set({ preparation: { size: [28, 28], framing: "centre" } })).toThrow('expected "mnist" or "none"');
    expect(set({ preparation: { size: [28, 28], channels: 2 } })).toThrow("expected 1 (grey), 3");
    expect(set({ classNames: "01" })).toThrow("model reading classNames: expected a name for each class");
    expect(set({ labels: [] })).toThrow('model reading: expected options "preparation"');
    expect(set("mnist")).toThrow("model reading: expected options such as");
    const { tensors, metadata } = readSafetensors(made.toBytes());
    const saved = (reading: string) => writeSafetensors(Object.fromEntries(tensors), { ...metadata, reading });
    await expect(loadModel(saved("["))).rejects.toThrow("model file: its reading: expected JSON");
    await expect(loadModel(saved('{"classNames":3}'))).rejects.toThrow(
      "its reading classNames: expected a name for each",
    );
  });
});
