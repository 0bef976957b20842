import { expect, test } from "vitest";
import { type ExportStandaloneOptions, exportStandalone } from "../../src/exchange.ts";
import {
  defineLayer,
  dense,
  digits,
  flatten,
  input,
  lenet5,
  type Model,
  model,
  type OneOrMore,
  ops,
  type Picture,
  type PictureAnswer,
  pictureReader,
  pretrained,
} from "../../src/index.ts";
import { kinds, samples, subjectsOf } from "../pictures/index.ts";

/** A standalone file as a program imports it. */
interface StandaloneFile {
  classify(picture: unknown): PictureAnswer;
  predict(image: ArrayLike<number>): Float32Array;
}

async function imported(net: Model<OneOrMore, OneOrMore>, options?: ExportStandaloneOptions): Promise<StandaloneFile> {
  const { bytes } = await exportStandalone(net, options);
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
  const net = await pretrained({ network: "reader" });
  const { classify } = await imported(net, { weights: 32 });
  const read = pictureReader(net);
  for (let i = 0; i < 3; i++) {
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
  const net = await pretrained();
  const data = { images: digits({ train: 0, test: 60, size: 32, seed: 3 }).test.images, labels };
  const { accuracy, notes, bytes, beside } = await exportStandalone(net, { data, file: "zip.js" });
  expect(accuracy!.images).toBe(60);
  expect(accuracy!.agree).toBeGreaterThan(0.98);
  const own = await net.predict(data.images);
  const right = Array.from(labels).filter(
    (label, i) => own.data[10 * i + label] === Math.max(...own.data.subarray(10 * i, 10 * i + 10)),
  );
  expect(accuracy!.float32).toBe(right.length / 60);
  expect(notes.join()).toContain("of 60 labelled images rightly");
  const text = new TextDecoder().decode(bytes);
  expect(text.slice(0, 200)).toContain("zip.js: classifies pictures");
  expect(text.includes("of 60 labelled images, it reads")).toBe(true);
  expect(text.includes(await net.checksum())).toBe(true);
  expect(Object.keys(beside)).toEqual(["zip.d.ts"]);
});

test("nothing is claimed that was not measured", async () => {
  const { accuracy, notes, bytes } = await exportStandalone(await pretrained());
  expect(accuracy).toBeUndefined();
  expect(notes[0]).toContain("not measured");
  expect(new TextDecoder().decode(bytes).includes("was not measured when it was written")).toBe(true);
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
  const net = lenet5({ seed: 2 });
  const { predict } = await imported(net, { weights: 32 });
  const image = Float32Array.from({ length: 1024 }, (_, i) => Math.sin(i));
  const { data } = await net.predict({ shape: [1, 32, 32, 1], data: image });
  predict(image).forEach((value, k) => {
    expect(Math.abs(value - data[k]!)).toBeLessThan(1e-5);
  });
});

test("it reads pictures of every kind as the library does", async () => {
  const net = await pretrained({ network: "reader" });
  const { classify } = await imported(net);
  const read = pictureReader(net);
  const subjects = subjectsOf(images.data as Uint8Array, labels, 28);
  for (const [kind, make] of Object.entries(kinds)) {
    for (const { picture } of samples(kind, make, subjects, 1, 5))
      expect([kind, classify(picture).text]).toEqual([kind, (await read(picture)).text]);
  }
});

test.each([
  [{ weights: 16 }, "exportStandalone weights: expected 8 or 32 bits, got 16"],
  [{ file: "a/digit.js" }, 'exportStandalone file: expected the name of a file, such as "digit.js", got "a/digit.js"'],
  [
    { data: { images, labels: [1] } },
    "exportStandalone data: expected { images, labels } with a class number for each",
  ],
  [{ bits: 8 }, 'exportStandalone: expected options "weights", "data" or "file", got "bits"'],
])("refuses %o", async (options, message) => {
  await expect(exportStandalone(lenet5(), options as never)).rejects.toThrow(message);
});

test("refuses custom layers, several outputs and images of another size", async () => {
  const image = input({ shape: [28, 28, 1] });
  const halved = defineLayer("halved", { call: (x) => ops.multiply(x, 0.5) })()(image);
  const end = dense({ units: 2, activation: "softmax", name: "end" })(flatten()(halved));
  await expect(exportStandalone(model({ inputs: image, outputs: end }))).rejects.toThrow(
    'exportStandalone: layer "halved": expected a layer of the library, got the custom layer "halved"',
  );
  await expect(exportStandalone(model({ inputs: image, outputs: [end, halved] }))).rejects.toThrow("one output");
  const other = lenet5();
  other.reading = { preparation: { size: [40, 40] } };
  await expect(exportStandalone(other)).rejects.toThrow("expected a preparation of images [N, 32, 32, 1]");
});

test("names cannot end the comment or the script that they stand in", async () => {
  const net = lenet5();
  net.reading = { ...net.reading, classNames: ["*/ alert(1)", "</script>", ...Array(8).fill("x")] };
  const { bytes } = await exportStandalone(net);
  const text = new TextDecoder().decode(bytes);
  expect(text.indexOf("*/")).toBe(text.indexOf("*/\nconst description"));
  expect(text.includes("</script>")).toBe(false);
  const { predict } = await imported(net);
  expect(predict(new Float32Array(1024))).toHaveLength(10);
});
