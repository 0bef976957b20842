import { expect, test } from "vitest";
import { exportOnnx, importOnnx } from "../../src/exchange.ts";
import * as lenet5 from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { modelAround } from "../members/models.ts";

const types = Object.keys(layerSamples) as lenet5.LayerType[];

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

test("classes that are flattened from maps of 1x1 stay a list", async () => {
  const image = lenet5.input({ shape: [4, 4, 1] });
  const maps = lenet5.averagePooling2d({ poolSize: 2 })(lenet5.conv2d({ filters: 3, kernelSize: 3 })(image));
  const model = lenet5.model({ inputs: image, outputs: lenet5.flatten()(maps) });
  const again = (await importOnnx((await exportOnnx(model)).bytes)).model as lenet5.Model;
  expect(again.outputs.shape).toEqual([3]);
});
