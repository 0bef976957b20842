import { expect, it } from "vitest";
import { type Padding, windowAxis, windowsOver } from "./windows.ts";

const complain = (message: string): never => {
  throw new Error(message);
};

it.each<[number, number, number, Padding, { before: number; after: number; output: number }]>([
  // input, window, stride
  [7, 3, 2, "valid", { before: 0, after: 0, output: 3 }],
  [8, 3, 2, "valid", { before: 0, after: 0, output: 3 }],
  [3, 3, 1, "valid", { before: 0, after: 0, output: 1 }],
  [7, 3, 2, "same", { before: 1, after: 1, output: 4 }],
  [5, 2, 1, "same", { before: 0, after: 1, output: 5 }],
  [5, 4, 1, "same", { before: 1, after: 2, output: 5 }],
  [2, 5, 1, "same", { before: 2, after: 2, output: 2 }],
  // Windows that do not reach the edge need no padding.
  [6, 1, 3, "same", { before: 0, after: 0, output: 2 }],
])("an axis of %i positions, windows of %i, stride %i, padding %s", (size, window, stride, padding, axis) => {
  expect(windowAxis(size, window, stride, padding, complain)).toEqual(axis);
});

it("an image has the windows of both axes", () => {
  const { rows, columns, output, positions } = windowsOver(
    [9, 6],
    { size: [3, 2], strides: [1, 2], padding: "valid" },
    complain,
  );
  expect([rows.output, columns.output]).toEqual([7, 3]);
  expect(output).toEqual([7, 3]);
  expect(positions).toBe(21);
});
