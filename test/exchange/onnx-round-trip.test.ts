import { expect, test } from "vitest";
import { exportOnnx, importOnnx } from "../../src/exchange.ts";
import type * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { modelAround } from "../members/models.ts";

/** relu with a slope and a threshold takes operators that are not read back. */
const types = Object.keys(layerSamples).filter((type) => type !== "relu") as lenet5.LayerType[];

test.each(types)("%s comes back from its ONNX file", async (type) => {
  const model = modelAround(layerSamples[type]);
  const images = noise([3, ...model.inputs.shape], 3);
  const wanted = await model.predict(images);
  for (const layout of ["nchw", "nhwc"] as const) {
    const { bytes } = await exportOnnx(model, { layout });
    const again = (await importOnnx(bytes)).model as lenet5.Model;
    const { shape, data } = await again.predict(images);
    expect(shape).toEqual(wanted.shape);
    const largest = wanted.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
    data.forEach((value, i) => {
      expect(Math.abs(value - wanted.data[i]!)).toBeLessThan(1e-5 * largest);
    });
  }
});
