import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Random, random } from "../../src/core/random.ts";
import { type ActivationName, activation } from "./activation.ts";
import { channelSlice, concatenate, flatten, zeroPadding2d } from "./arrangement.ts";
import { conv2d } from "./convolution.ts";
import { dense } from "./dense.ts";
import { add, dropout, rescaling } from "./elementwise.ts";
import { apart, gradientError, normals } from "./gradient-check.ts";
import {
  categoricalCrossentropy,
  type LossPass,
  meanSquaredError,
  rbfMaximumAPosteriori,
  rbfMeanSquaredError,
  sparseCategoricalCrossentropy,
} from "./losses.ts";
import { followedBy, type OracleNode, run, trainer } from "./network.ts";
import { batchNormalization } from "./normalization.ts";
import { sgd } from "./optimizers.ts";
import { averagePooling2d, globalAveragePooling2d, maxPooling2d, subsampling2d } from "./pooling.ts";
import { rbf } from "./rbf.ts";
import { type OracleOp, type Tensor64, tensor } from "./tensor.ts";

/** A right gradient leaves about 1e-10 (see gradientError); one wrong entry in a thousand would leave about 1e-3. */
const TOLERANCE = 1e-7;

/** Runs a check over seeded random configurations; a failure is shrunk and printed by fast-check. */
function always<Config>(configs: fc.Arbitrary<Config>, check: (config: Config, numbers: Random) => void): void {
  const seeds = fc.nat();
  fc.assert(
    fc.property(configs, seeds, (config, seed) => check(config, random(seed, "gradient check"))),
    { seed: 1998, numRuns: 40 },
  );
}

const size = (max: number, min = 1) => fc.integer({ min, max });
const padding = fc.constantFrom("valid" as const, "same" as const);
const pair = (max: number) => fc.tuple(size(max), size(max));
/** [N, H, W, C], large enough for windows of up to 3 cells. */
const imageShape = fc.tuple(size(3), size(7, 3), size(7, 3), size(4));

describe("backward is the derivative of forward", () => {
  it("conv2d: kernels, strides, paddings, with and without bias and connections", () => {
    const configs = fc.record({
      shape: imageShape,
      kernelSize: pair(3),
      maps: size(4),
      strides: pair(3),
      padding,
      useBias: fc.boolean(),
      connected: fc.boolean(),
    });
    always(configs, ({ shape, kernelSize, maps, strides, padding, useBias, connected }, numbers) => {
      const [, , , C] = shape;
      const channels = Array.from({ length: C }, (_, c) => c);
      const connections = Array.from({ length: maps }, () => numbers.shuffle([...channels]).slice(numbers.integer(C)));
      const kernel = normals([...kernelSize, C, maps], numbers);
      const weights = useBias ? [kernel, normals([maps], numbers)] : [kernel];
      const op = conv2d({ strides, padding, connections: connected ? connections : undefined });
      expect(gradientError(op, [normals(shape, numbers)], weights, numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("conv2d without a connection gives its kernel entry no gradient and no effect", () => {
    const numbers = random(1);
    const op = conv2d({ connections: [[0], [1]] });
    const x = normals([1, 4, 4, 2], numbers);
    const kernel = normals([3, 3, 2, 2], numbers);
    const pass = op.forward([x], [kernel]);
    const [dKernel] = pass.backward(normals(pass.output.shape, numbers)).weights;
    const cut = kernel.data.map((value, i) => ([1, 2].includes(i % 4) ? 0 : value));
    expect(op.forward([x], [tensor(kernel.shape, cut)]).output).toEqual(pass.output);
    expect(conv2d().forward([x], [tensor(kernel.shape, cut)]).output).toEqual(pass.output);
    for (const [i, value] of dKernel.data.entries()) expect(value === 0).toBe([1, 2].includes(i % 4));
  });

  it("dense", () => {
    always(
      fc.record({ N: size(4), I: size(7), O: size(5), useBias: fc.boolean() }),
      ({ N, I, O, useBias }, numbers) => {
        const kernel = normals([I, O], numbers);
        const weights = useBias ? [kernel, normals([O], numbers)] : [kernel];
        expect(gradientError(dense(), [normals([N, I], numbers)], weights, numbers)).toBeLessThan(TOLERANCE);
      },
    );
  });

  it.each([
    ["averagePooling2d", averagePooling2d],
    ["maxPooling2d", maxPooling2d],
  ] as const)("%s: windows that overlap, leave gaps, reach over the edge", (_, pooling) => {
    const configs = fc.record({ shape: imageShape, poolSize: pair(3), strides: pair(3), padding });
    always(configs, ({ shape, ...options }, numbers) => {
      expect(gradientError(pooling(options), [apart(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("subsampling2d: windows that overlap or leave gaps", () => {
    always(fc.record({ shape: imageShape, poolSize: pair(3), strides: pair(3) }), ({ shape, ...options }, numbers) => {
      const weights = [normals([shape[3]], numbers), normals([shape[3]], numbers)];
      const op = followedBy(subsampling2d(options), activation("scaledTanh"));
      expect(gradientError(op, [normals(shape, numbers)], weights, numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("rbf", () => {
    always(fc.record({ N: size(4), I: size(7), K: size(5) }), ({ N, I, K }, numbers) => {
      const centres = normals([I, K], numbers);
      expect(gradientError(rbf(), [normals([N, I], numbers)], [centres], numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("globalAveragePooling2d", () => {
    always(imageShape, (shape, numbers) => {
      expect(gradientError(globalAveragePooling2d(), [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it.each<ActivationName>(["linear", "relu", "sigmoid", "tanh", "scaledTanh", "softmax"])("activation %s", (name) => {
    always(fc.array(size(5), { minLength: 1, maxLength: 3 }), (shape, numbers) => {
      // softmax over one element is constant: no slope to compare
      const nonConstant = name === "softmax" ? [...shape, 3] : shape;
      const op = activation(name);
      // Divided by 2, the values stay where sigmoid and tanh still have a slope; ReLU's kink is at 0.025 or more.
      const x = rescaling({ scale: 0.5 }).forward([apart(nonConstant, numbers)], []).output;
      expect(gradientError(op, [x], [], numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("batchNormalization, in training and in inference", () => {
    const configs = fc.record({
      shape: fc.tuple(size(4, 2), size(4), size(5), size(4)),
      training: fc.boolean(),
      flat: fc.boolean(),
    });
    always(configs, ({ shape, training, flat }, numbers) => {
      const C = shape[3];
      const weights = [1, 2, 3].map(() => normals([C], numbers));
      const variance = tensor(
        [C],
        Array.from({ length: C }, () => numbers.uniform(0.5, 2)),
      );
      const x = normals(flat ? [7, C] : shape, numbers);
      const op = batchNormalization({ training });
      expect(gradientError(op, [x], [...weights, variance], numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("zeroPadding2d", () => {
    const side = fc.tuple(fc.nat(3), fc.nat(3));
    always(fc.record({ shape: imageShape, padding: fc.tuple(side, side) }), ({ shape, padding }, numbers) => {
      expect(gradientError(zeroPadding2d({ padding }), [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("channelSlice", () => {
    always(fc.record({ shape: imageShape, ends: pair(4) }), ({ shape, ends: [start, count] }, numbers) => {
      const wide = [...shape.slice(0, 3), start + count + 1];
      const op = channelSlice({ start, stop: start + count });
      expect(gradientError(op, [normals(wide, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("concatenate and add, of one to four inputs", () => {
    const configs = fc.record({ shape: imageShape, channels: fc.array(size(3), { minLength: 1, maxLength: 4 }) });
    always(configs, ({ shape, channels }, numbers) => {
      const different = channels.map((c) => normals([...shape.slice(0, 3), c], numbers));
      expect(gradientError(concatenate(), different, [], numbers)).toBeLessThan(TOLERANCE);
      const alike = channels.map(() => normals(shape, numbers));
      expect(gradientError(add(), alike, [], numbers)).toBeLessThan(TOLERANCE);
    });
  });

  it("flatten, rescaling and dropout", () => {
    always(imageShape, (shape, numbers) => {
      const mask = normals(shape, numbers);
      mask.data.forEach((value, i) => {
        // The first element is kept, so that there is something to compare.
        mask.data[i] = i === 0 || value > 0 ? 1 : 0;
      });
      for (const op of [flatten(), rescaling({ scale: -0.7, offset: 2 }), dropout({ rate: 0.4, mask })]) {
        expect(gradientError(op, [normals(shape, numbers)], [], numbers)).toBeLessThan(TOLERANCE);
      }
    });
  });

  it("the losses, with and without sample weights", () => {
    const configs = fc.record({ N: size(5), K: size(5, 2), weighted: fc.boolean() });
    always(configs, ({ N, K, weighted }, numbers) => {
      const sampleWeights = weighted ? Array.from({ length: N }, () => numbers.uniform(0.1, 2)) : undefined;
      const labels = Array.from({ length: N }, () => numbers.integer(K));
      const targets = activation("softmax").forward([normals([N, K], numbers)], []).output;
      const logits = normals([N, K], numbers);
      for (const loss of [
        lossOp((output) => sparseCategoricalCrossentropy(output, labels, sampleWeights)),
        lossOp((output) => categoricalCrossentropy(output, targets, sampleWeights)),
      ]) {
        expect(gradientError(followedBy(activation("softmax"), loss), [logits], [], numbers)).toBeLessThan(TOLERANCE);
      }
      const squares = lossOp((output) => meanSquaredError(output, targets, sampleWeights));
      expect(gradientError(squares, [logits], [], numbers)).toBeLessThan(TOLERANCE);
      for (const loss of [
        lossOp((output) => rbfMeanSquaredError(output, labels, sampleWeights)),
        lossOp((output) => rbfMaximumAPosteriori(0.1)(output, labels, sampleWeights)),
      ]) {
        const centres = normals([3, K], numbers);
        const distances = followedBy(rbf(), loss);
        expect(gradientError(distances, [normals([N, 3], numbers)], [centres], numbers)).toBeLessThan(TOLERANCE);
      }
    });
  });

  it("a network: one activation feeds two nodes, a node has two inputs, and a loss", () => {
    const numbers = random(3);
    const nodes: OracleNode[] = [
      { name: "conv", op: followedBy(conv2d({ padding: "same" }), activation("scaledTanh")) },
      { name: "left", op: channelSlice({ start: 0, stop: 2 }) },
      { name: "right", op: channelSlice({ start: 1, stop: 3 }), inputs: ["conv"] },
      { name: "sum", op: add(), inputs: ["left", "right", "other"] },
      { name: "both", op: concatenate(), inputs: ["conv", "sum"] },
      { name: "norm", op: batchNormalization({ training: true }) },
      { name: "mean", op: globalAveragePooling2d() },
      { name: "dense", op: followedBy(dense(), activation("softmax")) },
      { name: "loss", op: lossOp((output) => sparseCategoricalCrossentropy(output, [2, 0, 1])) },
    ];
    /** The node of each weight; the moving statistics go last, since they have no gradient. */
    const owners = ["conv", "conv", "norm", "norm", "dense", "dense", "norm", "norm"];
    /** The network as one operation with its weights in a row. */
    const whole: OracleOp = {
      forward([input, other], weights) {
        const byNode: Record<string, Tensor64[]> = {};
        for (const [i, owner] of owners.entries()) byNode[owner] = [...(byNode[owner] ?? []), weights[i]];
        const { output, backward } = run(nodes, { input, other }, byNode);
        return {
          output,
          backward(dOutput) {
            const { activations, weights: d } = backward(dOutput);
            return { inputs: [activations.input, activations.other], weights: [...d.conv, ...d.norm, ...d.dense] };
          },
        };
      },
    };
    const inputs = [normals([3, 5, 4, 2], numbers), normals([3, 5, 4, 2], numbers)];
    const weights = [[3, 3, 2, 3], [3], [5], [5], [5, 4], [4], [5], [5]].map((shape) => normals(shape, numbers));
    expect(gradientError(whole, inputs, weights, numbers)).toBeLessThan(TOLERANCE);
  });
});

describe("what differences cannot show", () => {
  it("max pooling gives the gradient to the first of equal cells, row by row", () => {
    const { backward } = maxPooling2d().forward([tensor([1, 2, 2, 1], [1, 5, 5, 5])], []);
    expect([...backward(tensor([1, 1, 1, 1], [3])).inputs[0].data]).toEqual([0, 3, 0, 0]);
  });

  it("average pooling with same padding divides by the cells inside the image", () => {
    const x = tensor([1, 1, 3, 1], [1, 3, 7]);
    const { output } = averagePooling2d({ poolSize: [1, 2], padding: "same" }).forward([x], []);
    expect([...output.data]).toEqual([2, 7]);
  });

  it("batch normalization moves the moving statistics by 1 - momentum, and only in training", () => {
    const weights = [[1], [0], [2], [5]].map((values) => tensor([1], values));
    const x = tensor([2, 1], [1, 5]);
    const updated = (training: boolean) =>
      batchNormalization({ training, momentum: 0.5 }).forward([x], weights).updatedWeights;
    expect(updated(true)?.map(({ data }) => data[0])).toEqual([1, 0, 2.5, 4.5]);
    expect(updated(false)).toEqual(weights);
  });

  it("a trainer leaves the weights it was given and lowers the loss", () => {
    const numbers = random(4);
    const nodes: OracleNode[] = [{ name: "dense", op: followedBy(dense(), activation("softmax")) }];
    const initial = { dense: [normals([3, 2], numbers), normals([2], numbers)] };
    const before = structuredClone(initial);
    const input = normals([5, 3], numbers);
    const { step, weights } = trainer(nodes, initial, sgd({ learningRate: 0.5 }));
    const losses = Array.from(
      { length: 3 },
      () => step({ input }, (output) => sparseCategoricalCrossentropy(output, [0, 1, 1, 0, 1])).loss,
    );
    expect(initial).toEqual(before);
    expect(weights.dense[0].data).not.toEqual(initial.dense[0].data);
    expect(losses[2]).toBeLessThan(losses[0]);
  });
});

/** A loss as an operation with an output of one number. */
function lossOp(loss: (predictions: Tensor64) => LossPass): OracleOp {
  return {
    forward([predictions]) {
      const { value, backward } = loss(predictions);
      return {
        output: tensor([1], [value]),
        backward: ({ data: [d] }) => {
          const gradient = backward();
          return {
            inputs: [
              tensor(
                gradient.shape,
                gradient.data.map((g) => d * g),
              ),
            ],
            weights: [],
          };
        },
      };
    },
  };
}
