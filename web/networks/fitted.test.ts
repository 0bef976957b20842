import { expect, it } from "vitest";
import { fitted } from "./fitted.ts";
import { onPaper, shrunk } from "./pictures.ts";

const images = (side: number, at: number) => {
  const data = new Uint8Array(2 * side * side);
  data[side * side + at] = 9;
  return { shape: [2, side, side, 1], data, scale: 1 / 255 };
};

it("images get zeros around them, or lose those that all have", () => {
  const large = fitted(images(2, 3), [4, 4, 1]);
  expect(large.shape).toEqual([2, 4, 4, 1]);
  expect([...large.data].flatMap((value, at) => (value ? [[value, at]] : []))).toEqual([[9, 16 + 10]]);
  expect(fitted(large, [2, 2, 1])).toEqual(images(2, 3));
  expect(fitted(images(2, 3), [2, 2, 1])).toEqual(images(2, 3));
});

it("pixels are never cut off, and channels are never changed", () => {
  expect(() => fitted(images(4, 0), [2, 2, 1])).toThrow(
    "expected images of 2 x 2 x 1, as the network takes them, got 4 x 4 x 1",
  );
  expect(() => fitted(images(4, 0), [4, 4, 3])).toThrow("expected images of 4 x 4 x 3");
});

it("a large picture is shrunk by a whole factor; transparent pixels do not tint it", () => {
  const data = new Uint8Array(4 * 4 * 6);
  for (let at = 0; at < data.length; at += 8) data.set([200, 100, 0, 255], at);
  const small = shrunk({ width: 4, height: 6, data }, 3);
  expect([small.width, small.height]).toEqual([2, 3]);
  expect([...small.data.subarray(0, 4)]).toEqual([200, 100, 0, 128]);
  expect(shrunk({ width: 4, height: 6, data }, 6).data).toBe(data);
});

it("ink on nothing becomes ink on white paper", () => {
  const data = new Uint8Array([0, 0, 0, 255, 0, 0, 0, 0, 200, 100, 0, 51]);
  expect([...onPaper({ width: 3, height: 1, data }).data]).toEqual([
    ...[0, 0, 0, 255],
    ...[255, 255, 255, 255],
    ...[244, 224, 204, 255],
  ]);
});
