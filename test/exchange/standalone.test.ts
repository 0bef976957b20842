import { expect, test } from "vitest";
import { exportStandalone, type StandaloneOptions } from "../../src/exchange.ts";
import {
  digits,
  lenet5,
  type Model,
  type OneOrMore,
  type Picture,
  type PictureAnswer,
  pictureReader,
  pretrained,
} from "../../src/index.ts";

/** A standalone file as a program imports it. */
interface StandaloneFile {
  classify(picture: unknown): PictureAnswer;
  predict(image: ArrayLike<number>): Float32Array;
}

async function imported(model: Model<OneOrMore, OneOrMore>, options?: StandaloneOptions): Promise<StandaloneFile> {
  const { bytes } = await exportStandalone(model, options);
  return import(`data:text/javascript;base64,${Buffer.from(bytes).toString("base64")}`);
}

const { images, labels } = digits({ train: 0, test: 60, size: 28, seed: 3 }).test;

/** A digit in black on white, five times as large. */
function drawing(i: number): Picture {
  const side = 200;
  const data = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let y = 0; y < 140; y++) {
    for (let x = 0; x < 140; x++) {
      const ink = (images.data as Uint8Array)[784 * i + 28 * Math.floor(y / 5) + Math.floor(x / 5)]!;
      const at = 4 * (side * (y + 30) + x + 30);
      data.fill(255 - ink, at, at + 3);
    }
  }
  return { width: side, height: side, data };
}

test("a standalone file of 32 bits answers as the library does, whatever the picture", async () => {
  const model = await pretrained({ network: "reader" });
  const { classify } = await imported(model, { weights: 32 });
  const read = pictureReader(model);
  for (let i = 0; i < 6; i++) {
    const [given, wanted] = [classify(drawing(i)), await read(drawing(i))];
    expect({ ...given, ...near, parts: given.parts.map((part) => ({ ...part, ...near })) }).toEqual({
      ...wanted,
      ...near,
      parts: wanted.parts.map((part) => ({ ...part, ...near })),
    });
    given.probabilities?.forEach((value, k) => {
      expect(Math.abs(value - wanted.probabilities![k]!)).toBeLessThan(1e-5);
    });
  }
});
/** Numbers that may differ in their last digits. */
const near = { confidence: 0, probabilities: [] };

test("with 8 bits it reads nearly the same, and says how many", async () => {
  const model = await pretrained();
  const data = { images: digits({ train: 0, test: 60, size: 32, seed: 3 }).test.images, labels };
  const { accuracy, notes, bytes, beside } = await exportStandalone(model, { data, file: "zip.js" });
  expect(accuracy!.images).toBe(60);
  expect(accuracy!.agree).toBeGreaterThan(0.98);
  const own = await model.predict(data.images);
  const right = Array.from(labels).filter(
    (label, i) => own.data[10 * i + label] === Math.max(...own.data.subarray(10 * i, 10 * i + 10)),
  );
  expect(accuracy!.float32).toBe(right.length / 60);
  expect(notes.join()).toContain("of 60 labelled images rightly");
  const text = new TextDecoder().decode(bytes);
  expect(text.slice(0, 200)).toContain("zip.js: classifies pictures");
  expect(text).toContain("of 60 labelled images, it reads");
  expect(text).toContain(await model.checksum());
  expect(Object.keys(beside)).toEqual(["zip.d.ts"]);
});

test("nothing is claimed that was not measured", async () => {
  const { accuracy, notes, bytes } = await exportStandalone(await pretrained());
  expect(accuracy).toBeUndefined();
  expect(notes[0]).toContain("not measured");
  expect(new TextDecoder().decode(bytes)).toContain("was not measured when it was written");
});

test("an empty picture has no label, and what is no picture is refused", async () => {
  const { classify, predict } = await imported(await pretrained());
  for (const value of [0, 255]) {
    const data = new Uint8ClampedArray(4 * 280 * 280).fill(value);
    expect(classify({ width: 280, height: 280, data })).toEqual({ verdict: "none", text: "", parts: [] });
  }
  expect(() => classify(undefined)).toThrow("classify: expected a canvas, an ImageData or { width, height, data }");
  expect(() => classify({ width: 2, height: 2, data: new Uint8Array(4) })).toThrow("expected a canvas");
  expect(() => predict([1])).toThrow("predict: expected 1024 numbers [32, 32, 1], got 1");
});

test("the network alone gives what the model gives", async () => {
  const model = lenet5({ seed: 2 });
  const { predict } = await imported(model, { weights: 32 });
  const image = Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i));
  const { data } = await model.predict({ shape: [1, 32, 32, 1], data: image });
  predict(image).forEach((value, k) => {
    expect(Math.abs(value - data[k]!)).toBeLessThan(1e-5);
  });
});
