import { digits, pretrained } from "lenet5";
import { expect, it } from "vitest";
import { bestOf, evaluate, imagesAt } from "./evaluate.ts";

const names = { network: "article", data: "digits" } as const;

it("an evaluation in slices is that of model.evaluate, for probabilities and for distances", async () => {
  const { test } = digits({ train: 0, test: 300 });
  const { classNames } = test;
  for (const network of ["article", "1998"] as const) {
    const model = await pretrained({ network, threads: 1 });
    const progress: number[] = [];
    const made = await evaluate(model, test, { ...names, network }, classNames, (share) => progress.push(share));
    const { accuracy, confusionMatrix, predictions } = await model.evaluate(test, {
      confusionMatrix: true,
      predictions: true,
    });
    expect(made.accuracy).toBeCloseTo(accuracy!, 12);
    expect(made.confusion).toEqual(confusionMatrix);
    expect([...made.predicted]).toEqual(predictions.predicted);
    expect(made.misread.length).toBe(300 - Math.round(accuracy! * 300));
    for (const [i, index] of made.misread.entries()) {
      expect(made.predicted[index]).not.toBe(made.labels[index]);
      if (i > 0) expect(made.confidence[index]).toBeLessThanOrEqual(made.confidence[made.misread[i - 1]!]!);
    }
    expect(progress.at(-1)).toBe(1);
    expect(made.network).toBe(network);
  }
});

it("images come in the order asked for; a number out of range is refused", () => {
  const { test } = digits({ train: 0, test: 3 });
  const two = imagesAt(test, [2, 0]);
  expect(two.shape).toEqual([2, 32, 32, 1]);
  expect(two.data.subarray(0, 1024)).toEqual(test.images.data.subarray(2048));
  expect(two.data.subarray(1024)).toEqual(test.images.data.subarray(0, 1024));
  expect(() => imagesAt(test, [3])).toThrow("expected a test image from 0 to 2, got 3");
});

it("a network with other classes is neither right nor wrong", async () => {
  const { test } = digits({ train: 0, test: 3 });
  const model = await pretrained({ threads: 1 });
  await expect(evaluate(model, test, names, ["cat", "dog"])).rejects.toThrow(
    "expected a network with the classes of these data (0, 1, 2...), got one with cat, dog: choose another network or other data",
  );
  const more = [...test.classNames, "A"];
  expect((await evaluate(model, test, names, more)).labels).toEqual(Uint8Array.from(test.labels));
});

it("NaN is no answer", () => {
  expect([bestOf([1, 3, 2], false), bestOf([1, 3, 0], true)]).toEqual([1, 2]);
  expect(() => bestOf([1, Number.NaN], false)).toThrow("the output of class 1 is no number");
});
