import { describe, expect, it, test } from "vitest";
import { type Random, random } from "../core/random.ts";
import type { Tensor } from "../core/tensor.ts";
import { drawAffine } from "./affine.ts";
import { type Augment, augmentationFrom } from "./augmentations.ts";
import { Augmenter, augmented } from "./augmenter.ts";
import { type Distortions, distortions } from "./distortions.ts";
import { elasticDistortion } from "./elastic-distortion.ts";
import { ElasticField } from "./elastic-field.ts";
import { Resampler } from "./resample.ts";

const still = { translation: 0, scaling: 0, squeezing: 0, shear: 0 };

/** Made-up images of bytes or floats. */
function images(shape: readonly number[], kind: "bytes" | "floats" = "bytes"): Tensor<Uint8Array | Float32Array> {
  const draw = random(1, "images");
  const count = shape.reduce((product, size) => product * size, 1);
  if (kind === "bytes")
    return { shape, data: Uint8Array.from({ length: count }, () => draw.integer(256)), scale: 1 / 255 };
  return { shape, data: Float32Array.from({ length: count }, () => draw.uniform(-1, 1)) };
}

/** Draws the given fractions in turn: 0 is the lower end of a range, 1 the upper end. */
function rigged(...shares: number[]): Random {
  let next = 0;
  return { ...random(0), uniform: (low = 0, high = 1) => low + (high - low) * shares[next++]! };
}

/** Distorts one image by drawn shares: right, down, scaling, squeezing, shear, rotation. */
function distorted(image: Tensor, step: Distortions, shares: number[]): Float32Array {
  const [rows, columns, channels] = image.shape as [number, number, number];
  const resampler = new Resampler(rows, columns, channels, step.background);
  resampler.load(Float32Array.from(image.data), 0);
  drawAffine(step, rigged(...shares), resampler.sources, resampler.drawn);
  return resampler.run().slice();
}

describe("distortions", () => {
  it.each(["bytes", "floats"] as const)("of no magnitude change nothing: %s", (kind) => {
    const given = images([3, 32, 32, 1], kind);
    expect(augmented(given, distortions(still))).toEqual(given);
    expect(augmented(given, elasticDistortion({ alpha: 0 }))).toEqual(given);
    expect(augmented(given, [distortions(still), elasticDistortion({ alpha: 0 })])).toEqual(given);
  });

  it("by whole pixels are exact, with the background where the image has come from", () => {
    const image = images([5, 7, 2], "floats");
    const step = distortions({ ...still, translation: 2, background: 9 });
    const moved = distorted(image, step, [1, 0.25, 0.5, 0.5, 0.5, 0.5]); // 2 to the right, 1 up
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 7; x++) {
        for (let c = 0; c < 2; c++) {
          const expected = x >= 2 && y + 1 < 5 ? image.data[((y + 1) * 7 + x - 2) * 2 + c]! : 9;
          expect(moved[(y * 7 + x) * 2 + c]).toBe(expected);
        }
      }
    }
  });

  it.each([
    ["horizontal", [0.4], (x: number, y: number) => [6 - x, y]],
    ["vertical", [0.4], (x: number, y: number) => [x, 4 - y]],
    ["horizontal_and_vertical", [0.4, 0.4], (x: number, y: number) => [6 - x, 4 - y]],
    ["horizontal_and_vertical", [0.4, 0.6], (x: number, y: number) => [6 - x, y]],
    ["horizontal", [0.6], (x: number, y: number) => [x, y]],
  ] as const)("mirror half of the images, %s, drawn %j, before they are moved", (flip, drawn, source) => {
    const image = images([5, 7, 2], "floats");
    const step = distortions({ ...still, translation: 2, background: 9, flip });
    const moved = distorted(image, step, [1, 0.5, 0.5, 0.5, 0.5, 0.5, ...drawn]); // 2 to the right
    for (let y = 0; y < 5; y++) {
      for (let x = 0; x < 7; x++) {
        for (let c = 0; c < 2; c++) {
          const [from, row] = source(x - 2, y) as [number, number];
          const expected = x >= 2 ? image.data[(row * 7 + from) * 2 + c]! : 9;
          expect(moved[(y * 7 + x) * 2 + c]).toBe(expected);
        }
      }
    }
  });

  it("mirror before they turn and slant", () => {
    const image = images([9, 12, 1], "floats");
    const [rows, columns] = [9, 12];
    const data = image.data.map(
      (_, i) => image.data[(rows - 1 - Math.floor(i / columns)) * columns + 11 - (i % columns)]!,
    );
    const options = { scaling: 0.2, squeezing: 0.1, shear: 0.4, rotation: 30, background: -2 };
    const shares = [0.6, 0.3, 0.8, 0.1, 0.95, 0.7];
    const turned = distorted(image, distortions({ ...options, flip: "horizontal_and_vertical" }), [
      ...shares,
      0.4,
      0.4,
    ]);
    const expected = distorted({ ...image, data }, distortions(options), shares);
    for (const [i, value] of expected.entries()) expect(turned[i]).toBeCloseTo(value, 4);
  });

  it("refuse another way to mirror", () => {
    expect(() => distortions({ flip: "left" as "none" })).toThrow(/flip.*"horizontal".*got "left"/);
  });

  it("are rotation, shear, squeezing and scaling about the centre, then translation", () => {
    const image = images([9, 12, 2], "floats");
    const step = distortions({
      translation: 3,
      scaling: 0.4,
      squeezing: 0.3,
      shear: 0.5,
      rotation: 40,
      background: -2,
    });
    const shares = [0.9, 0.3, 0.8, 0.1, 0.95, 0.7];
    const [right, down, scale, squeeze, slant, angle] = shares.map((share) => 2 * share - 1) as number[] & {
      length: 6;
    };
    // The forward map as a product of matrices, inverted by Cramer's rule.
    const product = (a: number[], b: number[]) => [
      a[0]! * b[0]! + a[1]! * b[2]!,
      a[0]! * b[1]! + a[1]! * b[3]!,
      a[2]! * b[0]! + a[3]! * b[2]!,
      a[2]! * b[1]! + a[3]! * b[3]!,
    ];
    const [turn, size, narrow] = [(40 * angle! * Math.PI) / 180, 1 + 0.4 * scale!, 1 + 0.3 * squeeze!];
    const [a, b, c, d] = [
      [Math.cos(turn), -Math.sin(turn), Math.sin(turn), Math.cos(turn)],
      [1, 0.5 * slant!, 0, 1],
      [narrow, 0, 0, 1 / narrow],
      [size, 0, 0, size],
    ].reduce(product) as [number, number, number, number];
    const pixel = (x: number, y: number, channel: number) =>
      x >= 0 && x < 12 && y >= 0 && y < 9 ? image.data[(y * 12 + x) * 2 + channel]! : -2;
    const result = distorted(image, step, shares);
    let inside = 0;
    for (let y = 0; y < 9; y++) {
      for (let x = 0; x < 12; x++) {
        const [u, v] = [x - 5.5 - 3 * right!, y - 4 - 3 * down!];
        const sx = (d * u - b * v) / (a * d - b * c) + 5.5;
        const sy = (a * v - c * u) / (a * d - b * c) + 4;
        const [left, top] = [Math.floor(sx), Math.floor(sy)];
        if (left >= 0 && top >= 0 && left < 11 && top < 8) inside++;
        for (let channel = 0; channel < 2; channel++) {
          let expected = 0;
          for (const [cx, cy] of [
            [left, top],
            [left + 1, top],
            [left, top + 1],
            [left + 1, top + 1],
          ] as const) {
            expected += (1 - Math.abs(sx - cx)) * (1 - Math.abs(sy - cy)) * pixel(cx, cy, channel);
          }
          // Pixels are float32.
          expect(Math.abs(result[(y * 12 + x) * 2 + channel]! - expected)).toBeLessThan(1e-6);
        }
      }
    }
    expect(inside).toBeGreaterThan(30);
  });

  it.each([0, 90, 180])("rotated by up to %d degrees, leave out nothing but background", (rotation) => {
    const resampler = new Resampler(12, 9, 1, 0);
    const image = new Float32Array(12 * 9);
    image.set([3, 1, 2], 40);
    image.set([5, 4], 50);
    resampler.load(image, 0);
    const all = { left: -Infinity, right: Infinity, top: -Infinity, bottom: Infinity };
    for (let seed = 0; seed < 200; seed++) {
      const step = distortions({ rotation, scaling: 0.9, translation: 4, shear: seed % 3 });
      // Every third is turned as far as it goes: a row of the image is then a column.
      const draw = () => (seed % 3 === 0 ? rigged(0.5, 0.5, 0.5, 0.5, 0.5, 1) : random(seed));
      drawAffine(step, draw(), resampler.sources, resampler.drawn);
      const few = resampler.run().slice();
      drawAffine(step, draw(), resampler.sources, all);
      expect(few).toEqual(resampler.run());
    }
  });

  it("a blank image stays blank, and one without background is taken whole", () => {
    const blank = { shape: [1, 8, 8, 1], data: new Uint8Array(64).fill(7) };
    expect(augmented(blank, distortions({ background: 7 }))).toEqual(blank);
    const white = { shape: [1, 8, 8, 1], data: new Uint8Array(64).fill(255) };
    expect(augmented(white, elasticDistortion({ background: 255 }))).toEqual(white);
  });

  it("of bytes are those of floats, rounded", () => {
    const bytes = images([4, 16, 16, 1]);
    const floats = { shape: bytes.shape, data: Float32Array.from(bytes.data) };
    const exact = augmented(floats, distortions()).data;
    expect([...augmented(bytes, distortions()).data]).toEqual(Array.from(exact, (value) => Math.floor(value + 0.5)));
  });
});

describe("elastic distortion", () => {
  const field = (sigma: number, alpha: number, seed: number, side = 48) => {
    const [xs, ys] = [new Float64Array(side * side), new Float64Array(side * side)];
    new ElasticField(side, side, { sigma, alpha }).draw(random(seed), xs, ys);
    return { dx: xs.map((x, i) => x - (i % side)), dy: ys.map((y, i) => y - Math.floor(i / side)) };
  };

  it.each([
    [4, 34],
    [1, 5],
    [6, 80],
  ])("sigma %d, alpha %d: displacements have mean 0 and the size that the formula gives", (sigma, alpha) => {
    const inner: number[] = [];
    for (let seed = 0; seed < 200; seed++) {
      const { dx, dy } = field(sigma, alpha, seed);
      // Farther from the border than the Gaussian reaches.
      for (let i = 19; i < 30; i++) for (let j = 19; j < 30; j++) inner.push(dx[i * 48 + j]!, dy[i * 48 + j]!);
    }
    const mean = inner.reduce((sum, value) => sum + value, 0) / inner.length;
    const size = Math.sqrt(inner.reduce((sum, value) => sum + value * value, 0) / inner.length);
    const expected = alpha / (2 * Math.sqrt(3 * Math.PI) * sigma);
    expect(Math.abs(mean)).toBeLessThan(0.1 * expected);
    expect(Math.abs(size / expected - 1)).toBeLessThan(0.06);
  });

  it.each([1, 3, 4])("is smoothed noise, sigma %d, to 4% of the displacements", (sigma) => {
    const side = 32;
    const { dx } = field(sigma, 10, 5, side);
    const noise = new Float64Array(side * side);
    random(5).fill(noise, -1, 1);
    const reach = 3 * sigma;
    const weight = (d: number) => (Math.abs(d) > reach ? 0 : Math.exp(-(d * d) / (2 * sigma * sigma)));
    let sum = 0;
    for (let d = -reach; d <= reach; d++) sum += weight(d);
    let [error, most, size] = [0, 0, 0];
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        let expected = 0;
        noise.forEach((value, i) => {
          expected += (10 * value * weight((i % side) - x) * weight(Math.floor(i / side) - y)) / sum ** 2;
        });
        const off = Math.abs(dx[y * side + x]! - expected);
        most = Math.max(most, off);
        error += off ** 2;
        size += expected ** 2;
      }
    }
    // Every pixel is a knot up to a sigma of 3.
    if (sigma < 4) expect(most).toBeLessThan(1e-9);
    expect(Math.sqrt(error / size)).toBeLessThan(0.04);
  });
});

describe("versions", () => {
  const augmenter = (augment: Augment, seed = 3) =>
    new Augmenter("test", augment, { shape: [8, 8, 1], bytes: true, seed });

  it("with copies, any ten epochs show each version once, in an order of the image's own", () => {
    const made = augmenter(distortions({ copies: 9 }));
    const orders = new Set<string>();
    for (let index = 0; index < 20; index++) {
      for (const first of [1, 11, 21]) {
        const shown = Array.from({ length: 10 }, (_, i) => made.versionIn(first + i, index));
        expect([...shown].sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        orders.add(shown.join());
      }
    }
    expect(orders.size).toBe(60);
  });

  it("without copies every epoch is a version of its own", () => {
    expect([1, 2, 50].map((epoch) => augmenter(distortions()).versionIn(epoch, 4))).toEqual([1, 2, 50]);
  });

  it("depend on seed, index and version alone, and leave the image as it was", () => {
    const given = images([6, 12, 12, 1]);
    const before = given.data.slice();
    const both = [distortions({ copies: 3 }), elasticDistortion()];
    const all = augmented(given, both, { seed: 2, version: 3 });
    expect(given.data).toEqual(before);
    expect(all).toEqual(augmented(given, both, { seed: 2, version: 3 }));
    expect(all.shape).toEqual(given.shape);
    const versions = [{ seed: 2, version: 1 }, { seed: 1, version: 3 }, { version: 3 }, {}];
    for (const other of versions) expect(augmented(given, both, other).data).not.toEqual(all.data);
    expect(augmented(given, both, { seed: 2, version: 0 })).toEqual(given);
    const to = new Uint8Array(144);
    const single = new Augmenter("test", both, { shape: [12, 12, 1], bytes: true, seed: 2 });
    single.write(given.data, 4, to, 0, { index: 4, version: 3 });
    expect(to).toEqual(all.data.slice(4 * 144, 5 * 144));
  });

  it("have the same bits on every machine", () => {
    const given = images([1, 32, 32, 1], "floats");
    const sums = [distortions({ rotation: 10 }), elasticDistortion()].map((step) =>
      Array.from(augmented(given, step).data).reduce((sum, value, i) => sum + value * ((i % 7) - 3), 0),
    );
    expect(sums).toEqual([-6.883677761768922, -34.854145838471595]);
  });
});

test("a custom function receives a copy, the shape and random numbers", () => {
  const given = images([2, 4, 4, 1]);
  const shapes: unknown[] = [];
  const brighter = (image: Float32Array, shape: readonly number[], draw: Random) => {
    shapes.push(shape);
    const more = draw.integer(50);
    return image.map((value) => value + 200 + more);
  };
  const result = augmented(given, [brighter, (image) => image.fill(image[0]! - 100)]);
  expect(shapes).toEqual([
    [4, 4, 1],
    [4, 4, 1],
  ]);
  expect(result).toEqual(augmented(given, [brighter, (image) => Array.from(image, () => image[0]! - 100)]));
  expect(result.data.every((value) => value >= 100)).toBe(true);
});

test("an augmentation is plain data", () => {
  const both = [distortions({ copies: 9 }), elasticDistortion()];
  for (const one of both) expect(augmentationFrom("saved", JSON.parse(JSON.stringify(one)))).toEqual(one);
  expect(JSON.parse(JSON.stringify(both))).toEqual(both);
  const given = images([2, 8, 8, 1]);
  expect(augmented(given, JSON.parse(JSON.stringify(both)))).toEqual(augmented(given, both));
});

describe("an error is one line", () => {
  const given = images([2, 8, 8, 1]);
  it.each<[string, () => unknown, string]>([
    [
      "negative",
      () => distortions({ translation: -1 }),
      "distortions translation: expected a finite number of at least 0, got -1",
    ],
    [
      "NaN",
      () => distortions({ shear: Number.NaN }),
      "distortions shear: expected a finite number of at least 0, got NaN",
    ],
    [
      "too large",
      () => distortions({ scaling: 1 }),
      "distortions scaling: expected a finite number from 0 to 0.9, got 1",
    ],
    [
      "unknown",
      () => distortions({ sheer: 1 } as never),
      'distortions: expected options "translation", "scaling", "squeezing", "shear", "rotation", "flip", "background" or "copies", got "sheer"',
    ],
    [
      "no object",
      () => elasticDistortion(4 as never),
      "elasticDistortion: expected options such as { sigma: ... }, got 4",
    ],
    [
      "sigma 0",
      () => elasticDistortion({ sigma: 0 }),
      "elasticDistortion sigma: expected a finite number from 0.5 to 100, got 0",
    ],
    [
      "alpha",
      () => elasticDistortion({ alpha: Number.POSITIVE_INFINITY }),
      "elasticDistortion alpha: expected a finite number of at least 0, got Infinity",
    ],
    [
      "background",
      () => distortions({ background: "black" as never }),
      'distortions background: expected a finite number, got "black"',
    ],
    [
      "background of bytes",
      () => augmented(given, distortions({ background: -1 })),
      "augmented background: expected a number from 0 to 255 for images of bytes, got -1",
    ],
    ["copies", () => distortions({ copies: 0 }), "distortions copies: expected a whole number of at least 1, got 0"],
    [
      "copies that differ",
      () => augmented(given, [distortions({ copies: 9 }), elasticDistortion({ copies: 4 })]),
      "augmented: expected the same copies in all augmentations, got 9 and 4",
    ],
    [
      "another kind",
      () => augmented(given, { type: "blur" } as never),
      'augmented: expected distortions(...), elasticDistortion(...), a function or a list of these, got an object {"type":"blur"}',
    ],
    [
      "saved and changed",
      () => augmented(given, { ...distortions(), scaling: "much" } as never),
      'distortions scaling: expected a finite number from 0 to 0.9, got "much"',
    ],
    [
      "read from a file, of no kind",
      () => augmentationFrom("saved", [4]),
      "saved: expected distortions(...), elasticDistortion(...), got an array [4]",
    ],
    [
      "too many copies",
      () => distortions({ copies: 1001 }),
      "distortions copies: expected a finite number from 1 to 1000, got 1001",
    ],
    [
      "a function that returns nothing",
      () => augmented(given, (() => {}) as never),
      "augmented: expected 64 numbers for an image from the function, got undefined",
    ],
    [
      "a function that returns too few",
      () => augmented(given, () => [1, 2]),
      "augmented: expected 64 numbers for an image from the function, got 2",
    ],
    [
      "no images",
      () => augmented({ shape: [4, 64], data: new Uint8Array(256) }, distortions()),
      "augmented: expected images [N, rows, columns, channels] or one without N, got [4, 64]",
    ],
    [
      "version",
      () => augmented(given, distortions(), { version: -1 }),
      "augmented version: expected a whole number of at least 0, got -1",
    ],
  ])("%s", (_, act, message) => {
    expect(act).toThrow(expect.objectContaining({ name: "InputError", message }));
  });
});
