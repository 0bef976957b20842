import { encode } from "fast-png";
import { describe, expect, test } from "vitest";
import { InputError } from "../core/errors.ts";
import { hash32, random } from "../core/random.ts";
import { readPicture } from "./formats/read-picture.ts";
import type { Grey } from "./grey.ts";
import { enlarged } from "./ink/filters.ts";
import { strokeWidth } from "./ink/widen.ts";
import type { Picture } from "./picture.ts";
import { prepared } from "./preparation.ts";

type Point = readonly [number, number];

const arc = (x: number, y: number, rx: number, ry: number, from: number, to: number): Point[] =>
  Array.from({ length: 17 }, (_, i) => {
    const angle = (Math.PI * (from + ((to - from) * i) / 16)) / 180;
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });

/** Digits as pen strokes in a box of 1x1. */
const digits: Record<string, Point[][]> = {
  "0": [arc(0.5, 0.5, 0.3, 0.5, 0, 360)],
  "4": [
    [
      [0.6, 1],
      [0.6, 0],
      [0.1, 0.65],
      [0.9, 0.65],
    ],
  ],
  "5": [
    [[0.25, 0.06], [0.2, 0.45], ...arc(0.45, 0.7, 0.35, 0.3, -110, 150)],
    [
      [0.35, 0],
      [0.85, 0],
    ],
  ],
  "7": [
    [
      [0.1, 0],
      [0.8, 0],
      [0.4, 1],
    ],
  ],
  "8": [arc(0.5, 0.25, 0.22, 0.25, 0, 360), arc(0.5, 0.75, 0.28, 0.25, 0, 360)],
};

interface Page {
  digit: string;
  rows?: number;
  columns?: number;
  /** Left, top and side of the digit's box, and the pen's width, in pixels. */
  box?: [number, number, number];
  pen?: number;
}

/** Ink in [0, 1] per pixel, with soft edges. */
function drawn({ digit, rows = 220, columns = 220, box = [60, 45, 130], pen = 6 }: Page): Grey {
  const [left, top, size] = box;
  const data = new Float32Array(rows * columns);
  const lines = digits[digit].flatMap((stroke) =>
    stroke
      .slice(1)
      .map(([x, y], i) => ({ x: stroke[i][0], y: stroke[i][1], dx: x - stroke[i][0], dy: y - stroke[i][1] })),
  );
  for (let at = 0; at < data.length; at++) {
    const px = ((at % columns) + 0.5 - left) / size;
    const py = (Math.floor(at / columns) + 0.5 - top) / size;
    let nearest = Number.POSITIVE_INFINITY;
    for (const { x, y, dx, dy } of lines) {
      const along = ((px - x) * dx + (py - y) * dy) / (dx * dx + dy * dy);
      const t = Math.min(Math.max(along, 0), 1);
      nearest = Math.min(nearest, (px - x - t * dx) ** 2 + (py - y - t * dy) ** 2);
    }
    data[at] = Math.min(Math.max(pen / 2 + 0.5 - Math.sqrt(nearest) * size, 0), 1);
  }
  return { rows, columns, data };
}

/** A simulated photo of ink on paper. */
function photo(ink: Grey, light: (x: number, y: number) => number, noise: number, paper = 0.85, black = 0.2): Grey {
  const grains = random(1, "grains");
  const data = ink.data.map((value, at) => {
    const [x, y] = [(at % ink.columns) / ink.columns, Math.floor(at / ink.columns) / ink.rows];
    const seen = light(x, y) * (paper + (black - paper) * value) + noise * grains.normal();
    return Math.min(Math.max(seen, 0), 1);
  });
  return { ...ink, data };
}

function pictureOf({ rows, columns, data }: Grey): Picture {
  const bytes = Uint8ClampedArray.from({ length: 4 * data.length }, (_, i) => (i % 4 === 3 ? 255 : 255 * data[i >> 2]));
  return { width: columns, height: rows, data: bytes };
}

const inputOf = (grey: Grey, name?: string) => prepared(pictureOf(grey), undefined, name);

/** The cosine between two pictures, at the best of the shifts by at most one pixel. */
function likeness(a: Uint8Array, b: Uint8Array): number {
  const shifts = [-33, -32, -31, -1, 0, 1, 31, 32, 33];
  const products = shifts.map((shift) => a.reduce((sum, value, at) => sum + value * (b[at + shift] ?? 0), 0));
  const square = (bytes: Uint8Array) => bytes.reduce((sum, value) => sum + value ** 2, 0);
  return Math.max(...products) / Math.sqrt(square(a) * square(b));
}

const widthOf = (input: Uint8Array) =>
  strokeWidth(enlarged({ rows: 32, columns: 32, data: Float32Array.from(input, (byte) => byte / 255) }, 5)) / 5;

/** The digit drawn with a pen that has MNIST's width, without any disturbance. */
const even = () => 1;
const ideals = new Map<string, Uint8Array>();
const ideal = (digit: string) => {
  const known = ideals.get(digit) ?? inputOf(photo(drawn({ digit, pen: 16 }), even, 0, 1, 0)).data;
  ideals.set(digit, known);
  return known;
};

const conditions: [string, (digit: string) => Grey][] = [
  ["a thin pen on white", (digit) => photo(drawn({ digit, pen: 2 }), even, 0, 1, 0)],
  ["off-white paper, grey ink", (digit) => photo(drawn({ digit }), even, 0.01, 0.8, 0.5)],
  ["light from a side, and noise", (digit) => photo(drawn({ digit, pen: 4 }), (x, y) => 1 - 0.3 * (x + y), 0.03)],
  ["dark corners", (digit) => photo(drawn({ digit, pen: 4 }), (x, y) => 1 - (x - 0.5) ** 2 - (y - 0.5) ** 2, 0.02)],
  ["a soft shadow", (digit) => photo(drawn({ digit }), (x) => 1 - 0.4 / (1 + Math.exp(40 * (x - 0.4))), 0.02)],
  ["chalk on a board", (digit) => photo(drawn({ digit }), even, 0.03, 0.2, 0.8)],
  [
    "a small digit on a large page",
    (digit) => photo(drawn({ digit, rows: 400, columns: 500, box: [300, 60, 70], pen: 3 }), (x) => 1 - 0.4 * x, 0.02),
  ],
  [
    "a digit that fills a small picture",
    (digit) => photo(drawn({ digit, rows: 24, columns: 20, box: [0, 1, 21], pen: 2.4 }), even, 0.01),
  ],
  ["a dark table beside the page", (digit) => photo(drawn({ digit }), (x) => (x < 0.1 ? 0.2 : 1), 0.02)],
  [
    "specks",
    (digit) => {
      const ink = drawn({ digit });
      for (const at of [3000, 3001, 15_020, 44_000, 44_219, 44_220]) ink.data[at] = 1;
      return photo(ink, even, 0.01);
    },
  ],
];

// Lines and light without sines and exponentials, whose last bits differ between JavaScript engines.
test.each([
  ["a digit that fills a small picture", 1175501960],
  ["a thin pen on white", -1191751460],
  ["off-white paper, grey ink", -1986352388],
  ["light from a side, and noise", 277552237],
  ["dark corners", -1257903680],
  ["chalk on a board", -1135153548],
  ["a small digit on a large page", 488677329],
  ["a dark table beside the page", -585203045],
  ["specks", -528164728],
])("the bits stay the same: %s", (name, bits) => {
  const picture = new Map(conditions).get(name);
  expect(hash32(["4", "7"].map((digit) => picture && inputOf(picture(digit)).data).join())).toBe(bits);
});

describe.each(conditions)("%s", (_, picture) => {
  test.each(Object.keys(digits))("gives the same %s as an ideal drawing", (digit) => {
    const input = inputOf(picture(digit));
    expect(input.shape).toEqual([32, 32, 1]);
    expect(input.scale).toBe(1 / 255);
    expect(likeness(input.data, ideal(digit))).toBeGreaterThan(0.9);
    expect(widthOf(input.data)).toBeGreaterThan(1.8);
    expect(widthOf(input.data)).toBeLessThan(3.5);
    expect(input.data.filter((byte) => byte === 0).length).toBeGreaterThan(600); // paper is exactly 0
    expect(Math.max(...input.data)).toBe(255);
  });
});

describe("a picture made as MNIST's are goes through unchanged", () => {
  // 20 rows high, and its centre of mass is in pixel (14, 14).
  const mnistLike = Uint8Array.from({ length: 784 }, (_, at) =>
    at >= 4 * 28 && at < 24 * 28 && Math.abs((at % 28) - 14) < 2 ? 186 + 3 * Math.floor(at / 28) : 0,
  );
  const padded = new Uint8Array(1024);
  for (let at = 0; at < 784; at++) padded[(Math.floor(at / 28) + 2) * 32 + (at % 28) + 2] = mnistLike[at];
  const rgba = (grey: Uint8Array) =>
    Uint8Array.from({ length: 4 * grey.length }, (_, i) => (i % 4 === 3 ? 255 : grey[i >> 2]));

  test.each<[string, Parameters<typeof encode>[0]]>([
    ["28x28 grey", { width: 28, height: 28, channels: 1, data: mnistLike }],
    ["28x28 RGBA", { width: 28, height: 28, channels: 4, data: rgba(mnistLike) }],
    [
      "28x28 of 16 bits",
      { width: 28, height: 28, channels: 1, depth: 16, data: Uint16Array.from(mnistLike, (v) => v * 257) },
    ],
    ["32x32 grey", { width: 32, height: 32, channels: 1, data: padded }],
  ])("%s", async (_, picture) => {
    expect(prepared(await readPicture(encode(picture))).data).toEqual(padded);
  });

  test("a canvas's pixels", () => {
    expect(prepared({ width: 28, height: 28, data: rgba(mnistLike) }).data).toEqual(padded);
  });

  const moved = (side: number, down: number, across: number, values = (value: number) => value): Picture => {
    const grey = Uint8Array.from({ length: side * side }, (_, at) => {
      const [row, column] = [Math.floor(at / side) - down, (at % side) - across];
      return values(row >= 0 && row < 28 && column >= 0 && column < 28 ? mnistLike[row * 28 + column] : 0);
    });
    return { width: side, height: side, data: rgba(grey) };
  };

  test.each([
    [28, 4, 0],
    [28, -3, 11],
    [32, 5, -7],
    [40, 16, 2],
  ])("in %i x %i: a digit that stands elsewhere is only moved", (side, down, across) => {
    expect(prepared(moved(side, down, across)).data).toEqual(padded);
    expect(prepared(moved(side, down, across, (value) => 255 - value)).data).toEqual(padded);
  });

  test("a smaller digit in a picture of the same size is scaled", () => {
    const data = Float32Array.from({ length: 784 }, (_, at) =>
      Math.abs(Math.floor(at / 28) - 14) < 4 && Math.abs((at % 28) - 14) < 4 ? 1 : 0,
    );
    const input = inputOf({ rows: 28, columns: 28, data }).data;
    expect(input.filter((byte) => byte > 127).length).toBeGreaterThan(300); // 7x7 pixels became about 20x20
  });
});

test.each<[string, Grey]>([
  ["white", photo(drawn({ digit: "0", pen: -9 }), even, 0, 1)],
  ["28x28 black", { rows: 28, columns: 28, data: new Float32Array(784) }],
  ["one pixel", { rows: 1, columns: 1, data: new Float32Array(1) }],
  ["shaded paper with noise", photo(drawn({ digit: "0", pen: -9 }), (x) => 1 - 0.5 * x, 0.03)],
])("a blank picture is refused: %s", (_, picture) => {
  expect(() => inputOf(picture, "a.png")).toThrow(InputError);
  expect(() => inputOf(picture, "a.png")).toThrow(/^a.png: expected a digit, but nothing stands out/);
});
