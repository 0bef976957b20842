import { describe, expect, test } from "vitest";
import { exportKeras, importKeras } from "../../src/exchange.ts";
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

describe("what travels to Keras", () => {
  const small = () => {
    const image = lenet5.input({ shape: [4, 4, 2], name: "image" });
    const table = lenet5.conv2d({
      filters: 3,
      kernelSize: 2,
      connectionTable: [[0], [0, 1], []],
      kernelInitializer: "lecun1998_uniform",
      activation: "scaled_tanh",
      name: "C1",
    });
    const digit = lenet5.dense({ units: 3, activation: "softmax", name: "F2" })(lenet5.flatten()(table(image)));
    return lenet5.model({ inputs: image, outputs: digit, name: "small" });
  };
  const layerOf = (config: { config: { layers: { name: string }[] } }, name: string) =>
    config.config.layers.find((layer) => layer.name === name);

  test("what Keras lacks comes in a Python file, with limits of each map's own", async () => {
    const { bytes, beside, notes } = await exportKeras(small());
    expect(Object.keys(beside)).toEqual(["lenet5_keras.py"]);
    expect(new TextDecoder().decode(beside["lenet5_keras.py"])).toContain("class ConnectedConv2D");
    expect(notes).toEqual([
      "Keras does not have every part of this network: put lenet5_keras.py beside your program, and `import lenet5_keras` before load_model.",
    ]);
    const { config } = await opened(bytes);
    expect(layerOf(config, "C1")).toMatchObject({
      module: "lenet5_keras",
      class_name: "ConnectedConv2D",
      registered_name: "lenet5>ConnectedConv2D",
      config: {
        connection_table: [[0], [0, 1], []],
        activation: { module: "builtins", class_name: "function", config: "lenet5>scaled_tanh" },
        kernel_initializer: { registered_name: "lenet5>UniformByUnit", config: { limits: [2.4 / 4, 2.4 / 8, 0] } },
      },
    });
  });

  test("layers and optimizer variables are in the order in which Keras counts them", async () => {
    const [first, second] = [0, 1].map(() => lenet5.input({ shape: [2] })) as [
      lenet5.SymbolicTensor,
      lenet5.SymbolicTensor,
    ];
    const shared = lenet5.dense({ units: 2, name: "shared" });
    const late = lenet5.dense({ units: 2, name: "late" })(second);
    const early = shared(lenet5.activation({ activation: "tanh" })(shared(first)));
    const made = lenet5.model({ inputs: [first, second], outputs: lenet5.concatenate()([late, early]) });
    const { config } = await opened((await exportKeras(made)).bytes);
    // Keras 3.15 gives a functional model of these calls its layers in this order.
    expect(config.config.layers.map(({ name }: { name: string }) => name)).toEqual([
      "input",
      "shared",
      "input_1",
      "activation",
      "late",
      "concatenate",
    ]);
    expect(config.config.input_layers).toEqual([
      ["input", 0, 0],
      ["input_1", 0, 0],
    ]);
  });

  test("Python sees floats where it asks for them", async () => {
    const model = small();
    model.compile({ optimizer: lenet5.sgd({ learningRate: 1 }), loss: "sparse_categorical_crossentropy" });
    const { bytes } = await exportKeras(model);
    const entry = readZip(bytes).find(({ name }) => name === "config.json")!;
    const text = new TextDecoder().decode(await entry.read());
    expect(text).toContain('"learning_rate":1.0,"momentum":0.0,"nesterov":false');
    expect(text).toContain('"filters":3,');
  });

  test("what Keras does not have is said", async () => {
    const model = small();
    const notesOf = async (options: lenet5.CompileOptions) => {
      model.compile(options);
      return (await exportKeras(model)).notes.slice(0, -1);
    };
    const loss = "sparse_categorical_crossentropy";
    expect(await notesOf({ loss, optimizer: "sdlm" })).toEqual([
      'The optimizer "sdlm" is not in Keras: compile the model there with another.',
    ]);
    const oneCycle = lenet5.oneCycle({ learningRate: 0.01, totalSteps: 100 });
    expect(await notesOf({ loss, optimizer: lenet5.adam({ learningRate: oneCycle }) })).toEqual([
      'Keras has no schedule "oneCycle": the learning rate stays at 0.0004, that of the next batch.',
    ]);
    const decay = lenet5.adamW({ excludeFromWeightDecay: ["bias"] });
    expect(await notesOf({ loss, optimizer: decay, metrics: ["accuracy", "precision"] })).toEqual([
      'A Keras file does not say which weights do not decay: call exclude_from_weight_decay(var_names=["bias"]).',
      'The metric "precision" is not in Keras as it is here: it was left out.',
    ]);
    const own = lenet5.defineLoss("own", { call: (labels, outputs) => lenet5.ops.subtract(outputs, labels) });
    expect(await notesOf({ loss: own })).toEqual(['The loss "own" is not in Keras: compile the model there.']);
  });

  test("a custom layer is refused by its name", async () => {
    const own = lenet5.defineLayer("own", { call: (x) => lenet5.ops.add(x, 1) });
    const image = lenet5.input({ shape: [3] });
    const model = lenet5.model({ inputs: image, outputs: own({ name: "odd" })(image) });
    await expect(exportKeras(model)).rejects.toThrow('expected layers of the library, got "odd" of the type "own"');
  });
});

describe("exportKeras withPreparation", () => {
  test("a model of digits takes their pixels, also as a vector, and says so when it is read back", async () => {
    for (const padding of [2, 0]) {
      const side = 6 + 2 * padding;
      const input = lenet5.input({ shape: padding > 0 ? [side, side, 1] : [36] });
      const digit = lenet5.dense({ units: 3, activation: "softmax" })(lenet5.flatten({ name: "rescaling" })(input));
      const model = lenet5.model({ inputs: input, outputs: digit });
      model.reading = { preparation: { size: [6, 6], padding, framing: "mnist" }, classNames: ["0", "1", "2"] };
      const { bytes, notes } = await exportKeras(model, { withPreparation: true });
      expect(notes).toEqual([
        "The Keras model takes 6x6 pixels of grey, 0 to 255, light ink: Keras has no layer that finds and centres a digit as MNIST's were, so frame pictures before.",
      ]);
      const { model: again } = await importKeras(bytes);
      expect(again.reading).toEqual({
        classNames: ["0", "1", "2"],
        preparation: { ...model.reading!.preparation, scale: 1, padding: 0 },
      });
      const pixels = Uint8Array.from({ length: 36 }, (_, i) => 7 * i);
      const padded = new Uint8Array(side * side);
      pixels.forEach((pixel, i) => {
        padded[(Math.floor(i / 6) + padding) * side + (i % 6) + padding] = pixel;
      });
      const wanted = await model.predict({ shape: [1, ...input.shape], data: padded, scale: 1 / 255 });
      const got = await (again as lenet5.Model).predict({ shape: [1, 6, 6, 1], data: pixels });
      got.data.forEach((value, i) => {
        expect(value).toBeCloseTo(wanted.data[i]!, 6);
      });
    }
  });

  test("whole pictures of any size are resized in Keras", async () => {
    const image = lenet5.input({ shape: [4, 6, 3] });
    const model = lenet5.model({ inputs: image, outputs: lenet5.flatten()(image) });
    model.reading = { preparation: { size: [4, 6], channels: 3, fit: "crop", scale: 1 } };
    const { bytes, notes } = await exportKeras(model, { withPreparation: true });
    expect(notes).toEqual([
      "The Keras model takes pictures of any size; Keras's Resizing reads four pixels where lenet5 takes the mean of all.",
    ]);
    const { config, metadata } = await opened(bytes);
    expect(config.config.layers.slice(0, 2)).toMatchObject([
      { class_name: "InputLayer", config: { batch_shape: [null, null, null, 3] } },
      { class_name: "Resizing", config: { height: 4, width: 6, crop_to_aspect_ratio: true } },
    ]);
    expect(metadata).not.toHaveProperty("lenet5.test_vector");
  });

  test("is refused where the preparation is not known, or does not fit", async () => {
    const image = lenet5.input({ shape: [4, 6, 1] });
    const model = lenet5.model({ inputs: image, outputs: lenet5.flatten()(image) });
    const made = () => exportKeras(model, { withPreparation: true });
    await expect(made()).rejects.toThrow("expected a model that knows how its pictures are prepared");
    model.reading = { preparation: { size: [4, 4] } };
    await expect(made()).rejects.toThrow("expected a preparation to the model's input [4, 6, 1], got one to [4, 4, 1]");
  });
});

test("the state of every optimizer is read back, so that training goes on alike", async () => {
  const optimizers = [
    lenet5.sgd({ learningRate: 0.05, momentum: 0.9 }),
    lenet5.adam({ amsgrad: true, useEma: true, gradientAccumulationSteps: 2 }),
    lenet5.adamW(),
    lenet5.adamax(),
    lenet5.nadam(),
    lenet5.lion(),
    lenet5.rmsprop({ momentum: 0.5, centered: true }),
    lenet5.adagrad(),
    lenet5.adadelta({ learningRate: lenet5.cosineDecay({ learningRate: 1, decaySteps: 9, warmupSteps: 2 }) }),
  ];
  const data = {
    images: { shape: [3, 4], data: Float32Array.from({ length: 12 }, (_, i) => i / 12) },
    labels: [0, 1, 2],
  };
  for (const optimizer of optimizers) {
    const input = lenet5.input({ shape: [4] });
    const frozen = lenet5.dense({ units: 4, trainable: false })(lenet5.dense({ units: 4, activation: "tanh" })(input));
    const outputs = lenet5.dense({ units: 3, activation: "softmax" })(lenet5.batchNormalization()(frozen));
    const model = lenet5.model({ inputs: input, outputs });
    model.compile({ optimizer, loss: "sparse_categorical_crossentropy" });
    for (let i = 0; i < 3; i++) await model.trainOnBatch(data);
    const { model: again } = await importKeras((await exportKeras(model)).bytes);
    expect(again.training!.iterations).toBe(3);
    expect(again.training!.memory).toEqual(model.training!.memory);
    const [theirs, ours] = [await (again as lenet5.Model).trainOnBatch(data), await model.trainOnBatch(data)];
    expect(theirs, optimizer.type).toEqual(ours);
    expect(new Map(again.weights)).toEqual(new Map(model.weights));
  }
});
