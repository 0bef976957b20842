/** MNIST in other formats, as people have it, is read as MNIST itself. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "fast-png";
import { zipSync } from "fflate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Dataset, mnist, readData, type TrainTest } from "../../src/index.ts";
import { lenet5Json } from "../end-to-end/lenet5-command.ts";
import { npyBytes, writeFiles } from "../made-files.ts";

describe.skipIf(!process.env.LENET5_DATA)("MNIST", () => {
  let root: string;
  let small: TrainTest;
  let padded: TrainTest;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "lenet5-sources-"));
    [small, padded] = [await mnist({ size: 28 }), await mnist()];
  });
  afterAll(() => rm(root, { recursive: true }));

  const bytes = ({ images }: Dataset) => images.data as Uint8Array;
  /** Not by `toEqual`, which takes a minute for 60 MB. */
  const same = (a: Dataset, b: Dataset) => {
    expect(a.images.shape).toEqual(b.images.shape);
    expect(Buffer.compare(bytes(a), bytes(b))).toBe(0);
    expect(Buffer.compare(Uint8Array.from(a.labels), Uint8Array.from(b.labels))).toBe(0);
    expect(a.classNames).toEqual(b.classNames);
    expect(a.preparation).toEqual(b.preparation);
  };

  test("as Keras's mnist.npz", async () => {
    const array = (data: Dataset) => npyBytes([data.labels.length, 28, 28], Uint8Array.from(bytes(data)));
    const labels = (data: Dataset) => npyBytes([data.labels.length], Uint8Array.from(data.labels));
    const { train, test: tested } = small;
    const arrays = { x_train: array(train), y_train: labels(train), x_test: array(tested), y_test: labels(tested) };
    const named = Object.entries(arrays).map(([name, file]) => [`${name}.npy`, file] as const);
    await writeFile(join(root, "mnist.npz"), zipSync(Object.fromEntries(named), { level: 1 }));
    const read = await readData(join(root, "mnist.npz"));
    same(read.train, padded.train);
    same(read.test, padded.test);
  });

  test("as CSV files with labels, and as Kaggle's, whose test file has none", async () => {
    const header = `label,${Array.from({ length: 784 }, (_, i) => `pixel${i}`).join(",")}`;
    const rows = (data: Dataset) =>
      Array.from(
        data.labels,
        (label, i) =>
          `${label},${bytes(data)
            .subarray(i * 784, (i + 1) * 784)
            .join(",")}`,
      );
    const [train, tested] = [rows(small.train), rows(small.test)];
    const folder = await writeFiles(join(root, "csv"), {
      "mnist_train.csv": [header, ...train].join("\n"),
      "mnist_test.csv": [header, ...tested].join("\r\n"),
    });
    const read = await readData(folder);
    same(read.train, padded.train);
    same(read.test, padded.test);
    const kaggle = await writeFiles(join(root, "kaggle"), {
      "train.csv": [header, ...train.slice(0, 42_000)].join("\n"),
      "test.csv": [header, ...tested].map((row) => row.slice(row.indexOf(",") + 1)).join("\n"),
      "sample_submission.csv": "ImageId,Label\n1,0\n",
    });
    const divided = await readData(kaggle);
    expect(divided.notes).toEqual(["test.csv has no labels: it is not used"]);
    const counts = [divided.train, divided.test].map(({ labels }) => labels.length);
    expect(counts[0]! + counts[1]!).toBe(42_000);
    expect(counts[1]! / 42_000).toBeCloseTo(0.2, 3);
  });

  test("as 10,000 pictures in folders", async () => {
    const part = (name: string, data: Dataset, count: number) =>
      Array.from({ length: count }, (_, i): [string, Uint8Array] => [
        `${name}/${data.labels[i]}/${String(i).padStart(5, "0")}.png`,
        encode({ width: 28, height: 28, channels: 1, data: bytes(data).slice(i * 784, (i + 1) * 784) }),
      ]);
    const files = [...part("train", small.train, 8000), ...part("test", small.test, 2000)];
    const read = await readData(await writeFiles(join(root, "pictures"), Object.fromEntries(files)));
    expect(read.train.preparation).toEqual(padded.train.preparation);
    for (const [data, original] of [
      [read.train, padded.train],
      [read.test, padded.test],
    ] as const) {
      data.names!.forEach((name, i) => {
        const index = Number(/(\d+)\.png$/.exec(name)?.[1]);
        const [own, other] = [
          bytes(data).subarray(i * 1024, (i + 1) * 1024),
          bytes(original).subarray(index * 1024, (index + 1) * 1024),
        ];
        if (Buffer.compare(own, other) !== 0 || data.labels[i] !== original.labels[index])
          expect(name).toBe("the same image");
      });
    }
  });
});

test("lenet5 data, where MNIST is not available: the built-in digits with a notice, and nothing wrong in them", async () => {
  const found = await lenet5Json<object>(["data"]);
  expect(found).toMatchObject({
    ...{ data: "digits", source: "built-in digits", findings: [] },
    notice: expect.stringMatching(/^MNIST is neither on this machine nor reachable, so built-in digits are used/),
  });
});
