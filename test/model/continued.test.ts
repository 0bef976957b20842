/** A model that is saved within an epoch continues there, and ends as one that never stopped, bit for bit. */
import { describe, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import { checkContinues } from "./continuing.ts";
import { digit, heads, others, parity, images as pictures, siamese } from "./several-networks.ts";
import { COUNT, closeness, data, endless, labels, metrics, network, options, plain, stream } from "./small-training.ts";

describe("optimizers", () => {
  const cases: [string, lenet5.Optimizer][] = [
    ["sgd with momentum", lenet5.sgd({ momentum: 0.9 })],
    ["adam", lenet5.adam({ clipNorm: 1 })],
    ["adamW with averages", lenet5.adamW({ useEma: true, emaMomentum: 0.9, emaOverwriteFrequency: 3 })],
    ["accumulated gradients", lenet5.sgd({ gradientAccumulationSteps: 3, momentum: 0.5 })],
    [
      "a schedule",
      lenet5.sgd({
        learningRate: lenet5.cosineDecay({ learningRate: 0.1, decaySteps: 12, warmupTarget: 0.2, warmupSteps: 2 }),
      }),
    ],
  ];
  it.each(cases)("%s, with dropout and batch normalization", (_, optimizer) =>
    checkContinues({ make: () => network({ optimizer }), data, options }),
  );

  it("sdlm, without a second estimate of the curvature", () =>
    checkContinues({ make: () => plain(lenet5.sdlm({ learningRate: 0.02, images: 30 })), data, options }));
});

describe("data in memory", () => {
  it.each<[string, lenet5.FitOptions]>([
    ["without shuffling", { shuffle: false }],
    ["in one order", { shuffle: "once" }],
    ["distorted", { augment: lenet5.distortions() }],
    ["distorted in fixed copies", { augment: [lenet5.distortions({ copies: 2 })] }],
    ["balanced classes, the last images for validation", { classWeight: "balanced", validationSplit: 0.2 }],
    ["batches of one image", { batchSize: 1 }],
    ["all images in a batch", { batchSize: 100 }],
  ])("%s", (_, more) => {
    const rare = { ...data, labels: labels.map((label, i) => (i % 4 ? 0 : label)) };
    return checkContinues({ make: network, data: rare, options: { ...options, ...more } });
  });

  it("sample weights and every kind of metric, on three threads", () => {
    const sampleWeight = Float32Array.from({ length: COUNT }, (_, i) => (i % 5) / 2);
    return checkContinues({
      make: () => network({ metrics }, 3),
      data: { ...data, sampleWeight },
      options,
      custom: [closeness],
    });
  });

  it("two outputs with their own losses and metrics", () => {
    const make = () => {
      const made = heads();
      const loss = { digit: "sparse_categorical_crossentropy", parity: "sparse_categorical_crossentropy" } as const;
      made.compile({
        loss,
        lossWeights: { digit: 1, parity: 0.3 },
        metrics: { digit: ["accuracy"], parity: ["auc", "acc"] },
      });
      return made as unknown as lenet5.Model;
    };
    return checkContinues({ make, data: { images: pictures, labels: { digit, parity } }, options });
  });

  it("two inputs, one of them distorted", () => {
    const make = () => {
      const made = siamese();
      made.compile({ optimizer: "adam", loss: "sparse_categorical_crossentropy", metrics: ["accuracy"] });
      return made as unknown as lenet5.Model;
    };
    const augment = { left: lenet5.distortions() };
    return checkContinues({
      make,
      data: { images: [pictures, others], labels: parity },
      options: { ...options, augment },
    });
  });
});

describe("streams", () => {
  it.each<[string, lenet5.Batches, lenet5.FitOptions]>([
    ["of batches", stream, {}],
    ["of distorted batches", stream, { augment: lenet5.distortions() }],
    ["whose epochs are parts of it", stream, { stepsPerEpoch: 3 }],
    ["without an end, distorted", endless, { stepsPerEpoch: 3, augment: lenet5.distortions() }],
  ])("%s", (_, given, more) =>
    checkContinues({ make: network, data: given, options: { seed: 7, ...more }, epochs: 4 }),
  );
});
