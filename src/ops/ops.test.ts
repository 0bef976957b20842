import { describe, expect, it } from "vitest";
import { defineLayer, InputError, input, model, type OpsTensor, ops } from "../index.ts";

/** The numbers of an operation on the image 1, 2, ..., 12 of `[2, 3, 2]`. */
async function computed(call: (x: OpsTensor) => OpsTensor): Promise<number[]> {
  const image = input({ shape: [2, 3, 2] });
  const net = model({ inputs: image, outputs: defineLayer("own", { call })()(image), threads: 1 });
  const data = Float32Array.from({ length: 12 }, (_, i) => i + 1);
  return [...(await net.predict({ shape: [1, 2, 3, 2], data })).data];
}

describe("axes may be given as in Keras, one after the other", () => {
  it.each<[string, (x: OpsTensor) => OpsTensor, (x: OpsTensor) => OpsTensor]>([
    ["mean(x, -1, true)", (x) => ops.mean(x, -1, true), (x) => ops.mean(x, { axis: -1, keepdims: true })],
    ["max(x, 1, true)", (x) => ops.max(x, 1, true), (x) => ops.max(x, { axis: 1, keepdims: true })],
    ["min(x, 2, true)", (x) => ops.min(x, 2, true), (x) => ops.min(x, { axis: 2, keepdims: true })],
    ["sum(x, [1, 2])", (x) => ops.sum(x, [1, 2]), (x) => ops.sum(x, { axis: [1, 2] })],
    ["softmax(x, -1)", (x) => ops.softmax(x, -1), (x) => ops.softmax(x)],
    ["softmax(x, { axis: 3 })", (x) => ops.softmax(x, { axis: 3 }), (x) => ops.softmax(x)],
    ["concatenate(list, 3)", (x) => ops.concatenate([x, x], 3), (x) => ops.concatenate([x, x])],
  ])("%s", async (_, keras, options) => {
    expect(await computed(keras)).toEqual(await computed(options));
  });

  it("computes what it says", async () => {
    expect(await computed((x) => ops.sum(x, [1, 2]))).toEqual([36, 42]);
    expect(await computed((x) => ops.mean(x, -1, true))).toEqual([1.5, 3.5, 5.5, 7.5, 9.5, 11.5]);
    expect(await computed((x) => ops.min(x, [1, 2]))).toEqual([1, 2]);
  });
});

describe("an argument that would do nothing is refused in one line", () => {
  it.each<[string, (x: OpsTensor) => OpsTensor, string]>([
    ["axes", (x) => ops.mean(x, { axes: 1 } as never), 'ops.mean: expected options "axis" or "keepdims", got "axes"'],
    [
      "keepDims",
      (x) => ops.max(x, { axis: 1, keepDims: true } as never),
      'ops.max: expected options "axis" or "keepdims", got "keepDims"',
    ],
    ["keepdims twice", (x) => ops.sum(x, { axis: 1 }, true), "ops.sum: expected keepdims among the options"],
    ["keepdims: 1", (x) => ops.sum(x, 1, 1 as never), "ops.sum keepdims: expected true or false, got 1"],
    ["axis: null", (x) => ops.sum(x, null as never), "ops.sum axis: expected whole numbers from 1 to 3"],
    ['axis: "1"', (x) => ops.min(x, "1" as never), "ops.min axis: expected whole numbers from 1 to 3"],
    ["four arguments", (x) => (ops.max as CallableFunction)(x, 1, true, 0), "ops.max: expected 3 arguments at most"],
    ["concatenate's axis", (x) => ops.concatenate([x, x], 1), "ops.concatenate axis: expected the last one, -1 or 3"],
    [
      "concatenate's option",
      (x) => ops.concatenate([x, x], { axis: 2 }),
      "ops.concatenate axis: expected the last one, -1 or 3 of [N, 2, 3, 2], got 2",
    ],
    ["softmax's axis", (x) => ops.softmax(x, { axis: 1 }), "ops.softmax axis: expected the last one, -1 or 3"],
    ["softmax's axes", (x) => ops.softmax(x, { axes: 3 } as never), 'ops.softmax: expected options "axis", got "axes"'],
    [
      "relu's slope",
      (x) => (ops.relu as CallableFunction)(x, 0.2) as OpsTensor,
      "ops.relu: expected 1 argument, got 2",
    ],
    ["three addends", (x) => (ops.add as CallableFunction)(x, x, x), "ops.add: expected 2 arguments at most, got 3"],
    ["sizes", (x) => (ops.reshape as CallableFunction)(x, 6, 2), "ops.reshape: expected 2 arguments at most, got 3"],
  ])("%s", async (_, call, message) => {
    await expect(computed(call)).rejects.toThrow(InputError);
    await expect(computed(call)).rejects.toThrow(message);
  });
});
