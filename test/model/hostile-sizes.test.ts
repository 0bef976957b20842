/** Sizes and data that no machine can take: one clear line, at once. */
import { describe, expect, it, test } from "vitest";
import { random } from "../../src/core/random.ts";
import { sizeOf } from "../../src/core/tensor.ts";
import * as lenet5 from "../../src/index.ts";
import { layers } from "../../src/layers/registry.ts";

const { InputError, conv2d, dense, input, model } = lenet5;

const image = input({ shape: [28, 28, 1] });

describe("layers that are too large to run are refused when they are built", () => {
  it.each<[string, () => unknown, RegExp]>([
    [
      "filters",
      () => conv2d({ filters: 1e9, kernelSize: 5, name: "C1" })(image),
      /^\[conv2d "C1"\] expected a kernel of at most 268,435,456 numbers \(1\.1 GB\), got \[5, 5, 1, 1000000000\] \(100 GB\): use a smaller layer$/,
    ],
    ["dense 1e6 x 1e3", () => dense({ units: 1000 })(input({ shape: [1_000_000] })), /got \[1000000, 1000\] \(4 GB\)/],
    [
      "an image",
      () => input({ shape: [100_000, 100_000, 1] }),
      /^\[input\] expected an output of at most 67,108,864 numbers .*, got \[N, 100000, 100000, 1\] \(640 GB\)/,
    ],
    ["padding", () => lenet5.zeroPadding2d({ padding: 1e6 })(image), /expected an output of at most/],
    ["a factor", () => lenet5.upSampling2d({ size: 1e9 })(image), /expected an output of at most/],
    [
      "a convolution of its multiply-adds",
      () => conv2d({ filters: 64, kernelSize: 501, padding: "same" })(input({ shape: [1000, 1000, 1] })),
      /expected at most 1,000,000,000,000 multiply-adds for an image, got 1\.6e\+13/,
    ],
    [
      "a custom layer",
      () =>
        lenet5.defineLayer("large", {
          weights: () => ({ w: { shape: [1e5, 1e5] } }),
          call: (x, { weights }) => lenet5.ops.matmul(x, weights.w!),
        })()(input({ shape: [1e5] })),
      /expected a w of at most 268,435,456 numbers/,
    ],
    ["a name", () => dense({ units: 1, name: "x".repeat(2000) }), /expected at most 1000 characters, got 2000/],
    ["a size beyond 2^53", () => dense({ units: 1e300 }), /expected a whole number from 1 to 9007199254740991/],
  ])("%s", (_, make, message) => {
    const began = performance.now();
    expect(make).toThrow(InputError);
    expect(make).toThrow(message);
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it("layers that only together are too large", () => {
    const x = input({ shape: [10_000] });
    let y = x;
    for (let i = 0; i < 4; i++) y = dense({ units: 10_000 })(y);
    const make = () => model({ inputs: x, outputs: y });
    expect(make).toThrow(/^model: expected at most 268,435,456 weights \(1\.1 GB\), got 400,040,000 \(1\.6 GB\)/);
  });

  it("more calls than a model may have", () => {
    const x = input({ shape: [1] });
    const relu = lenet5.relu();
    let y = x;
    for (let i = 0; i < 2 ** 16; i++) y = relu(y);
    expect(() => model({ inputs: x, outputs: y })).toThrow("model: expected at most 65536 calls of layers, got 65537");
  });
});

/** Sizes that are wrong, large, or both. */
const sizes = [
  0,
  -1,
  0.5,
  1,
  2,
  3,
  5,
  64,
  1000,
  65_535,
  1e6,
  2 ** 26,
  1e9,
  2 ** 31,
  2 ** 53,
  1e300,
  Number.NaN,
  Infinity,
];

test("random layers of hostile sizes are built or refused, at once", async () => {
  expect(taken("conv2d")).toContain("kernelSize");
  const numbers = random(1, "hostile sizes");
  const pick = <Item>(list: readonly Item[]): Item => list[numbers.integer(list.length)]!;
  const size = () => pick(sizes);
  const pair = () => pick<unknown>([size(), [size(), size()], "same"]);
  const options = () => ({
    ...{ filters: size(), units: size(), kernelSize: pair(), poolSize: pair(), strides: pair(), size: pair() },
    ...{ padding: pick<unknown>(["same", "valid", pair()]), cropping: pair(), dilationRate: pair(), groups: size() },
    ...{ targetShape: [size(), size(), size()].slice(numbers.integer(3)), depthMultiplier: size(), start: size() },
    ...{ count: size(), rate: size(), dims: [size(), size(), size()], epsilon: size(), axis: size(), scale: size() },
  });
  const names = Object.keys(layers) as (keyof typeof layers)[];
  let [built, refused] = [0, 0];
  for (let i = 0; i < 2000; i++) {
    const type = pick(names);
    const began = performance.now();
    const seen = { type, options: {} };
    try {
      const side = () => pick([1, 2, 3, 7, 28, 1000]);
      const x = input({ shape: pick([[side(), side(), side()], [side()]]) });
      // Each type of layer takes those of its options alone.
      const some = Object.entries(options()).filter(() => numbers.integer(3) > 0);
      const given = Object.fromEntries(some.filter(([name]) => taken(type).includes(name)));
      seen.options = given;
      const make = layers[type] as (options: unknown) => lenet5.Layer;
      if (type === "input") make({ shape: [size(), size(), size()] })([]);
      else {
        const y = make(given)(pick([x, [x, x]]));
        const net = model({ inputs: x, outputs: y });
        const { macs, params, layers: made } = net.summaryData();
        if (
          built % 4 === 0 &&
          macs + params + made.reduce((sum, { outputShape }) => sum + sizeOf(outputShape), 0) < 1e6
        )
          await net.predict({ shape: [1, ...x.shape], data: new Float32Array(sizeOf(x.shape)) });
      }
      built++;
    } catch (error) {
      if (!(error instanceof InputError)) throw new Error(JSON.stringify(seen), { cause: error });
      refused++;
    }
    expect(performance.now() - began, JSON.stringify(seen)).toBeLessThan(4000);
  }
  expect(built).toBeGreaterThan(80);
  expect(refused).toBeGreaterThan(800);
});

const known = new Map<string, string[]>();

/** The names of a layer's options, by its own message. */
function taken(type: keyof typeof layers): string[] {
  let names = known.get(type);
  if (names) return names;
  try {
    (layers[type] as (options: unknown) => unknown)({ nothing: 1 });
  } catch (error) {
    names = [...(error as Error).message.matchAll(/"(\w+)"/g)].map(([, name]) => name!);
  }
  known.set(type, names ?? []);
  return names ?? [];
}

describe("data of other kinds than numbers in a flat array are refused", () => {
  const x = input({ shape: [2, 2, 1] });
  const net = model({ inputs: x, outputs: dense({ units: 2, activation: "softmax" })(lenet5.flatten()(x)) });
  net.compile({ loss: "sparse_categorical_crossentropy" });
  const kinds: Record<string, unknown> = {
    BigInt64Array: new BigInt64Array(4),
    "a text": "1234",
    "pixels as texts": ["1", "2", "3", "4"],
    "nested lists": [[1], [2], [3], [4]],
    DataView: new DataView(new ArrayBuffer(4)),
    ArrayBuffer: new ArrayBuffer(4),
    "an object with a length": { length: 4 },
    "an object that says it is long": { length: 2 ** 31 },
    null: null,
    "a list with nothing": [1, undefined, 3, 4],
    "a length that is none": { length: Number.NaN },
  };
  it.each(Object.keys(kinds))("%s", async (kind) => {
    const images = { shape: [1, 2, 2, 1], data: kinds[kind] as Float32Array };
    await expect(net.predict(images)).rejects.toThrow(InputError);
    await expect(net.fit({ images, labels: [0] }, { verbose: 0 })).rejects.toThrow(InputError);
    await expect(net.evaluate({ images, labels: [0] })).rejects.toThrow(InputError);
    await expect(net.layerOutputs(images)).rejects.toThrow(InputError);
    const good = { shape: [4, 2, 2, 1], data: new Float32Array(16) };
    const labels = kinds[kind] as number[];
    await expect(net.fit({ images: good, labels }, { verbose: 0 })).rejects.toThrow(InputError);
    await expect(net.evaluate({ images: good, labels })).rejects.toThrow(InputError);
  });

  it("shapes that no data have", async () => {
    for (const shape of [
      [1e9, 2, 2, 1],
      [2 ** 53, 2, 2, 1],
      [1e300, 2, 2, 1],
      [-1, 2, 2, 1],
      [0.5, 2, 2, 1],
    ])
      await expect(net.predict({ shape, data: new Float32Array(4) })).rejects.toThrow(InputError);
  });
});
