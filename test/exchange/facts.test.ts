import { expect, test } from "vitest";
import { factsOf, takeFacts } from "../../src/exchange/facts.ts";
import * as lenet5 from "../../src/index.ts";

const image = lenet5.input({ shape: [4, 4, 1] });
const end = (units: number, activation: lenet5.ActivationOption) =>
  lenet5.dense({ units, activation })(lenet5.flatten()(image));

test("the facts of a model go into a file and come back", async () => {
  const made = lenet5.model({ inputs: image, outputs: end(3, "softmax") });
  made.reading = { classNames: ["a", "b", "c"], preparation: { size: [4, 4] } };
  const facts = await factsOf("export", made);
  expect(facts.class_names).toBe('["a","b","c"]');
  const again = made.clone({ weights: true });
  again.reading = undefined;
  await takeFacts("a.onnx", again, new Map([...Object.entries(facts), ["names", "of another program"]]));
  expect(again.reading).toEqual(made.reading);
});

test("what the outputs are", async () => {
  const outputs = [
    end(3, "softmax"),
    end(1, "sigmoid"),
    end(3, "linear"),
    lenet5.rbf({ units: 3 })(lenet5.flatten()(image)),
  ];
  const made = lenet5.model({ inputs: image, outputs });
  const kinds = async () =>
    JSON.parse((await factsOf("export", made))["lenet5.outputs"]!).map(({ kind }: { kind: string }) => kind);
  expect(await kinds()).toEqual(["probabilities", "probabilities", "scores", "distances"]);
  const loss = [null, null, lenet5.sparseCategoricalCrossentropy({ fromLogits: true }), null];
  made.compile({ loss });
  expect(await kinds()).toEqual(["probabilities", "probabilities", "logits", "distances"]);
});

test("facts that were changed are refused, and the model is left as it was", async () => {
  const made = lenet5.model({ inputs: image, outputs: end(3, "softmax") });
  for (const [text, message] of [
    ["{", "a.onnx: its reading: expected JSON"],
    ['{"size":1}', 'a.onnx: its reading: expected options "preparation"'],
    ['{"classNames":{"__proto__":1}}', "a.onnx: its reading: expected JSON, got the key"],
  ] as const)
    await expect(takeFacts("a.onnx", made, new Map([["lenet5.reading", text]]))).rejects.toThrow(message);
  expect(made.reading).toBeUndefined();
  const vector = (await factsOf("export", made.clone({ seed: 9 })))["lenet5.test_vector"]!;
  await expect(takeFacts("a.onnx", made, new Map([["lenet5.test_vector", vector]]))).rejects.toThrow(
    "expected a model that answers its test vector",
  );
});
