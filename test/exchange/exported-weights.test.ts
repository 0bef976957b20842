import { describe, expect, it } from "vitest";
import {
  exportKeras,
  exportOnnx,
  exportSafetensors,
  exportStandalone,
  exportTfjs,
  importKeras,
  importOnnx,
  importSafetensors,
  importTfjs,
} from "../../src/exchange.ts";
import { batchNormalization, conv2d, dense, flatten, input, lenet5, type Model, model } from "../../src/index.ts";

/** Table I in C3, set from a kernel that has numbers also where two maps are not connected. */
function withLooseWeights(): Model {
  const net = lenet5({ seed: 1 });
  const weights = new Map(net.weights);
  const { shape, data } = weights.get("C3/kernel")!;
  weights.set("C3/kernel", { shape, data: data.map((value) => value + 0.05) });
  net.setWeights(weights);
  return net;
}

const image = (net: Model) => ({
  shape: [1, ...net.inputs.shape],
  data: Float32Array.from({ length: 1024 }, (_, i) => Math.abs(Math.sin(i * i))),
});

describe("weights where two channels are not connected do not count in", () => {
  const net = withLooseWeights();

  /** Importers compare with the test vector too. */
  const isAlike = async (other: Model) => {
    const [own, read] = [await net.predict(image(net)), await other.predict(image(net))];
    own.data.forEach((value, i) => {
      expect(Math.abs(value - read.data[i]!)).toBeLessThan(1e-5);
    });
  };

  it("ONNX", async () => {
    await isAlike((await importOnnx((await exportOnnx(net)).bytes)).model as Model);
  });

  it("Keras", async () => {
    await isAlike((await importKeras((await exportKeras(net)).bytes)).model as Model);
  });

  it("TensorFlow.js", async () => {
    const { bytes, beside } = await exportTfjs(net);
    await isAlike((await importTfjs({ "model.json": bytes, ...beside })).model as Model);
  });

  it.each(["keras", "pytorch"] as const)("safetensors, layout %s", async (layout) => {
    const { bytes } = await exportSafetensors(net, { layout });
    const network = lenet5({ c3: layout === "pytorch" ? "full" : "table1", seed: 2 });
    await isAlike((await importSafetensors(bytes, { network })).model as Model);
  });
});

describe("weights that are not finite are refused in", () => {
  const pixels = input({ shape: [8, 8, 1] });
  const features = flatten()(batchNormalization({ name: "norm" })(conv2d({ filters: 2, kernelSize: 3 })(pixels)));
  const net = model({ inputs: pixels, outputs: dense({ units: 10, activation: "softmax", name: "out" })(features) });
  const exports: Record<string, () => Promise<unknown>> = {
    exportOnnx: () => exportOnnx(net),
    exportKeras: () => exportKeras(net),
    exportTfjs: () => exportTfjs(net),
    exportSafetensors: () => exportSafetensors(net),
    exportStandalone: () => exportStandalone(net),
  };

  it.each(["norm/moving_variance", "out/kernel"])("%s", async (path) => {
    const [layer, weight] = path.split("/") as [string, string];
    // setWeights refuses such numbers; a caller may write them into `weights`.
    const { value } = net.layers.find(({ name }) => name === layer)!.variables.get(weight)!;
    const before = value[1]!;
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY]) {
      value[1] = wrong;
      for (const [name, write] of Object.entries(exports))
        await expect(write(), name).rejects.toThrow(`${name}: expected finite weights, got ${wrong} in "${path}"`);
    }
    value[1] = before;
  });
});
