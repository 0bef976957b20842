import { expect, test } from "vitest";
import { hash32, random } from "../core/random.ts";
import { frameAsMnist, type Ink } from "./mnist-frame.ts";

function paper(rows: number, columns: number, darkness: (row: number, column: number) => number): Ink {
  const data = Float32Array.from({ length: rows * columns }, (_, i) => darkness(Math.floor(i / columns), i % columns));
  return { rows, columns, data };
}

/** First and last row and column with any ink, and the centre of mass in pixels from the edge. */
function measure(field: Uint8Array, size = 28) {
  const rows: number[] = [];
  const columns: number[] = [];
  let mass = 0;
  let row = 0;
  let column = 0;
  field.forEach((byte, i) => {
    if (byte === 0) return;
    rows.push(Math.floor(i / size));
    columns.push(i % size);
    mass += byte;
    row += byte * (Math.floor(i / size) + 0.5);
    column += byte * ((i % size) + 0.5);
  });
  return {
    height: Math.max(...rows) - Math.min(...rows) + 1,
    width: Math.max(...columns) - Math.min(...columns) + 1,
    row: row / mass,
    column: column / mass,
  };
}

test.each([
  [3, 2, 28, 1053075321],
  [20, 20, 28, 1094454281],
  [90, 37, 32, 635707205],
  [23, 61, 32, 2006250708],
] as const)("the bits of a frame stay the same: %i x %i in %i", (rows, columns, size, bits) => {
  const stream = random(1, "ink", rows);
  // Blots of several strengths, more to the left and to the top.
  const ink = paper(rows, columns, (row, column) =>
    stream.uniform() < 0.4 && row + column < 0.8 * (rows + columns) ? stream.uniform(0.02, 0.9) : 0,
  );
  expect(hash32(frameAsMnist(ink, size).join())).toBe(bits);
});

test.each([
  [0, 0],
  [1, 1],
  [28, 28],
  [300, 200],
])("empty paper of %i x %i gives an empty field", (rows, columns) => {
  const field = frameAsMnist(paper(rows, columns, () => 0));
  expect(field).toEqual(new Uint8Array(28 * 28));
});

test.each([
  ["one pixel", 1, 1, 20, 20],
  ["growing", 3, 2, 20, 13],
  ["as it is", 20, 7, 20, 7],
  ["shrinking", 150, 50, 20, 7],
  ["a photo", 1000, 2000, 10, 20],
  ["a hair line", 1, 4000, 1, 20],
])("a full rectangle, %s: the longer side is 20 pixels, the aspect is kept", (_, rows, columns, height, width) => {
  const field = frameAsMnist(paper(rows, columns, () => 1));
  expect(measure(field)).toMatchObject({ height, width });
  expect(new Set(field)).toEqual(new Set([0, 255]));
});

test("where the ink lies on the paper, and how dark it is, does not matter", () => {
  const digit = (row: number, column: number): number => (column === 12 || (row === 30 && column > 12) ? 1 : 0);
  const cut = (top: number, left: number) => (row: number, column: number) =>
    row >= top && row < top + 40 && column >= left && column < left + 40 ? digit(row - top, column - left) : 0;
  const field = frameAsMnist(paper(40, 40, digit));
  expect(frameAsMnist(paper(90, 70, cut(41, 13)))).toEqual(field);
  expect(frameAsMnist(paper(40, 40, (row, column) => digit(row, column) / 2))).toEqual(field);
});

test("dust fainter than a tenth of the ink does not widen the box", () => {
  const field = frameAsMnist(paper(60, 60, (row, column) => (row >= 20 && row < 40 && column === 30 ? 1 : 0.05)));
  expect(measure(field)).toMatchObject({ height: 20, width: 1 });
});

test("the centre of mass lies in the middle of pixel (14, 14), to half a pixel", () => {
  // A heavy left side: the centre of the box is elsewhere
  const field = frameAsMnist(paper(100, 60, (row, column) => (column < 20 || row < 10 ? 1 : 0)));
  const { row, column } = measure(field);
  expect(Math.abs(row - 14.5)).toBeLessThanOrEqual(0.5);
  expect(Math.abs(column - 14.5)).toBeLessThanOrEqual(0.5);
});

test("a lopsided digit stays inside the field", () => {
  const field = frameAsMnist(paper(100, 100, (row, column) => (row >= 95 || (column === 0 && row % 7 === 0) ? 1 : 0)));
  const { height, width } = measure(field);
  expect(height).toBe(20);
  expect(width).toBe(20);
});

test("shrinking averages areas", () => {
  // 40 x 40 chequered in single pixels: every new pixel covers two black and two white ones, so all are alike
  const chequered = paper(40, 40, (row, column) => (row + column) % 2);
  expect(new Set(frameAsMnist(chequered))).toEqual(new Set([0, 255]));
  // Rows of weight 1, 1, 0 shrunk by 2: full, half, half
  const striped = frameAsMnist(paper(39, 40, (row) => (row % 4 === 3 ? 0 : 1)));
  expect(Math.max(...striped)).toBe(255);
});

test("a field of 32 is the field of 28 with 2 pixels of paper around it", () => {
  const ink = paper(50, 30, (row, column) => (row + 2 * column > 60 ? 1 : 0));
  const small = frameAsMnist(ink);
  const large = frameAsMnist(ink, 32);
  const padded = new Uint8Array(32 * 32);
  for (let row = 0; row < 28; row++) padded.set(small.subarray(row * 28, row * 28 + 28), (row + 2) * 32 + 2);
  expect(large).toEqual(padded);
});
