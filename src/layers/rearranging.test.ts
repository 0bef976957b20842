import { expect, it } from "vitest";
import { input } from "./input.ts";
import { permute } from "./permute.ts";
import { reshape } from "./reshape.ts";

const image = input({ shape: [6, 5, 3] });

it("reshape refuses shapes that do not fit", () => {
  for (const targetShape of [[], [1, 2, 3, 4], [-1, -1], [0, 90], [1.5, 60], [-2], 90 as never, ["90"] as never])
    expect(() => reshape({ targetShape })).toThrow(
      "[reshape] targetShape: expected one to three whole numbers of at least 1, one of which may be -1, got",
    );
  expect(() => reshape({ targetShape: [4, 5] })(image)).toThrow(
    "[reshape] expected a targetShape of 90 elements, as the input [N, 6, 5, 3] has, got [4,5]",
  );
  expect(() => reshape({ targetShape: [4, -1] })(image)).toThrow("got [4,-1]");
  expect(reshape({ targetShape: [-1, 9] })(image).shape).toEqual([10, 9]);
});

it("permute refuses orders that do not fit", () => {
  for (const dims of [[], [0, 1, 2], [1, 1, 2], [1, 3], 3 as never, ["1"] as never])
    expect(() => permute({ dims })).toThrow(
      "[permute] dims: expected the numbers of the axes from 1 on, each once, got",
    );
  expect(() => permute({ dims: [2, 1] })(image)).toThrow(
    "[permute] expected dims of 3 axes, as the input [N, 6, 5, 3] has, got [2,1]",
  );
});
