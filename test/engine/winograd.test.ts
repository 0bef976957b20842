/** Convolutions by Winograd's algorithm (kernels/conv2d/winograd.ts), compared with the oracle. */
import { describe, expect, it } from "vitest";
import type { SymbolicTensor } from "../../src/index.ts";
import * as lenet5 from "../../src/index.ts";
import { graphOf } from "../../src/model/graph.ts";
import { trainingProgram } from "../../src/model/training-programs.ts";
import { gradientLook, gradientsSeen, noise } from "./as-oracle.ts";
import { expectAsOracle } from "./expect-as-oracle.ts";

const { concatenate, conv2d, dense, flatten, input } = lenet5;

type Build = (image: SymbolicTensor) => SymbolicTensor;

interface Case {
  readonly shape: number[];
  /** Maps of a layer in front, so that the gradient of the input is tested too; 0: no such layer. */
  readonly front: number;
  /** Winograd's algorithm on tiles or along the rows, or direct sums. */
  readonly by: "tiles" | "rows" | "direct";
  readonly build: Build;
}

const cases: Record<string, Case> = {
  "5x5, all connections, as C3": {
    shape: [14, 14, 2],
    front: 6,
    by: "tiles",
    build: (x) => conv2d({ filters: 16, kernelSize: 5, activation: "tanh" })(x),
  },
  "5x5, Table I": {
    shape: [14, 14, 2],
    front: 6,
    by: "tiles",
    build: (x) => conv2d({ filters: 16, kernelSize: 5, connectionTable: lenet5.tableI })(x),
  },
  "5x5, maps and channels without partners": {
    shape: [12, 12, 2],
    front: 5,
    by: "tiles",
    build: (x) => conv2d({ filters: 9, kernelSize: 5, useBias: false })(x),
  },
  "5x5, a map without inputs, a channel that no map reads, a map with one input": {
    shape: [6, 8, 1],
    front: 6,
    by: "tiles",
    build: (x) => {
      const connectionTable = Array.from({ length: 14 }, (_, k) => (k === 3 ? [] : k === 7 ? [2] : [4, 1, 2, 3, 0]));
      return conv2d({ filters: 14, kernelSize: 5, connectionTable })(x);
    },
  },
  "5x5, rows of tiles in parts": {
    shape: [8, 31, 1],
    front: 20,
    by: "tiles",
    build: (x) => conv2d({ filters: 24, kernelSize: 5 })(x),
  },
  "5x5, no gradient of the input": {
    shape: [10, 12, 6],
    front: 0,
    by: "tiles",
    build: (x) => conv2d({ filters: 16, kernelSize: 5, activation: "relu" })(x),
  },
  "5x5, same, an input that other layers read, too": {
    shape: [10, 10, 2],
    front: 6,
    by: "tiles",
    build: (x) => {
      const maps = conv2d({ filters: 12, kernelSize: 5, padding: "same", activation: "tanh" })(x);
      return concatenate()([conv2d({ filters: 8, kernelSize: 5, padding: "same" })(maps), maps, x]);
    },
  },
  "5x5, an odd number of rows": {
    shape: [9, 12, 2],
    front: 6,
    by: "tiles",
    build: (x) => conv2d({ filters: 16, kernelSize: 5 })(x),
  },
  "5x5, an odd number of columns": {
    shape: [10, 13, 2],
    front: 6,
    by: "tiles",
    build: (x) => conv2d({ filters: 16, kernelSize: 5 })(x),
  },
  "5x5, strides 2": {
    shape: [12, 12, 2],
    front: 6,
    by: "direct",
    build: (x) => conv2d({ filters: 16, kernelSize: 5, strides: 2 })(x),
  },
  "5x5, one channel, as C1": {
    shape: [12, 12, 1],
    front: 0,
    by: "rows",
    build: (x) => conv2d({ filters: 6, kernelSize: 5, activation: "tanh" })(x),
  },
  "5x5, one channel, a result beyond the tiles, a map without a partner, one row": {
    shape: [5, 13, 1],
    front: 0,
    by: "rows",
    build: (x) => conv2d({ filters: 5, kernelSize: 5, useBias: false })(x),
  },
  "5x5, three channels, two results beyond the tiles": {
    shape: [7, 10, 3],
    front: 0,
    by: "rows",
    build: (x) => conv2d({ filters: 6, kernelSize: 5, activation: "relu" })(x),
  },
  "5x5, two channels with a gradient, same, three results beyond the tiles": {
    shape: [9, 11, 1],
    front: 2,
    by: "rows",
    build: (x) => conv2d({ filters: 3, kernelSize: 5, padding: "same" })(x),
  },
  "5x5, one channel, one map": {
    shape: [12, 12, 1],
    front: 0,
    by: "direct",
    build: (x) => conv2d({ filters: 1, kernelSize: 5 })(x),
  },
  "5x5, few channels, a connection table": {
    shape: [12, 12, 2],
    front: 0,
    by: "direct",
    build: (x) => conv2d({ filters: 3, kernelSize: 5, connectionTable: [[0], [0, 1], [1]] })(x),
  },
  "3x3, tiles that fit": {
    shape: [10, 14, 2],
    front: 8,
    by: "tiles",
    build: (x) => conv2d({ filters: 8, kernelSize: 3, activation: "tanh" })(x),
  },
  "3x3, same, one map without a partner, connections": {
    shape: [12, 7, 2],
    front: 9,
    by: "tiles",
    build: (x) => {
      const connectionTable = Array.from({ length: 17 }, (_, k) => (k === 3 ? [] : k === 7 ? [2] : [4, 1, 2, 3, 0, 7]));
      return conv2d({ filters: 17, kernelSize: 3, padding: "same", connectionTable })(x);
    },
  },
  "3x3, rows of tiles in parts, many maps": {
    shape: [5, 29, 1],
    front: 40,
    by: "tiles",
    build: (x) => conv2d({ filters: 48, kernelSize: 3, padding: "same", useBias: false })(x),
  },
  "3x3, same, without gradient of the input": {
    shape: [7, 13, 12],
    front: 0,
    by: "tiles",
    build: (x) => conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" })(x),
  },
  "3x3, dilated": {
    shape: [12, 12, 2],
    front: 12,
    by: "direct",
    build: (x) => conv2d({ filters: 12, kernelSize: 3, dilationRate: 2 })(x),
  },
  "3x3, groups": {
    shape: [12, 12, 2],
    front: 12,
    by: "direct",
    build: (x) => conv2d({ filters: 12, kernelSize: 3, groups: 2 })(x),
  },
  "3x3, one channel": {
    shape: [12, 12, 1],
    front: 0,
    by: "direct",
    build: (x) => conv2d({ filters: 6, kernelSize: 3 })(x),
  },
};

/** The layer in front, the case and a dense layer. */
function network({ shape, front, build }: Case, threads: number, numerics: lenet5.Numerics): lenet5.Model {
  const image = input({ shape, name: "image" });
  const biasInitializer = { uniform: [-0.1, 0.1] } as const;
  const x = front > 0 ? conv2d({ filters: front, kernelSize: 1, name: "front", biasInitializer })(image) : image;
  const end = dense({ units: 5, activation: "softmax", name: "end" })(flatten()(build(x)));
  return lenet5.model({ inputs: image, outputs: end, threads, numerics, seed: 11 });
}

/** The names of the wasm kernels of a training step. */
function calledBy({ inputs, outputs }: lenet5.Model): string[] {
  const sizes = { batchSize: 16, threads: 1, inputs: [{ bytesPerElement: 4 }] } as const;
  const objectives = [{ loss: { type: "mean_squared_error" }, lossWeight: 1, metrics: [] }] as const;
  const builder = trainingProgram(graphOf([inputs], [outputs]), sizes, objectives, gradientLook);
  return builder.finish().step.flatMap(({ calls }) => calls.map(({ wasmKernel }) => wasmKernel));
}

describe.each(Object.entries(cases))("conv2d %s", (_, of) => {
  it(`is computed by ${of.by}`, () => {
    const called = calledBy(network(of, 1, "reproducible"));
    expect(called.includes("conv2dWinogradForward")).toBe(of.by === "tiles");
    expect(called.includes("conv2dWinogradBackward")).toBe(of.by === "tiles");
    expect(called.includes("conv2dWinogradRowsForward")).toBe(of.by === "rows");
    expect(called.includes("conv2dWinogradRowsBackwardKernel")).toBe(of.by === "rows");
  });

  it.each<[number, number, lenet5.Numerics]>([
    [17, 2, "reproducible"],
    [3, 1, "fast"],
  ])("agrees with the oracle for %i images on %i threads, %s", async (count, threads, numerics) => {
    await expectAsOracle(network(of, threads, numerics), count);
  });

  // More blocks than shards, so that the second block of a shard adds to its gradient.
  it.runIf([6, 7].includes(of.shape[0]!))("agrees with the oracle for ten blocks", async () => {
    await expectAsOracle(network(of, 2, "reproducible"), 150);
  });
});

/** Results of every size modulo a tile's four, and more and fewer than one tile. */
const sizes = Array.from({ length: 16 }, (_, i) => [5 + (i % 4), 6 + Math.floor(i / 4)] as const);

it.each(["same", "valid"] as const)("3x3 convolutions of any size agree with the oracle, %s", async (padding) => {
  const border = padding === "valid" ? 2 : 0;
  for (const [rows, columns] of [...sizes, [4, 30] as const, [30, 3] as const]) {
    const build: Build = (x) => conv2d({ filters: 24, kernelSize: 3, padding })(x);
    const of: Case = { shape: [rows + border, columns + border, 1], front: 24, by: "tiles", build };
    const net = network(of, 1, "reproducible");
    expect(calledBy(net), `${rows}x${columns}`).toContain("conv2dWinogradForward");
    await expectAsOracle(net, 2);
  }
});

it("the gradient of the input passes a kernel that is frozen", async () => {
  const gradients = async (frozen: boolean) => {
    const middle = conv2d({ filters: 12, kernelSize: 3, padding: "same", name: "middle" });
    const net = network({ ...cases["3x3, tiles that fit"]!, build: (x) => middle(x) }, 1, "reproducible");
    middle.trainable = !frozen;
    net.compile({ optimizer: gradientLook, loss: "sparse_categorical_crossentropy" });
    const images = noise([5, ...net.inputs.shape], 5);
    await net.fit({ images, labels: [0, 1, 2, 3, 4] }, { batchSize: 5, verbose: 0 });
    return { called: calledBy(net), front: gradientsSeen(net).get("front/kernel") };
  };
  const [frozen, learning] = [await gradients(true), await gradients(false)];
  expect(frozen.called).toContain("conv2dWinogradBackward");
  expect(frozen.front).toEqual(learning.front);
});
