/** An operation that declares no support is refused where its results would be wrong. */
import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { graphOf } from "../../src/model/graph.ts";
import { imageProgram } from "../../src/model/programs.ts";
import { curvatureProgram, trainingProgram } from "../../src/model/training-programs.ts";
import type { Support, Value } from "../../src/ops/tape.ts";
import { gradientLook, noise } from "./as-oracle.ts";

const objectives = [{ loss: { type: "mean_squared_error" }, lossWeight: 1, metrics: [] }] as const;
const inputs = [{ scale: 1, bytesPerElement: 4 }] as const;
const one = { batchSize: 1, threads: 1, inputs };

/**
 * A network with an operation that supports only its gradient; it has a weight or follows one. Only the Tape can refuse
 * it, since the wasm kernels accept any buffer.
 */
function network(support: Support, weighted = true): lenet5.Model {
  const image = lenet5.input({ shape: [4], name: "image" });
  const layer = lenet5.dense({ units: 4, name: "made up" });
  const front = weighted ? image : lenet5.dense({ units: 4, name: "front" })(image);
  const made = layer(front);
  layer.built.emit = (tape, [x], weights): Value => {
    const { builder } = tape;
    const y = tape.value(x!.shape, weighted || x!.needsGradient, support);
    builder.call("copy", { x: x!.buffer, y: y.buffer, count: y.groups });
    tape.record(y, (dy) => {
      if (weighted) {
        const { place: db, accumulate } = builder.gradient(weights("bias"));
        builder.call("biasGradient", { dy, db, filters: 4, positions: 1, accumulate });
      }
      tape.give(x!, (dx) => builder.call("copy", { x: dy, y: dx, count: y.groups }));
    });
    return y;
  };
  return lenet5.model({ inputs: image, outputs: made, seed: 1, threads: 1 });
}

const graph = (net: lenet5.Model) => graphOf([net.inputs], [net.outputs]);
const data = { images: noise([3, 4], 1), labels: noise([3, 4], 2) };

it.each([true, false])(
  "an operation without second derivatives is refused by sdlm; it has weights: %s",
  async (weighted) => {
    const net = network({ oneImage: true }, weighted);
    net.compile({ optimizer: "sdlm", loss: "mean_squared_error" });
    await expect(net.fit(data, { verbose: 0 })).rejects.toThrow(
      'fit: expected layers with second derivatives for this optimizer, got "made up", which has none: use another optimizer, such as "sgd"',
    );
    const declared = network({ oneImage: true, curvature: true }, weighted);
    expect(() => curvatureProgram(graph(declared), { ...one, batchSize: 3 }, objectives, "curvature")).not.toThrow();
  },
);

it("the gradient needs no declaration", async () => {
  const net = network({});
  net.compile({ optimizer: "sgd", loss: "mean_squared_error" });
  const { history } = await net.fit(data, { verbose: 0 });
  expect(history.loss![0]).toBeGreaterThan(0);
});

it("operations before the first weight need no second derivatives", () => {
  const image = lenet5.input({ shape: [4], name: "image" });
  const first = lenet5.rescaling({ scale: 2, name: "made up" });
  const net = lenet5.model({ inputs: image, outputs: lenet5.dense({ units: 2 })(first(image)) });
  first.built.emit = (tape, [x]) => tape.value(x!.shape, x!.needsGradient, {}, x!.buffer);
  expect(() => curvatureProgram(graph(net), { ...one, batchSize: 3 }, objectives, "curvature")).not.toThrow();
});

it("without support for one image by itself, the model uses blocks in training and prediction", () => {
  const refused = graph(network({ curvature: true }));
  expect(trainingProgram(refused, one, objectives, gradientLook).batchSize).toBe(16);
  expect(imageProgram(refused, inputs)).toBeUndefined();
  const declared = graph(network({ oneImage: true }));
  expect(trainingProgram(declared, one, objectives, gradientLook).batchSize).toBe(1);
  expect(imageProgram(declared, inputs)).toBeDefined();
});

it("an operation without backward calls is an error in training", () => {
  const net = network({}, false);
  net.getLayer("made up").built.emit = (tape, [x]) => tape.value(x!.shape, x!.needsGradient, {});
  expect(() => trainingProgram(graph(net), one, objectives, gradientLook)).toThrow(
    'an operation of the layer "made up" records no backward calls',
  );
});

it("a value without a declaration does not compile", () => {
  const net = network({});
  const layer = net.getLayer("made up");
  // @ts-expect-error: the third argument, which declares the support, is missing
  layer.built.emit = (tape, [x]) => tape.value(x!.shape, true);
  expect(() => imageProgram(graph(net), inputs)).toThrow();
});
