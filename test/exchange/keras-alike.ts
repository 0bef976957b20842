import { expect } from "vitest";
import { exportKeras, importKeras } from "../../src/exchange.ts";
import type { Model } from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";

/** Layers that are read back as others that compute the same. */
const otherForms = new Set(["reshape", "softmax"]);

/** Writes a model as a .keras file, reads it back, and compares layers, weights and outputs. */
export async function expectKerasAlike(model: Model): Promise<void> {
  const { model: again } = await importKeras((await exportKeras(model)).bytes);
  model.layers.forEach((layer, i) => {
    const { name, type, config, trainable } = again.layers[i]!;
    expect({ name, trainable }).toEqual({ name: layer.name, trainable: layer.trainable });
    if (!otherForms.has(layer.type)) expect({ type, config }).toEqual({ type: layer.type, config: layer.config });
  });
  expect(new Map(again.weights)).toEqual(new Map(model.weights));
  const images = noise([5, ...model.inputs.shape], 1);
  expect((await (again as Model).predict(images)).data).toEqual((await model.predict(images)).data);
}
