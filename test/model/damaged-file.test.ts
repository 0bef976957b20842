/** Damaged and incomplete model files, and the error for each. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";

const { InputError, dense, input, loadModel, model, readSafetensors, writeSafetensors } = lenet5;

function network(units = 2): lenet5.Model {
  const x = input({ shape: [3], name: "x" });
  return model({ inputs: x, outputs: dense({ units, activation: "softmax", name: "end" })(x), name: "small" });
}

function compiled(): lenet5.Model {
  const made = network();
  made.compile({ optimizer: lenet5.sgd({ momentum: 0.5 }), loss: "sparse_categorical_crossentropy" });
  return made;
}

/** The architecture as the file has it. */
interface Architecture {
  layers: { type: string; name: string; config: Record<string, unknown> }[];
  calls: { layer: number; inputs: number[] }[];
  outputs: number[];
  [key: string]: unknown;
}

/** A model's file with another architecture. */
function withArchitecture(change: (architecture: Architecture) => void): Uint8Array {
  const { tensors, metadata } = readSafetensors(network().toBytes());
  const architecture: Architecture = JSON.parse(metadata.architecture!);
  change(architecture);
  const changed = { ...metadata, architecture: JSON.stringify(architecture) };
  return writeSafetensors(Object.fromEntries(tensors), changed);
}

/** A model's file with other metadata. */
function withMetadata(change: Record<string, string>): Uint8Array {
  const { tensors, metadata } = readSafetensors(compiled().toBytes());
  return writeSafetensors(Object.fromEntries(tensors), { ...metadata, ...change });
}

/** A compiled model's file with another state of training. */
function withTraining(change: (training: { objectives: Record<string, unknown>[] }) => void): Uint8Array {
  const training = JSON.parse(readSafetensors(compiled().toBytes()).metadata.training!);
  change(training);
  return withMetadata({ training: JSON.stringify(training) });
}

/** A compiled model's file with one more tensor. */
function withTensor(name: string, tensor: lenet5.Tensor): Uint8Array {
  const { tensors, metadata } = readSafetensors(compiled().toBytes());
  return writeSafetensors({ ...Object.fromEntries(tensors), [name]: tensor }, metadata);
}

const floats = (count: number) => ({ shape: [count], data: Float32Array.from({ length: count }, (_, i) => i) });

describe("a model that was not compiled", () => {
  it("has no training state in its file, nor after loading", async () => {
    const { metadata, tensors } = readSafetensors(network().toBytes());
    expect(Object.keys(metadata).sort()).toEqual(["architecture", "format"]);
    expect([...tensors.keys()].sort()).toEqual(["end/bias", "end/kernel"]);
    const loaded = await loadModel(network().toBytes());
    expect(loaded.training).toBeUndefined();
    expect(loaded.name).toBe("small");
    await expect(loaded.evaluate({ images: floats(3), labels: [0] })).rejects.toThrow(/call compile\(/);
  });
});

describe("the optimizer's slots", () => {
  it("are read only from the tensors under optimizer/", async () => {
    const loaded = await loadModel(withTensor("optimizer/momentum/end/kernel", floats(6)));
    expect([...loaded.training!.memory]).toEqual([["momentum/end/kernel", floats(6).data]]);
    expect((await loadModel(withTensor("notes", floats(7)))).training!.memory.size).toBe(0);
  });

  it.each([
    ["optimizer/momentum/end/kernel", 7, "expected 6 numbers"],
    ["optimizer/momentum/end/kernel", 2, "expected 6 numbers"],
    ["optimizer/momentum/begin/kernel", 6, "expected no numbers"],
    ["optimizer/velocity/end/kernel", 6, "expected no numbers"],
  ])("%s with %i numbers is refused", async (name, count, message) => {
    await expect(loadModel(withTensor(name, floats(count)))).rejects.toThrow(
      `model file: ${message} in "${name}", got ${count}: is the file damaged?`,
    );
  });
});

describe("a file is refused with a one-line error that names it:", () => {
  it.each<[string, () => Uint8Array, RegExp]>([
    [
      "with an architecture that is no JSON",
      () => withMetadata({ architecture: "{" }),
      /^model file: its architecture: expected JSON, got /,
    ],
    [
      "with a training state that is no JSON",
      () => withMetadata({ training: "adam" }),
      /^model file: its training state: expected JSON, got /,
    ],
    [
      "with objectives for two outputs of one",
      () => withTraining((it) => it.objectives.push(it.objectives[0]!)),
      /^model file: its training state: expected an objective for each of the outputs "end", got 2$/,
    ],
    [
      "without objectives",
      () => withTraining((it) => it.objectives.splice(0)),
      /^model file: its training state: expected an objective for each of the outputs "end", got 0$/,
    ],
    [
      "with objectives that have no loss",
      () => withTraining((it) => Object.assign(it.objectives[0]!, { loss: undefined })),
      /^model file: its training state loss: expected a loss for at least one output, got none$/,
    ],
    [
      "with a loss of other outputs",
      () => withTraining((it) => Object.assign(it.objectives[0]!, { loss: { type: "rbf_mse" } })),
      /^model file: its training state loss: expected a model that ends in rbf units for a loss of distances/,
    ],
    [
      "with an architecture that is a number",
      () => withMetadata({ architecture: "1" }),
      /: its architecture: expected options .*, got 1$/,
    ],
    [
      "of another format",
      () => withArchitecture((it) => Object.assign(it, { format: "keras" })),
      /: its architecture format: expected "lenet5-model", got "keras"$/,
    ],
    [
      "of another version",
      () => withArchitecture((it) => Object.assign(it, { version: 2 })),
      /: its architecture version: expected 1, got 2/,
    ],
    [
      "without outputs",
      () => withArchitecture((it) => Object.assign(it, { outputs: [] })),
      /: its architecture outputs: expected at least one, got none$/,
    ],
    [
      "with half a number of an output",
      () => withArchitecture((it) => Object.assign(it, { outputs: [0.5] })),
      /: its architecture outputs: expected a list of at most 65536 whole numbers of at least 0/,
    ],
    [
      "with an output below 0",
      () => withArchitecture((it) => Object.assign(it, { outputs: [-1] })),
      /: its architecture outputs: expected a list of at most 65536 whole numbers of at least 0/,
    ],
    [
      "with a layer of no type",
      () => withArchitecture((it) => Object.assign(it.layers[1]!, { type: 3 })),
      /: its architecture layers 1 type: expected a text, got 3$/,
    ],
    [
      "with a layer of an unknown type",
      () => withArchitecture((it) => Object.assign(it.layers[1]!, { type: "lstm" })),
      /^model file: layer "end": expected a layer of the library, got "lstm": pass what defineLayer returned to loadModel, /,
    ],
    [
      "with an option that a layer refuses",
      () => withArchitecture((it) => Object.assign(it.layers[1]!.config, { units: 0 })),
      /^model file: \[dense "end"\] units: expected a whole number of at least 1, got 0$/,
    ],
    [
      "with a call of a layer that is not there",
      () => withArchitecture((it) => Object.assign(it.calls[1]!, { layer: 2 })),
      /^model file: its architecture refers to item 2, which does not exist$/,
    ],
    [
      "with a call that reads a later one",
      () => withArchitecture((it) => Object.assign(it.calls[1]!, { inputs: [1] })),
      /^model file: its architecture refers to item 1, which does not exist$/,
    ],
    [
      "with an output that is not computed",
      () => withArchitecture((it) => Object.assign(it, { outputs: [2] })),
      /^model file: its architecture refers to item 2, which does not exist$/,
    ],
    [
      "with nothing computed",
      () => withArchitecture((it) => Object.assign(it, { calls: [], outputs: [0] })),
      /^model file: its architecture has no input$/,
    ],
  ])("%s", async (_, bytes, message) => {
    const refused = await loadModel(bytes()).catch((error) => error);
    expect(refused).toBeInstanceOf(InputError);
    expect(refused.message).toMatch(message);
  });

  it("the error has the layer's own error as its cause", async () => {
    const wrong = withArchitecture((it) => Object.assign(it.layers[1]!.config, { units: 0 }));
    const { cause } = await loadModel(wrong).catch((error) => error);
    expect(cause).toBeInstanceOf(InputError);
    expect(cause.message).toMatch(/^\[dense "end"\]/);
  });
});

describe("loadWeights", () => {
  it("reads the weights from a model file that also has optimizer slots", async () => {
    const [from, to] = [compiled(), network()];
    await from.fit({ images: { shape: [2, 3], data: floats(6).data }, labels: [0, 1] }, { verbose: 0 });
    await to.loadWeights(from.toBytes());
    expect(to.weights).toEqual(from.weights);
  });

  it("refuses the transposed shape, although the number of elements is right", async () => {
    const tensors = { "end/kernel": { ...floats(6), shape: [2, 3] }, "end/bias": floats(2) };
    await expect(network().loadWeights(writeSafetensors(tensors))).rejects.toThrow(
      'model file: expected "end/kernel" of shape [3, 2], got [2, 3]',
    );
  });

  it("affects the next prediction, of one image and of many", async () => {
    const [from, to] = [network(), network()];
    from.setWeights({ "end/bias": [5, -5] });
    const [one, many] = [floats(3), floats(9)].map(({ data }) => ({ shape: [data.length / 3, 3], data }));
    const expected = [await from.predict(one!), await from.predict(many!)];
    const before = [await to.predict(one!), await to.predict(many!)];
    await to.loadWeights(from.toBytes());
    expect([await to.predict(one!), await to.predict(many!)]).toEqual(expected);
    expect(before).not.toEqual(expected);
  });
});
