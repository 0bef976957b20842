import { expect, test } from "vitest";
import { transposed } from "./transposed.ts";

test("axes in another order", () => {
  const data = Float32Array.from({ length: 24 }, (_, i) => i);
  const { shape, data: moved } = transposed({ shape: [2, 3, 4], data }, [2, 0, 1]);
  expect(shape).toEqual([4, 2, 3]);
  for (let a = 0; a < 4; a++)
    for (let b = 0; b < 2; b++)
      for (let c = 0; c < 3; c++) expect(moved[(a * 2 + b) * 3 + c]).toBe(data[(b * 3 + c) * 4 + a]);
  const back = transposed({ shape, data: moved }, [1, 2, 0]);
  expect(back.shape).toEqual([2, 3, 4]);
  expect(back.data).toEqual(data);
  expect(transposed({ shape: [], data: Float32Array.of(5) }, [])).toEqual({ shape: [], data: Float32Array.of(5) });
});
