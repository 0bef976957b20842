/** checkGradients of lenet5/testing. */
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { checkGradients } from "../../src/testing.ts";

const { defineLayer, defineLoss, ops } = lenet5;

const scaled = defineLayer("scaled", {
  weights: (_, shape) => ({ factor: { shape: [shape.at(-1)!], initializer: "ones" } }),
  call: (x, { weights }) => ops.tanh(ops.multiply(x, weights.factor!)),
});

it("says that the gradients of a layer fit", async () => {
  expect(await checkGradients(scaled())).toMatchObject({
    fits: true,
    text: "[scaled]: backward fits forward for input 0, weight factor",
  });
});

it.each<[string, lenet5.Layer, object]>([
  ["conv2d", lenet5.conv2d({ filters: 2, kernelSize: 3, activation: "tanh" }), {}],
  ["dense", lenet5.dense({ units: 3 }), { shape: [6] }],
  [
    "multiply",
    lenet5.multiply(),
    {
      shape: [
        [4, 4, 2],
        [1, 1, 2],
      ],
    },
  ],
  ["dropout, whose random numbers stay", lenet5.dropout({ rate: 0.5 }), {}],
])("layers of the library fit: %s", async (_, layer, options) => {
  expect(await checkGradients(layer, options)).toMatchObject({ fits: true });
});

it.each(["mean_squared_error", "huber", "binary_crossentropy", "sparse_categorical_crossentropy"] as const)(
  "losses fit: %s",
  async (loss) => {
    expect(await checkGradients(loss)).toMatchObject({ fits: true });
  },
);

it("custom losses fit, made or not", async () => {
  const own = defineLoss("fourth_power", { call: (labels, y) => ops.square(ops.square(ops.subtract(y, labels))) });
  for (const subject of [own, own()]) {
    const { text } = await checkGradients(subject);
    expect(text).toBe('loss "fourth_power": backward fits forward for the outputs');
  }
});

it("says which gradient does not fit, and by how much", async () => {
  // At the bounds themselves the derivative is 1, and the difference of both sides 1/2.
  const bounded = defineLayer("bounded", { call: (x) => ops.clip(x, -1, 1) });
  const options = { shape: [4], inputs: [[1, 1, -1, -1]] };
  const result = await checkGradients(bounded(), options);
  expect(result.fits).toBe(false);
  expect(result.text).toMatch(/^\[bounded\]: backward does not fit forward for input 0 \(off by \d+(\.\d+)?%\)$/);
  await expect(checkGradients(bounded(), { ...options, throws: true })).rejects.toThrow("does not fit forward");
  expect(await checkGradients(bounded(), { shape: [4], inputs: [[0.5, 3, -0.5, -2]] })).toMatchObject({ fits: true });
});

it("refuses what it cannot check", async () => {
  await expect(checkGradients("rbf_map")).rejects.toThrow("expected a layer, or a loss of other outputs");
  await expect(checkGradients(scaled(), { inputs: [[1, 2]] })).rejects.toThrow("expected 60 numbers, got 2");
  await expect(checkGradients(scaled(), { shape: [0] })).rejects.toThrow("checkGradients shape: expected a shape");
  await expect(checkGradients("hnge" as never)).rejects.toThrow("checkGradients: expected");
});
