/** Data sets as people have them: other pixels than MNIST's, in IDX files or in folders of pictures by class. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encode } from "fast-png";
import { expect } from "vitest";
import { type Dataset, digits, openRun } from "../../src/index.ts";
import { idxBytes } from "../idx-bytes.ts";
import { lenet5, lenet5Json } from "./lenet5-command.ts";

interface Part {
  readonly probabilities: readonly number[];
  readonly box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number };
}

/** An answer of `predict --json`. */
export interface Answer {
  readonly file: string;
  readonly verdict: string;
  readonly text: string;
  readonly label?: number;
  readonly className?: string;
  readonly probabilities?: readonly number[];
  readonly parts: readonly Part[];
  readonly error?: string;
}

const { train, test: testDigits } = digits({ train: 120, test: 20, size: 28, seed: 4 });

type Values = (data: Uint8Array, index: number) => ArrayLike<number>;

/** Images of digits with other pixels: `[N, rows, columns, channels]`. */
function changed({ images, labels }: Dataset, [rows, columns, channels]: readonly number[], values: Values): Dataset {
  const count = labels.length;
  const size = rows * columns * channels;
  const data = new Uint8Array(count * size);
  for (let i = 0; i < count; i++)
    data.set(values(images.data.slice(784 * i, 784 * (i + 1)) as Uint8Array, i), i * size);
  return { images: { shape: [count, rows, columns, channels], data, scale: 1 / 255 }, labels, classNames: [] };
}

const halved: Values = (data) =>
  Array.from(
    { length: 256 },
    (_, i) => data[28 * Math.floor((1.75 * Math.floor(i / 16)) % 28) + Math.floor(1.75 * (i % 16))],
  );

/** Data sets as people have them: pixels, classes, and whether they are IDX files or folders of pictures by class. */
export const sets: Record<string, { shape: number[]; values: Values; twoClasses?: boolean; form: "idx" | "folders" }> =
  {
    MNIST: { shape: [28, 28, 1], values: (data) => data, form: "idx" },
    "black on white": { shape: [28, 28, 1], values: (data) => data.map((value) => 255 - value), form: "idx" },
    "16x16": { shape: [16, 16, 1], values: halved, form: "idx" },
    "not framed, as KMNIST": {
      shape: [28, 28, 1],
      values: (data, i) => data.map((_, at) => (at < 28 * 4 ? 40 * (i % 3) : data[at - 28 * 4])),
      form: "idx",
    },
    colour: {
      shape: [20, 24, 3],
      values: (data, i) =>
        Array.from({ length: 20 * 24 * 3 }, (_, at) => {
          const ink = data[28 * (4 + Math.floor(at / 72)) + 2 + (Math.floor(at / 3) % 24)];
          return at % 3 === i % 3 ? 255 - ink : 60 + (at % 3) * 70;
        }),
      form: "folders",
    },
    "two classes, dark ink": {
      shape: [18, 18, 1],
      values: (data) =>
        Array.from({ length: 324 }, (_, i) => 250 - 0.9 * data[28 * (5 + Math.floor(i / 18)) + 5 + (i % 18)]),
      twoClasses: true,
      form: "folders",
    },
  };

/** The bytes of image `i` as a PNG. */
export function png({ images: { shape, data } }: Dataset, i: number): Uint8Array {
  const [, height, width, channels] = shape;
  const size = height * width * channels;
  return encode({ width, height, channels, depth: 8, data: data.slice(i * size, (i + 1) * size) as Uint8Array });
}

/** Writes a data set, and its test images as PNG files in order; returns the folder and these files. */
async function write(scratch: string, name: string): Promise<{ folder: string; files: string[] }> {
  const { shape, values, twoClasses = false, form } = sets[name];
  const folder = join(scratch, name);
  const pictures = join(scratch, `${name} pictures`);
  for (const each of [folder, pictures]) await mkdir(each);
  const files: string[] = [];
  for (const [part, set] of [
    ["train", changed(train, shape, values)],
    ["test", changed(testDigits, shape, values)],
  ] as const) {
    const labels = set.labels.map((label) => (twoClasses ? label % 2 : label));
    if (form === "idx") {
      const begin = join(folder, part === "train" ? "train" : "t10k");
      await writeFile(`${begin}-images-idx3-ubyte`, idxBytes(set.images.shape.slice(0, 3), set.images.data));
      await writeFile(`${begin}-labels-idx1-ubyte`, idxBytes([labels.length], labels));
    }
    for (const [i, label] of labels.entries()) {
      const number = String(i).padStart(4, "0");
      const file =
        form === "folders" ? join(folder, part, String(label), `${number}.png`) : join(pictures, `${number}.png`);
      if (form === "idx" && part === "train") continue;
      await mkdir(join(file, ".."), { recursive: true });
      await writeFile(file, png(set, i));
      if (part === "test") files.push(file);
    }
  }
  return { folder, files };
}

/** Trains on a data set, and reads its test images from files: the answers must be those of `evaluate`. */
export async function expectAnswersOfEvaluate(scratch: string, name: string): Promise<void> {
  const { folder, files } = await write(scratch, name);
  const out = join(scratch, `${name} run`);
  const trained = await lenet5(["train", "--data", folder, "--epochs", "1", "--threads", "1", "--out", out]);
  expect(trained).toMatchObject({ code: 0 });
  const { predicted, confidence } = (await (await openRun(out)).read("predictions.json"))!;
  expect(predicted).toHaveLength(20);
  // Folders are read class by class, in the order of the files' names.
  const sorted = sets[name].form === "folders" ? [...files].sort() : files;
  const answers = await lenet5Json<Answer[]>(["predict", out, ...sorted]);
  expect(answers.map(({ label }) => label)).toEqual(predicted);
  answers.forEach(({ label, text, className, probabilities }, i) => {
    expect(text).toBe(className);
    expect(probabilities![label!]).toBeCloseTo(confidence[i], 5);
  });
}
