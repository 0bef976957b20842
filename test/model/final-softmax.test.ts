import { expect, it } from "vitest";
import { activation, dense, input, type Model, model, type SymbolicTensor } from "../../src/index.ts";

const images = { shape: [12, 4], data: Float32Array.from({ length: 48 }, (_, i) => ((i * 7) % 11) / 11) };
const labels = Array.from({ length: 12 }, (_, i) => i % 3);

function compiled(end: (x: SymbolicTensor) => SymbolicTensor): Model {
  const x = input({ shape: [4] });
  const made = model({ inputs: x, outputs: end(x), seed: 3, threads: 1 });
  made.compile({ loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
  return made;
}

it('a softmax layer trains and predicts as the option activation: "softmax" of the layer before does', async () => {
  const own = compiled((x) => activation({ activation: "softmax" })(dense({ units: 3, name: "end" })(x)));
  const within = compiled(dense({ units: 3, name: "end", activation: "softmax" }));
  const [a, b] = [
    await own.fit({ images, labels }, { verbose: 0, epochs: 2 }),
    await within.fit({ images, labels }, { verbose: 0, epochs: 2 }),
  ];
  expect(a.history.loss).toEqual(b.history.loss);
  expect(await own.predict(images)).toEqual(await within.predict(images));
  expect(await own.evaluate({ images, labels })).toEqual(await within.evaluate({ images, labels }));
  const [first] = (await own.predict({ shape: [1, 4], data: images.data.slice(0, 4) })).data;
  expect(first).toBe((await within.predict(images)).data[0]);
});

it("another final activation is not treated as a softmax by the cross-entropy", async () => {
  const own = compiled((x) => activation({ activation: "sigmoid" })(dense({ units: 3, name: "end" })(x)));
  const within = compiled(dense({ units: 3, name: "end", activation: "sigmoid" }));
  const before = await own.evaluate({ images, labels });
  expect(before).toEqual(await within.evaluate({ images, labels }));
  // Keras divides such outputs by their sum.
  const { data } = await own.predict(images);
  const losses = labels.map((label, i) => {
    const row = [...data.subarray(3 * i, 3 * i + 3)];
    return -Math.log(row[label]! / row.reduce((sum, value) => sum + value, 0));
  });
  expect(before.loss).toBeCloseTo(losses.reduce((sum, loss) => sum + loss, 0) / 12, 5);
});
