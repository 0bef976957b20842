/** The second derivatives of stochastic diagonal Levenberg-Marquardt: the diagonal of the Gauss-Newton matrix (1998, appendix C). */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { activationNames } from "../../src/ops/activations/table.ts";
import { checkedLoss, definitionOf, lossNames } from "../../src/training/losses/table.ts";
import { layerSamples } from "../members/layer-samples.ts";
import { activation as oracleActivation } from "../oracle/activations.ts";
import { curvature, gaussNewton, meanOf, type WeightDiagonals } from "../oracle/curvature.ts";
import { categoricalCrossentropy, type LossPass } from "../oracle/losses.ts";
import { run } from "../oracle/network.ts";
import { rbf as oracleRbf } from "../oracle/rbf.ts";
import { type Tensor64, tensor } from "../oracle/tensor.ts";
import { distance, noise, oracleLoss, unitsAsOracle } from "./as-oracle.ts";

const { activation, add, averagePooling2d, channelSlice, concatenate, conv2d, dense, flatten, input, rbf } = lenet5;
const { maxPooling2d, rescaling, sdlm, subsampling2d } = lenet5;

// Sums of squares of float32 numbers: all terms are positive, so relative errors do not grow.
const CLOSE = 2e-5;

type Layers = (x: lenet5.SymbolicTensor) => lenet5.SymbolicTensor;
type LossOf = (output: Tensor64) => LossPass;
type AnyLoss = lenet5.LossName | lenet5.Loss;

const squashed = { activation: "tanh" } as const;

/** Each case follows a convolution, whose curvature depends on the second derivatives that the case passes back. */
const cases: Record<string, Layers> = {
  "conv2d, sigmoid": (x) => conv2d({ filters: 4, kernelSize: 3, activation: "sigmoid" })(x),
  "conv2d, strides 2x3, scaledTanh": (x) =>
    conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 3], activation: "scaledTanh" })(x),
  "conv2d, same, relu": (x) => conv2d({ filters: 2, kernelSize: 3, padding: "same", activation: "relu" })(x),
  "conv2d with connections": (x) =>
    conv2d({ filters: 4, kernelSize: 3, connectionTable: [[0], [0, 1, 2], [2], [0, 2]], ...squashed })(x),
  "conv2d over the whole image": (x) => conv2d({ filters: 6, kernelSize: [7, 6], ...squashed })(x),
  "conv2d without bias": (x) => conv2d({ filters: 3, kernelSize: 2, useBias: false })(x),
  "conv2d, softmax over maps": (x) => conv2d({ filters: 3, kernelSize: 3, activation: "softmax" })(x),
  dense: (x) => dense({ units: 7, activation: "scaledTanh" })(flatten()(x)),
  "dense, softmax": (x) => dense({ units: 7, activation: "softmax" })(flatten()(x)),
  subsampling2d: (x) => subsampling2d()(x),
  "subsampling2d, overlapping, sigmoid": (x) =>
    subsampling2d({ poolSize: [3, 2], strides: [2, 1], activation: "sigmoid" })(x),
  averagePooling2d: (x) => averagePooling2d()(x),
  "averagePooling2d, overlapping, same": (x) =>
    averagePooling2d({ poolSize: [3, 2], strides: [2, 1], padding: "same" })(x),
  maxPooling2d: (x) => maxPooling2d()(x),
  "maxPooling2d, overlapping, same": (x) => maxPooling2d({ poolSize: 3, strides: 2, padding: "same" })(x),
  globalAveragePooling2d: (x) => lenet5.globalAveragePooling2d()(x),
  ...Object.fromEntries(
    activationNames.map((name) => [
      `activation ${name}`,
      (x: lenet5.SymbolicTensor) => activation({ activation: name })(x),
    ]),
  ),
  rescaling: (x) => rescaling({ scale: -0.5, offset: 3 })(x),
  "add of branches": (x) => add()([x, activation(squashed)(x), rescaling({ scale: 3 })(x)]),
  "channelSlice and concatenate": (x) =>
    concatenate()([channelSlice({ start: 1, count: 2 })(x), channelSlice({ start: 0, count: 1 })(x), x]),
  zeroPadding2d: (x) =>
    lenet5.zeroPadding2d({
      padding: [
        [1, 2],
        [3, 0],
      ],
    })(x),
  "batchNormalization: moving statistics as constants": (x) => lenet5.batchNormalization()(x),
  "dropout drops nothing": (x) => lenet5.dropout({ rate: 0.5 })(x),
};

/** The last layers of networks, with losses; `targets`: labels are rows of targets. */
const ends: Record<string, { end: Layers; loss: AnyLoss; targets?: true }> = {
  "softmax, sparse cross-entropy": {
    end: (x) => dense({ units: 5, activation: "softmax", name: "end" })(x),
    loss: "sparse_categorical_crossentropy",
  },
  "softmax, cross-entropy": {
    end: (x) => dense({ units: 5, activation: "softmax", name: "end" })(x),
    loss: "categorical_crossentropy",
    targets: true,
  },
  "sigmoid, cross-entropy of outputs": {
    end: (x) => dense({ units: 5, activation: "sigmoid", name: "end" })(x),
    loss: "categorical_crossentropy",
    targets: true,
  },
  "linear, squared error": {
    end: (x) => dense({ units: 5, name: "end" })(x),
    loss: "mean_squared_error",
    targets: true,
  },
  "softmax, squared error": {
    end: (x) => dense({ units: 5, activation: "softmax", name: "end" })(x),
    loss: "mean_squared_error",
    targets: true,
  },
  "fixed centres, eq. 8": { end: (x) => rbf({ units: 5, name: "end" })(features(x)), loss: "rbf_mse" },
  "fixed centres, eq. 9": { end: (x) => rbf({ units: 5, name: "end" })(features(x)), loss: lenet5.rbfMap({ j: 3 }) },
  "trainable centres, eq. 8": {
    end: (x) => rbf({ units: 5, trainable: true, name: "end" })(features(x)),
    loss: "rbf_mse",
  },
  "trainable centres, eq. 9": {
    end: (x) => rbf({ units: 5, trainable: true, name: "end" })(features(x)),
    loss: lenet5.rbfMap({ j: 3 }),
  },
};

const features: Layers = (x) => dense({ units: 6, activation: "scaledTanh", name: "F6" })(x);

function network(layers: Layers, end: Layers, numerics: lenet5.Numerics = "reproducible", threads = 2): lenet5.Model {
  const image = input({ shape: [7, 6, 2], name: "image" });
  const biases = { biasInitializer: { uniform: [-0.3, 0.3] } } as const;
  const front = conv2d({ filters: 3, kernelSize: 1, ...squashed, ...biases, name: "front" })(image);
  return lenet5.model({ inputs: image, outputs: end(flatten()(layers(front))), seed: 7, numerics, threads });
}

function dataOf(count: number, shape: readonly number[], targets = false) {
  const labels = targets
    ? Float32Array.from({ length: count * 5 }, (_, i) => ((i * 13) % 11) / 10)
    : Int32Array.from({ length: count }, (_, i) => (i * 7) % 5);
  const sampleWeight = Float32Array.from({ length: count }, (_, i) => 0.5 + (i % 3) / 2);
  return { images: noise([count, ...shape], count), labels, sampleWeight };
}
type Data = ReturnType<typeof dataOf>;

/** The optimizer state of sdlm after an epoch that does not change the weights. */
async function curvatureSeen(model: lenet5.Model, loss: AnyLoss, data: Data, images = 500) {
  model.compile({ optimizer: sdlm({ learningRate: 0, images }), loss });
  await model.fit(data, { batchSize: 4, shuffle: false, verbose: 0 });
  return new Map([...model.training!.memory].map(([path, values]) => [path.replace("curvature/", ""), values]));
}

/** The loss of image n as a function of the last node's output. */
function lossOf(model: lenet5.Model, loss: AnyLoss, { labels }: Data, n: number): { loss: LossOf; logits: boolean } {
  const sparse = labels instanceof Int32Array;
  const own = sparse ? labels.slice(n, n + 1) : labels.slice(5 * n, 5 * n + 5);
  const { activation: last } = model.layers.at(-1)!.config as { activation?: string };
  const { outputs } = definitionOf(checkedLoss("loss", loss));
  // For both losses of distances, the curvature is that of the distance only.
  if (outputs === "distances") return { loss: oracleLoss("rbf_mse", own), logits: false };
  if (outputs === "any") return { loss: oracleLoss(loss, own), logits: false };
  if (last === "softmax") return { loss: through(oracleActivation("softmax"), oracleLoss(loss, own)), logits: true };
  return { loss: fractionsOfSum(tensor([1, 5], own)), logits: false };
}

/** The loss of the output of an operation that follows. */
function through(
  op: { forward: ReturnType<typeof oracleRbf>["forward"] },
  loss: LossOf,
  weights: Tensor64[] = [],
): LossOf {
  return (output) => {
    const pass = op.forward([output], weights);
    const after = loss(pass.output);
    return { ...after, backward: () => pass.backward(after.backward()).inputs[0]! };
  };
}

/** Cross-entropy of outputs as fractions of their sum: with q = y / sum, dL/dy_k = (sum of t - t_k / q_k) / sum. */
function fractionsOfSum(targets: Tensor64): LossOf {
  return (output) => {
    const sum = output.data.reduce((a, b) => a + b);
    const fractions = tensor(
      output.shape,
      output.data.map((y) => y / sum),
    );
    const total = targets.data.reduce((a, b) => a + b);
    const slopes = fractions.data.map((q, k) => (total - targets.data[k]! / q) / sum);
    return { ...categoricalCrossentropy(fractions, targets), backward: () => tensor(output.shape, slopes) };
  };
}

/** The curvature of the oracle: the mean over the images, each computed by itself, times its weight. */
function curvatureWanted(
  model: lenet5.Model,
  loss: AnyLoss,
  data: Data,
  count = data.images.shape[0]!,
): WeightDiagonals {
  const size = data.images.data.length / data.images.shape[0]!;
  const each = Array.from({ length: count }, (_, n) => {
    const own = lossOf(model, loss, data, n);
    const { nodes, weights } = unitsAsOracle(model, own.logits);
    const image = tensor([1, ...model.inputs.shape], data.images.data.slice(n * size, (n + 1) * size));
    return curvature(nodes, image, weights, own.loss);
  });
  return meanOf(each, data.sampleWeight);
}

function expectClose(
  model: lenet5.Model,
  seen: Map<string, Float32Array>,
  want: WeightDiagonals,
  tolerance = CLOSE,
): void {
  const trained = model.layers.flatMap((layer) => [...layer.variables.values()].filter(({ trainable }) => trainable));
  expect([...seen.keys()].sort()).toEqual(trained.map(({ path }) => path).sort());
  for (const layer of model.layers) {
    [...layer.variables.values()]
      .filter(({ trainable }) => trainable)
      .forEach(({ path }, i) => {
        const values = seen.get(path)!;
        expect(Math.min(...values), path).toBeGreaterThanOrEqual(0);
        expect(distance(values, want[layer.name]![i]!), path).toBeLessThan(tolerance);
      });
  }
}

describe("the paper's estimate, as the oracle has it", () => {
  it("has a case for every loss and every type of layer", () => {
    const tested = Object.values(ends).map(({ loss }) => checkedLoss("loss", loss).type);
    expect(new Set(tested)).toEqual(new Set(lossNames));
    const end: Layers = (x) => ends["fixed centres, eq. 8"]!.end(x);
    const types = Object.values(cases).flatMap((layers) => network(layers, end).layers.map(({ type }) => type));
    expect(new Set(types)).toEqual(new Set(Object.keys(layerSamples)));
  });

  it.each(Object.entries(cases))("%s", async (_, layers) => {
    const { end, loss } = ends["softmax, cross-entropy"]!;
    for (const [count, numerics] of [
      [1, "reproducible"],
      [3, "fast"],
    ] as const) {
      const model = network(layers, end, numerics);
      const data = dataOf(count, model.inputs.shape, true);
      // Before training moves a normalization's statistics.
      const want = curvatureWanted(model, loss, data);
      expectClose(model, await curvatureSeen(model, loss, data), want);
    }
  });

  it.each(Object.entries(ends))("%s", async (_, { end, loss, targets }) => {
    for (const numerics of ["reproducible", "fast"] as const) {
      const model = network(
        (x) => subsampling2d()(x),
        (x) => end(x),
        numerics,
      );
      const data = dataOf(18, model.inputs.shape, targets);
      expectClose(model, await curvatureSeen(model, loss, data), curvatureWanted(model, loss, data));
    }
  });

  it("batch normalization whose statistics have moved", async () => {
    const { end, loss } = ends["linear, squared error"]!;
    const model = network((x) => lenet5.batchNormalization()(x), end);
    model.setWeights({
      "batchNormalization/gamma": [0.5, 2, -1],
      "batchNormalization/beta": [1, 0, -1],
      "batchNormalization/moving_mean": [0.2, -0.1, 0.3],
      "batchNormalization/moving_variance": [0.5, 0.1, 2],
    });
    const data = dataOf(5, model.inputs.shape, true);
    const want = curvatureWanted(model, loss, data);
    expectClose(model, await curvatureSeen(model, loss, data), want);
  });

  it("is the sum of both uses of a layer that is used twice", async () => {
    const { end, loss } = ends["linear, squared error"]!;
    const shared = conv2d({ filters: 3, kernelSize: 3, ...squashed, padding: "same", name: "shared" });
    const other = () => conv2d({ filters: 3, kernelSize: 3, ...squashed, padding: "same", name: "other" });
    const look = async (first: lenet5.Layer, second: lenet5.Layer) => {
      const model = network((x) => add()([first(x), second(rescaling({ scale: 2 })(x))]), end);
      for (const [name, variable] of first.variables)
        model.setWeights({ [`${second.name}/${name}`]: variable.value.slice() });
      return curvatureSeen(model, loss, dataOf(5, model.inputs.shape, true));
    };
    const once = await look(shared, shared);
    const apart = await look(shared, other());
    for (const weight of ["kernel", "bias"]) {
      const sum = apart.get(`shared/${weight}`)!.map((value, i) => value + apart.get(`other/${weight}`)![i]!);
      expect(distance(once.get(`shared/${weight}`)!, sum)).toBeLessThan(CLOSE);
    }
    expect(distance(once.get("front/kernel")!, apart.get("front/kernel")!)).toBeLessThan(CLOSE);
  });

  it("is the mean over the first images, in the given number, computed again before every epoch", async () => {
    const { end, loss } = ends["fixed centres, eq. 8"]!;
    const model = network((x) => subsampling2d()(x), end);
    const data = dataOf(20, model.inputs.shape);
    expectClose(model, await curvatureSeen(model, loss, data, 7), curvatureWanted(model, loss, data, 7));
    model.compile({ optimizer: sdlm({ learningRate: 1e-3, images: 7 }), loss });
    await model.fit(data, { batchSize: 4, shuffle: false, verbose: 0 });
    const second = curvatureWanted(model, loss, data, 7);
    await model.fit(data, { batchSize: 4, shuffle: false, verbose: 0 });
    expect(distance(model.training!.memory.get("curvature/F6/kernel")!, second.F6![0]!)).toBeLessThan(1e-4);
  });

  it("differs between the weights of one kernel", async () => {
    const model = network(
      (x) => conv2d({ filters: 4, kernelSize: 3, ...squashed, name: "C" })(x),
      ends["fixed centres, eq. 8"]!.end,
    );
    const seen = (await curvatureSeen(model, "rbf_mse", dataOf(18, model.inputs.shape))).get("C/kernel")!;
    const sizes = [...seen].sort((a, b) => a - b);
    expect(new Set(sizes).size).toBe(sizes.length);
    expect(sizes.at(-1)! / sizes[0]!).toBeGreaterThan(3);
  });
});

/** The exact diagonal, from the derivatives of the whole network; the units of distances count as part of the loss. */
function exactly(model: lenet5.Model, loss: AnyLoss, data: Data): WeightDiagonals {
  const count = data.images.shape[0]!;
  const size = data.images.data.length / count;
  const each = Array.from({ length: count }, (_, n) => {
    const own = lossOf(model, loss, data, n);
    const { nodes, weights } = unitsAsOracle(model, own.logits);
    const isRbf = model.layers.at(-1)!.type === "rbf";
    const image = tensor([1, ...model.inputs.shape], data.images.data.slice(n * size, (n + 1) * size));
    const inner = isRbf ? nodes.slice(0, -1) : nodes;
    const centres = weights[nodes.at(-1)!.name];
    const outer = isRbf ? through(oracleRbf(), own.loss, centres) : own.loss;
    return gaussNewton(run(inner, { input: image }, weights), outer);
  });
  return meanOf(each, data.sampleWeight);
}

describe("the exact diagonal of the Gauss-Newton matrix", () => {
  const small = (layers: Layers) => {
    const image = input({ shape: [6, 5, 2], name: "image" });
    return lenet5.model({ inputs: image, outputs: layers(image), seed: 3 });
  };
  const front: Layers = (x) =>
    flatten()(conv2d({ filters: 3, kernelSize: 3, strides: 2, ...squashed, name: "front" })(x));

  it.each([["linear, squared error"], ["softmax, cross-entropy"], ["softmax, sparse cross-entropy"]])(
    "is the paper's for the last layer of weights: %s",
    async (name) => {
      const { end, loss, targets } = ends[name]!;
      const model = small((x) => end(front(x)));
      const data = dataOf(9, model.inputs.shape, targets);
      const [seen, want] = [await curvatureSeen(model, loss, data), exactly(model, loss, data)];
      expect(distance(seen.get("end/kernel")!, want.end![0]!)).toBeLessThan(CLOSE);
      expect(distance(seen.get("end/bias")!, want.end![1]!)).toBeLessThan(CLOSE);
    },
  );

  it("is the paper's before fixed centres with eq. 8, whose Hessian is twice the identity, and one layer further", async () => {
    const centres = Array.from({ length: 5 }, (_, k) => Array.from({ length: 6 }, (_, i) => ((i + k) % 3 ? 1 : -1)));
    const end = (x: lenet5.SymbolicTensor) => rbf({ centres, name: "end" })(features(x));
    const model = small((x) => end(dense({ units: 4, activation: "scaledTanh", name: "F5" })(front(x))));
    const data = dataOf(9, model.inputs.shape);
    const [seen, want] = [await curvatureSeen(model, "rbf_mse", data), exactly(model, "rbf_mse", data)];
    for (const layer of ["F6", "F5"]) {
      expect(distance(seen.get(`${layer}/kernel`)!, want[layer]![0]!), layer).toBeLessThan(CLOSE);
      expect(distance(seen.get(`${layer}/bias`)!, want[layer]![1]!), layer).toBeLessThan(CLOSE);
    }
  });

  it("is the paper's where every unit has one successor and no weight is shared", async () => {
    let x = input({ shape: [3], name: "image" });
    const image = x;
    for (const name of ["a", "b", "c", "d"])
      x = dense({ units: 1, activation: "scaledTanh", biasInitializer: { uniform: [-0.5, 0.5] }, name })(x);
    const model = lenet5.model({ inputs: image, outputs: rbf({ centres: [[1], [-1]], name: "end" })(x), seed: 2 });
    const images = noise([9, 3], 9);
    const data = {
      images,
      labels: Int32Array.from({ length: 9 }, (_, i) => i % 2),
      sampleWeight: new Float32Array(9).fill(1),
    };
    const [seen, want] = [await curvatureSeen(model, "rbf_mse", data), exactly(model, "rbf_mse", data)];
    for (const name of ["a", "b", "c", "d"])
      expect(distance(seen.get(`${name}/kernel`)!, want[name]![0]!), name).toBeLessThan(CLOSE);
  });

  it("is no bound of the paper's where weights are shared or paths meet, but within a factor of 3 here", async () => {
    const centres = Array.from({ length: 5 }, (_, k) => Array.from({ length: 6 }, (_, i) => ((i + k) % 3 ? 1 : -1)));
    const model = small((image) => {
      const c1 = conv2d({ filters: 3, kernelSize: 3, activation: "scaledTanh", name: "C1" })(image);
      const s2 = subsampling2d({ poolSize: [2, 1], name: "S2" })(c1);
      return rbf({ centres, name: "end" })(features(flatten()(s2)));
    });
    const data = dataOf(9, model.inputs.shape);
    const [seen, want] = [await curvatureSeen(model, "rbf_mse", data), exactly(model, "rbf_mse", data)];
    const ratios = ["C1/kernel", "C1/bias", "S2/coefficient", "S2/bias"].flatMap((path) => {
      const [layer, weight] = path.split("/") as [string, string];
      const exact = want[layer]![weight === "bias" ? 1 : 0]!;
      return [...seen.get(path)!].map((value, i) => value / exact[i]!);
    });
    // Eq. 27 neglects products of two paths from a unit, eq. 23 products of two uses of a shared weight. These may have any
    // sign. Measured: 0.68 to 2.6.
    expect(Math.min(...ratios)).toBeGreaterThan(1 / 3);
    expect(Math.max(...ratios)).toBeLessThan(3);
    expect(Math.min(...ratios)).toBeLessThan(1);
    expect(Math.max(...ratios)).toBeGreaterThan(1);
  });
});
