import { encode } from "fast-png";
import { expect, test } from "vitest";
import { digits } from "../data/digits/digits.ts";
import { add, dense, flatten, input, lenet5Of1998, model, prepared, rescaling } from "../index.ts";
import { lenet5 } from "../lenet5/lenet5.ts";
import { pretrained } from "../lenet5/pretrained.ts";
import type { Model } from "../model/model.ts";
import { preparationOfModel } from "./model-preparation.ts";
import { pictureReader } from "./picture-reader.ts";

const { images, labels } = digits({ train: 5, test: 0, size: 28, seed: 8 }).train;

/** A picture of a digit, five times as large, dark on white. */
function drawing(i: number, side = 180) {
  const data = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let y = 0; y < 140; y++) {
    for (let x = 0; x < 140; x++) {
      const ink = images.data[784 * i + 28 * Math.floor(y / 5) + Math.floor(x / 5)];
      data.fill(255 - ink, 4 * (side * (y + 20) + x + 20), 4 * (side * (y + 20) + x + 20) + 3);
    }
  }
  return { width: side, height: side, data };
}

test("reads pictures, files and blobs with the network that ships", async () => {
  const read = pictureReader();
  let right = 0;
  for (let i = 0; i < 5; i++) {
    const { label, text, confidence, parts, verdict } = await read(drawing(i));
    if (label === labels[i]) right++;
    if (label === undefined) continue;
    expect(text).toBe(String(label));
    expect(["sure", "unsure"]).toContain(verdict);
    expect(parts[0]).toMatchObject({ label, className: text, confidence });
    expect(parts[0].image.shape).toEqual([32, 32, 1]);
  }
  expect(right).toBeGreaterThanOrEqual(4);
  const { width, height, data } = drawing(1);
  const file = encode({ width, height, channels: 4, depth: 8, data });
  const answer = await read(drawing(1));
  expect(await read(file)).toEqual(answer);
  expect(await read(new Blob([new Uint8Array(file)]))).toEqual(answer);
  expect(await read(new Uint8Array(file).buffer)).toEqual(answer);
});

test("a blank picture is none, and has no label", async () => {
  const answer = await pictureReader()({ width: 60, height: 60, data: new Uint8Array(4 * 3600).fill(255) });
  expect(answer).toEqual({ verdict: "none", text: "", parts: [] });
});

function small(shape: number[], options: { classes?: number; activation?: "softmax" | "sigmoid" } = {}): Model {
  const { classes = 3, activation = "softmax" } = options;
  const image = input({ shape });
  return model({ inputs: image, outputs: dense({ units: classes, activation })(flatten()(image)) });
}

test("classes have their names, and a confidence makes answers unsure", async () => {
  const made = small([8, 8, 3]);
  made.reading = {
    preparation: { size: [8, 8], channels: 3 },
    classNames: ["cat", "dog", "bird"],
    confidence: { temperature: 2, unsure: 0.99, images: 200, falseAlarms: 0.01 },
  };
  const answer = await pictureReader(made)(drawing(0));
  expect(["cat", "dog", "bird"]).toContain(answer.text);
  expect(answer).toMatchObject({ verdict: "unsure", className: answer.text, parts: [{ box: { width: 180 } }] });
  expect(answer.probabilities!.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9);
  expect(answer.confidence).toBe(answer.probabilities![answer.label!]);
  const unit = small([8, 8, 1], { classes: 1, activation: "sigmoid" });
  unit.reading = { preparation: { size: [8, 8] } };
  expect((await pictureReader(unit)(drawing(0))).probabilities).toHaveLength(2);
});

test("the option preparation takes the place of the model's", async () => {
  const net = await pretrained();
  const read = pictureReader(net, { preparation: { size: [28, 28], padding: 2 } });
  const { parts } = await read({ width: 60, height: 60, data: new Uint8Array(4 * 3600).fill(255) });
  expect(parts[0].image.data.filter((value) => value === 255)).toHaveLength(784);
  const wrong = pictureReader(net, { preparation: { size: [20, 20] } });
  await expect(wrong(drawing(0))).resolves.toBeDefined(); // zeros around it are added
  const colour = pictureReader(net, { preparation: { size: [28, 28], channels: 3 } });
  await expect(colour(drawing(0))).rejects.toThrow("expected images [N, 32, 32, 1], as the model takes them, got");
});

/** A network that divides by 255 itself. */
function ofBytes(): Model {
  const image = input({ shape: [8, 8, 3] });
  const ranged = rescaling({ scale: 1 / 255 })(image);
  return model({ inputs: image, outputs: dense({ units: 2, activation: "softmax" })(flatten()(ranged)) });
}

test("what is assumed for a model that does not say how its pictures were prepared", () => {
  expect(preparationOfModel(lenet5())).toMatchObject({
    preparation: { size: [28, 28], padding: 2, framing: "mnist" },
    isAssumed: true,
  });
  expect(preparationOfModel(small([784]))).toMatchObject({ preparation: { size: [28, 28], framing: "mnist" } });
  expect(preparationOfModel(small([64, 48, 3]))).toMatchObject({
    preparation: { size: [64, 48], channels: 3, framing: "none" },
    isAssumed: true,
  });
  expect(preparationOfModel(lenet5Of1998()).preparation.scale).toBe(1 / 255);
  expect(preparationOfModel(ofBytes()).preparation.scale).toBe(1);
  expect(() => preparationOfModel(small([5, 5, 2]))).toThrow("expected a model of pictures");
  expect(() => preparationOfModel(small([13]))).toThrow("expected a model of pictures, with an input [N, rows");
});

test("what is no picture, no model or no option is refused", async () => {
  const read = pictureReader();
  const data = new Uint8Array(16);
  const wrong = [
    undefined,
    "seven.png",
    {},
    [],
    { data },
    { width: 2, height: 2 },
    { width: 2, height: 3, data },
    { width: 1.6, height: 2.5, data },
    { width: -2, height: -2, data },
    { width: 2, height: 2, data: new Float32Array(16) },
    { width: 2, height: 2, data: [...data] },
  ];
  for (const given of wrong) {
    await expect(read(given as never, "it")).rejects.toThrow("it: expected the bytes of a picture file, or pixels");
    expect(() => prepared(given as never, undefined, "it")).toThrow("it: expected pixels { width, height, data } with");
  }
  await expect(read(new Uint8Array(10), "ten")).rejects.toThrow("ten: expected PNG");
  expect(() => pictureReader({ preparation: {} } as never)).toThrow("pictureReader: expected a model, got an object");
  expect(() => pictureReader(undefined, { preparation: { size: [8, 8], padding: 1e9 } })).toThrow("from 0 to 4096");
  expect(() => pictureReader(undefined, { size: 3 } as never)).toThrow('expected options "preparation"');
});

test("a model that gives no finite score for each class of one picture is refused", async () => {
  const [one, two] = [input({ shape: [8, 8, 1] }), input({ shape: [8, 8, 1] })];
  const both = model({ inputs: [one, two], outputs: dense({ units: 2 })(flatten()(add()([one, two]))) });
  expect(() => pictureReader(both as never)).toThrow("pictureReader: expected a model with one input and one output");
  const image = input({ shape: [8, 8, 1] });
  const large = model({ inputs: image, outputs: dense({ units: 2 })(flatten()(image)) });
  large.setWeights([new Float32Array(128).fill(3e38), new Float32Array(2)]);
  await expect(pictureReader(large)(drawing(0))).rejects.toThrow("expected finite numbers in the output, got Infinity");
});
