/** Layers of random geometry, with a single amount to draw: the oracle against Keras, and the engine by its loss. */
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { layerFromConfig } from "../../src/layers/registry.ts";
import { distance, operation } from "../engine/as-oracle.ts";
import { tensor } from "../oracle/tensor.ts";
import { readGoldenGeometry } from "./read-golden.ts";

const { cases, tensors } = readGoldenGeometry();
const images = tensors.images!;

// Keras computes the coordinates in float32: an error of 1e-6 pixels moves a result by as much times the slope.
const COORDINATES = 5e-6;

it.each(cases.map((golden) => [`${golden.kind} ${JSON.stringify(golden.options)}`, golden] as const))(
  "%s: as Keras",
  async (_, { name, kind, options }) => {
    const want = tensors[name]!;
    const layer = layerFromConfig(kind, "geometry", options);
    const { output } = operation(kind, layer.config, true).forward([tensor(images.shape, images.data)], []);
    expect(distance(output.data, want.data)).toBeLessThan(COORDINATES);

    // With Keras's results as targets, the mean squared error of a training step is that of the engine's results.
    const image = lenet5.input({ shape: images.shape.slice(1) });
    const flat = lenet5.flatten()(layer(image));
    const unused = lenet5.dense({ units: 1, kernelInitializer: "zeros", useBias: false })(flat);
    const net = lenet5.model({ inputs: image, outputs: lenet5.concatenate()([flat, unused]) });
    net.compile({ optimizer: lenet5.sgd({ learningRate: 0 }), loss: "mean_squared_error" });
    const size = want.data.length / 2;
    const labels = new Float32Array(2 * (size + 1));
    for (const n of [0, 1]) labels.set(want.data.subarray(n * size, (n + 1) * size), n * (size + 1));
    const { history } = await net.fit({ images, labels }, { batchSize: 2, shuffle: false, verbose: 0 });
    expect(Math.sqrt(history.loss![0]!)).toBeLessThan(COORDINATES);
    // Inference passes the images on.
    const passed = lenet5.model({ inputs: image, outputs: flat });
    expect((await passed.predict(images)).data).toEqual(images.data);
  },
);
