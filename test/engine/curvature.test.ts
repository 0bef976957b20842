/**
 * The second derivatives of stochastic diagonal Levenberg-Marquardt: the diagonal of the Gauss-Newton matrix (1998,
 * appendix C).
 */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { activationNames } from "../../src/ops/activations/table.ts";
import { checkedLoss, losses, lossNames } from "../../src/training/losses/table.ts";
import { gaussNewton, meanOf, type WeightDiagonals } from "../oracle/curvature.ts";
import { run } from "../oracle/network.ts";
import { rbf as oracleRbf } from "../oracle/rbf.ts";
import { tensor } from "../oracle/tensor.ts";
import { distance, noise, unitsAsOracle } from "./as-oracle.ts";
import {
  type AnyLoss,
  CLOSE,
  curvatureSeen,
  curvatureWanted,
  type Data,
  dataOf,
  expectClose,
  expectCurvatureAsOracle,
  type Layers,
  lossOf,
  network,
  through,
} from "./expect-curvature.ts";

const { activation, add, averagePooling2d, channelSlice, concatenate, conv2d, dense, flatten, input, rbf } = lenet5;
const { maxPooling2d, rescaling, sdlm, subsampling2d } = lenet5;

const squashed = { activation: "tanh" } as const;

/** Each case follows a convolution, whose curvature depends on the second derivatives that the case passes back. */
const cases: Record<string, Layers> = {
  "conv2d, sigmoid": (x) => conv2d({ filters: 4, kernelSize: 3, activation: "sigmoid" })(x),
  "conv2d, strides 2x3, scaled_tanh": (x) =>
    conv2d({ filters: 5, kernelSize: [3, 2], strides: [2, 3], activation: "scaled_tanh" })(x),
  "conv2d, same, relu": (x) => conv2d({ filters: 2, kernelSize: 3, padding: "same", activation: "relu" })(x),
  "conv2d with a connection table": (x) =>
    conv2d({ filters: 4, kernelSize: 3, connectionTable: [[0], [0, 1, 2], [2], [0, 2]], ...squashed })(x),
  "conv2d over the whole image": (x) => conv2d({ filters: 6, kernelSize: [7, 6], ...squashed })(x),
  "conv2d without bias": (x) => conv2d({ filters: 3, kernelSize: 2, useBias: false })(x),
  "conv2d, softmax over maps": (x) => conv2d({ filters: 3, kernelSize: 3, activation: "softmax" })(x),
  dense: (x) => dense({ units: 7, activation: "scaled_tanh" })(flatten()(x)),
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
  layerNormalization: (x) => lenet5.layerNormalization()(x),
  "groupNormalization, a group for each channel": (x) => lenet5.groupNormalization({ groups: -1 })(x),
  unitNormalization: (x) => lenet5.unitNormalization()(x),
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

const features: Layers = (x) => dense({ units: 6, activation: "scaled_tanh", name: "F6" })(x);

describe("the paper's estimate agrees with the oracle", () => {
  it("has a case for every loss that is no formula", () => {
    const tested = Object.values(ends).map(({ loss }) => checkedLoss("loss", loss).type);
    const others = lossNames.filter((name) => losses[name].formula === undefined);
    expect(new Set(tested)).toEqual(new Set(others));
  });

  it.each(Object.entries(cases))("%s", (_, layers) => expectCurvatureAsOracle(layers, "softmax"));

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

  it("batch normalization with trained moving statistics", async () => {
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

  it("adds both uses of a layer that is used twice", async () => {
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

  it("is the mean over the given number of first images, recomputed before every epoch", async () => {
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

  it("differs among the weights of a kernel", async () => {
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

  it("equals the paper's in the last two layers before fixed centres with eq. 8, whose Hessian is twice the identity", async () => {
    const centres = Array.from({ length: 5 }, (_, k) => Array.from({ length: 6 }, (_, i) => ((i + k) % 3 ? 1 : -1)));
    const end = (x: lenet5.SymbolicTensor) => rbf({ centres, name: "end" })(features(x));
    const model = small((x) => end(dense({ units: 4, activation: "scaled_tanh", name: "F5" })(front(x))));
    const data = dataOf(9, model.inputs.shape);
    const [seen, want] = [await curvatureSeen(model, "rbf_mse", data), exactly(model, "rbf_mse", data)];
    for (const layer of ["F6", "F5"]) {
      expect(distance(seen.get(`${layer}/kernel`)!, want[layer]![0]!), layer).toBeLessThan(CLOSE);
      expect(distance(seen.get(`${layer}/bias`)!, want[layer]![1]!), layer).toBeLessThan(CLOSE);
    }
  });

  it("equals the paper's where every unit has one successor and no weight is shared", async () => {
    let x = input({ shape: [3], name: "image" });
    const image = x;
    for (const name of ["a", "b", "c", "d"])
      x = dense({ units: 1, activation: "scaled_tanh", biasInitializer: { uniform: [-0.5, 0.5] }, name })(x);
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

  it("is within a factor of 3 of the paper's, above or below, where weights are shared or paths meet", async () => {
    const centres = Array.from({ length: 5 }, (_, k) => Array.from({ length: 6 }, (_, i) => ((i + k) % 3 ? 1 : -1)));
    const model = small((image) => {
      const c1 = conv2d({ filters: 3, kernelSize: 3, activation: "scaled_tanh", name: "C1" })(image);
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
    // Eq. 27 neglects products of two paths from a unit, eq. 23 products of two uses of a shared weight. These may have
    // any sign. Measured: 0.68 to 2.6.
    expect(Math.min(...ratios)).toBeGreaterThan(1 / 3);
    expect(Math.max(...ratios)).toBeLessThan(3);
    expect(Math.min(...ratios)).toBeLessThan(1);
    expect(Math.max(...ratios)).toBeGreaterThan(1);
  });
});
