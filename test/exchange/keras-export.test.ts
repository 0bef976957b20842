import { describe, expect, test } from "vitest";
import { exportKeras } from "../../src/exchange.ts";
import { readHdf5 } from "../../src/formats/hdf5/read.ts";
import { readZip } from "../../src/formats/zip.ts";
import * as lenet5 from "../../src/index.ts";

/** The entries of a file that exportKeras made. */
async function opened(bytes: Uint8Array) {
  const entries = new Map(readZip(bytes).map((entry) => [entry.name, entry]));
  const json = async (name: string) => JSON.parse(new TextDecoder().decode(await entries.get(name)!.read()));
  return {
    config: await json("config.json"),
    metadata: await json("metadata.json"),
    weights: await readHdf5(await entries.get("model.weights.h5")!.read(), "weights"),
  };
}

describe("exportKeras", () => {
  test("writes the network, what compile set, the weights and the optimizer's variables as Keras 3 does", async () => {
    const image = lenet5.input({ shape: [6, 6, 1], name: "image" });
    const maps = lenet5.conv2d({ filters: 2, kernelSize: 3, activation: "relu", name: "C1", kernelRegularizer: "l2" })(
      image,
    );
    const digit = lenet5.dense({ units: 3, activation: "softmax", name: "F2" })(lenet5.flatten()(maps));
    const model = lenet5.model({ inputs: image, outputs: digit, name: "small" });
    model.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
    const images = { images: { shape: [4, 6, 6, 1], data: new Float32Array(144).fill(0.5) }, labels: [0, 1, 2, 0] };
    await model.fit(images, { epochs: 2, batchSize: 4, verbose: 0 });
    const { bytes, beside, notes } = await exportKeras(model);
    expect({ beside, notes }).toEqual({ beside: {}, notes: [] });
    const { config, metadata, weights } = await opened(bytes);
    expect(Object.keys(metadata)).toEqual(["keras_version", "date_saved", "lenet5.outputs", "lenet5.test_vector"]);
    expect(config.config.layers.map(({ class_name }: { class_name: string }) => class_name)).toEqual([
      "InputLayer",
      "Conv2D",
      "Flatten",
      "Dense",
    ]);
    const [, conv] = config.config.layers;
    expect(conv.config).toMatchObject({
      filters: 2,
      kernel_size: [3, 3],
      activation: "relu",
      kernel_initializer: { class_name: "GlorotUniform" },
      kernel_regularizer: { module: "keras.regularizers", class_name: "L2", config: { l2: 0.01 } },
    });
    expect(conv.inbound_nodes).toEqual([
      {
        args: [
          {
            class_name: "__keras_tensor__",
            config: { shape: [null, 6, 6, 1], dtype: "float32", keras_history: ["image", 0, 0] },
          },
        ],
        kwargs: {},
      },
    ]);
    expect(config.compile_config).toMatchObject({
      optimizer: { class_name: "Adam", config: { learning_rate: 0.001, beta_1: 0.9 } },
      loss: "sparse_categorical_crossentropy",
      metrics: ["accuracy"],
    });
    const layers = weights.groups.get("layers")!.groups;
    expect(layers.get("conv2d")!.groups.get("vars")!.datasets.get("0")!.data).toEqual(
      model.weights.get("C1/kernel")!.data.slice(),
    );
    const { datasets } = weights.groups.get("optimizer")!.groups.get("vars")!;
    const shapes = ["0", "1", "2", "3", "4", "6", "9"].map((number) => datasets.get(number)!.shape);
    expect(shapes).toEqual([[], [], [3, 3, 1, 2], [3, 3, 1, 2], [2], [32, 3], [3]]);
    expect(datasets.get("0")!.data[0]).toBe(2);
    expect(datasets.get("3")!.data).toEqual(model.training!.memory.get("velocity/C1/kernel"));
    expect(datasets.size).toBe(10);
  });
});
