import { expect, test } from "vitest";
import { checkTestVector, testVectorOf } from "../../src/exchange/test-vector.ts";
import * as lenet5 from "../../src/index.ts";

const article = lenet5.lenet5({ seed: 5 });

test("a model answers its own test vector, and one of other weights does not", async () => {
  const text = await testVectorOf(article);
  expect(text.length).toBeLessThan(600);
  await checkTestVector("a.onnx", article, text);
  await expect(checkTestVector("a.onnx", lenet5.lenet5({ seed: 6 }), text)).rejects.toThrow(
    /^a.onnx: expected a model that answers its test vector with 0\.\d+, got 0\.\d+: was the file damaged/,
  );
});

test("an epsilon, a padding, a kernel or an order of axes that differs is found", async () => {
  const network = (epsilon: number, padded: lenet5.ZeroPadding2dOptions["padding"], dims: [number, number, number]) => {
    const image = lenet5.input({ shape: [8, 8, 1] });
    const maps = lenet5.conv2d({ filters: 4, kernelSize: 3, activation: "relu" })(
      lenet5.zeroPadding2d({ padding: padded })(image),
    );
    const normalized = lenet5.batchNormalization({ epsilon })(lenet5.permute({ dims })(maps));
    const digit = lenet5.dense({ units: 3, activation: "softmax" })(lenet5.flatten()(normalized));
    return lenet5.model({ inputs: image, outputs: digit, seed: 1 });
  };
  const kept: lenet5.ZeroPadding2dOptions["padding"] = [
    [0, 2],
    [2, 0],
  ];
  const right = network(1e-3, kept, [1, 2, 3]);
  const text = await testVectorOf(right);
  await checkTestVector("a.onnx", network(1e-3, kept, [1, 2, 3]), text);
  const flipped = right.clone({ weights: true });
  const { shape, data } = flipped.weights.get("conv2d/kernel")!;
  flipped.setWeights(new Map([...flipped.weights, ["conv2d/kernel", { shape, data: data.slice().reverse() }]]));
  for (const wrong of [
    network(1e-5, kept, [1, 2, 3]),
    network(1e-3, 1, [1, 2, 3]),
    network(1e-3, kept, [2, 1, 3]),
    flipped,
  ])
    await expect(checkTestVector("a.onnx", wrong, text)).rejects.toThrow("answers its test vector");
});

test("several inputs and outputs, wide outputs, and the scale of the model's own pictures", async () => {
  const [left, right] = [lenet5.input({ shape: [20, 20, 1] }), lenet5.input({ shape: [3] })];
  const large = lenet5.upSampling2d()(left);
  const sum = lenet5.dense({ units: 2 })(lenet5.concatenate()([lenet5.flatten()(left), right]));
  const made = lenet5.model({ inputs: [left, right], outputs: [large, sum] });
  made.reading = { preparation: { size: [20, 20], scale: 1 } };
  const text = await testVectorOf(made);
  const { outputs, scale } = JSON.parse(text);
  expect(scale).toBe(1);
  expect(outputs.map((images: number[][]) => images.map((image) => image.length))).toEqual([
    [256, 256, 256],
    [2, 2, 2],
  ]);
  await checkTestVector("a.onnx", made, text);
  outputs[1][2][1] += 1;
  await expect(checkTestVector("a.onnx", made, JSON.stringify({ ...JSON.parse(text), outputs }))).rejects.toThrow(
    "in output 2",
  );
});

test("a text of another kind is refused in one line", async () => {
  const text = await testVectorOf(article);
  const others = [
    "",
    "null",
    "[]",
    "{}",
    "{",
    text.replace("1998", "1e400"),
    text.replace('"outputs":[', '"outputs":[[],'),
  ];
  for (const other of [...others, text.replaceAll(/0\.\d+/g, "0"), text.replace(/\[\[\[/, "[[[null,")])
    await expect(checkTestVector("a.onnx", article, other)).rejects.toThrow(/^a.onnx: .*\?$/);
  await expect(checkTestVector("a.onnx", article, text.replace('"version":1', '"version":2'))).rejects.toThrow(
    "which a newer lenet5 wrote",
  );
});
