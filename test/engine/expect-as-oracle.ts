import { expect } from "vitest";
import type { Loss, LossName, Model } from "../../src/index.ts";
import { checkedLoss, definitionOf } from "../../src/training/losses/table.ts";
import { run } from "../oracle/network.ts";
import { tensor } from "../oracle/tensor.ts";
import { asOracle, distance, gradientLook, gradientsSeen, noise, type OwnOracles, oracleLoss } from "./as-oracle.ts";

// float32 against float64: a sum of n products has an error of about sqrt(n) 2^-24 of its largest term; n is below
// 10,000.
export const FORWARD = 3e-6;
export const BACKWARD = 2e-5;

/** Compares the engine with the float64 oracle on one batch: predictions, loss, every gradient, moving statistics. */
export async function expectAsOracle(
  model: Model,
  count: number,
  loss: LossName | Loss = "sparse_categorical_crossentropy",
  own: OwnOracles = {},
): Promise<void> {
  const images = noise([count, ...model.inputs.shape], count);
  const classes = model.outputs.shape[0]!;
  const { targets } = definitionOf(checkedLoss("loss", loss));
  const labels =
    targets === "classes"
      ? Int32Array.from({ length: count }, (_, i) => (i * 7) % classes)
      : Float32Array.from({ length: count * classes }, (_, i) => ((i * 13) % 11) / 10);
  const sampleWeight = Float32Array.from({ length: count }, (_, i) => (count === 1 ? 0.5 : (i % 3) / 2));

  const inference = asOracle(model, false, own);
  const want = run(inference.nodes, { input: tensor(images.shape, images.data) }, inference.weights);
  const got = await model.predict(images);
  expect(got.shape).toEqual(want.output.shape);
  expect(distance(got.data, want.output.data), "prediction").toBeLessThan(FORWARD);

  const training = asOracle(model, true, own);
  const forward = run(training.nodes, { input: tensor(images.shape, images.data) }, training.weights);
  const { value, backward } = oracleLoss(loss, labels, sampleWeight)(forward.output);
  const gradients = forward.backward(backward()).weights;
  model.compile({ optimizer: gradientLook, loss, metrics: ["accuracy"] });
  const { history } = await model.fit(
    { images, labels, sampleWeight },
    { batchSize: count, shuffle: false, verbose: 0 },
  );
  expect(distance(history.loss!, [value]), "loss").toBeLessThan(FORWARD);
  const seen = gradientsSeen(model);
  for (const layer of model.layers) {
    [...layer.variables.values()]
      .filter((variable) => variable.trainable)
      .forEach(({ path }, i) => {
        const own = gradients[layer.name]![i]!.data;
        // A bias before a batch normalization has the gradient 0, except for rounding errors.
        const size = Math.max(...own.map(Math.abs));
        if (size > 1e-10) expect(distance(seen.get(path)!, own), `gradient of ${path}`).toBeLessThan(BACKWARD);
        else expect(Math.max(...seen.get(path)!.map(Math.abs)), `gradient of ${path}`).toBeLessThan(1e-6);
      });
    // Moving statistics after the batch.
    const after = forward.weights[layer.name];
    [...layer.variables.values()].forEach(({ path, value: now, trainable }, i) => {
      // The terms of a mean near 0 cancel.
      if (!trainable) expect(distance(now, after![i]!.data), path).toBeLessThan(BACKWARD);
    });
  }
}
