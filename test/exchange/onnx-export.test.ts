import { expect, test } from "vitest";
import { exportOnnx, type OnnxOptions } from "../../src/exchange.ts";
import type * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { modelAround } from "../members/models.ts";
import { channelsFirst, onnxOutputs } from "./onnxruntime.ts";

/** The largest difference of onnxruntime's outputs from the model's, as a share of the largest output (or 1). */
async function difference(model: lenet5.Model, count: number, options: OnnxOptions = {}): Promise<number> {
  const { bytes } = await exportOnnx(model, options);
  const images = noise([count, ...model.inputs.shape], count);
  const given = options.layout === "nhwc" ? images : channelsFirst(images);
  const wanted = await model.predict(images);
  const outputs = await onnxOutputs(bytes, { [model.inputs.layer.name]: given });
  const { shape, data } = outputs.get(model.outputs.layer.name)!;
  const want = options.layout === "nhwc" ? wanted : channelsFirst(wanted);
  expect(shape).toEqual(want.shape);
  const largest = want.data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  return data.reduce((most, value, i) => Math.max(most, Math.abs(value - want.data[i]!)), 0) / largest;
}

test.each(Object.keys(layerSamples) as lenet5.LayerType[])("%s", async (type) => {
  const model = modelAround(layerSamples[type]);
  for (const layout of ["nchw", "nhwc"] as const) expect(await difference(model, 3, { layout })).toBeLessThan(1e-5);
});
