/** Every declared option with numbers that 32 bits, or anything, cannot hold: refused in one line, or without harm. */
import { describe, expect, it } from "vitest";
import * as lenet5 from "../src/index.ts";
import { constraints } from "../src/layers/constraints/table.ts";
import { type LayerType, layerFromConfig } from "../src/layers/registry.ts";
import { losses } from "../src/training/losses/table.ts";
import { metrics } from "../src/training/metrics/table.ts";
import { optimizers } from "../src/training/optimizers/table.ts";
import { learningRateAt, schedules } from "../src/training/schedules/table.ts";
import { noise } from "./engine/as-oracle.ts";
import { layerSamples } from "./members/layer-samples.ts";
import { part, points } from "./model/three-classes.ts";

const hostile = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  1e308,
  -1e308,
  3.4e38,
  1e-320,
  1 - 2 ** -40,
  -0,
  -1,
  2 ** 53,
];

type Options = Readonly<Record<string, unknown>>;

/** The result, or undefined where the call is refused in one line; any other error is a failure. */
async function outcome<Result>(what: string, call: () => Result | Promise<Result>): Promise<Result | undefined> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof lenet5.InputError)) throw new Error(`${what}: ${error}`, { cause: error });
    expect(error.message, what).toMatch(/^[^\n]{10,600}$/);
    return undefined;
  }
}

/** The names of all options of a function, from what it says about an unknown one. */
function optionsOf(make: (options: Options) => unknown, base: Options): string[] {
  try {
    make({ ...base, unknown: 1 });
  } catch (error) {
    return [...String(error).matchAll(/"(\w+)"/g)].map(([, name]) => name!).filter((name) => name !== "unknown");
  }
  return [];
}

/** Calls a function with each of its options as each of the numbers, and in a pair. */
async function tried(
  what: string,
  make: (options: Options) => unknown,
  base: Options,
  use: (made: never, what: string) => void | Promise<void>,
): Promise<number> {
  let calls = 0;
  for (const name of optionsOf(make, base)) {
    for (const number of hostile) {
      for (const value of [number, [number, number]]) {
        const label = `${what} ${name} ${Array.isArray(value) ? `[${value}]` : value}`;
        calls++;
        const made = await outcome(label, () => make({ ...base, [name]: value }));
        if (made === undefined) continue;
        expectSingles(made, label);
        await use(made as never, label);
      }
    }
  }
  return calls;
}

/** All numbers of plain data are finite in 32 bits. */
function expectSingles(value: unknown, what: string): void {
  if (typeof value === "number") expect(Number.isFinite(Math.fround(value)), `${what} became ${value}`).toBe(true);
  else if (typeof value === "object" && value !== null)
    for (const each of Object.values(value)) expectSingles(each, what);
}

/** Trains: whatever comes, the weights stay finite, and the model gives numbers or an error of one line. */
async function trained(options: lenet5.CompileOptions, what: string, layer: Options = {}): Promise<void> {
  await outcome(what, async () => {
    const x = lenet5.input({ shape: [6] });
    const outputs = lenet5.dense({ units: 3, activation: "softmax", ...layer })(x);
    const net = lenet5.model({ inputs: x, outputs, threads: 1 });
    net.compile(options);
    await net.fit(part(0, 16), { batchSize: 8, epochs: 2, verbose: 0 });
    for (const { data } of net.weights.values()) expect(data.every(Number.isFinite), what).toBe(true);
    await outcome(what, async () => {
      const { data } = await net.predict(points.images);
      expect(data.every(Number.isFinite), what).toBe(true);
    });
  });
}

const loss = "sparse_categorical_crossentropy";
const rows = { ...part(0, 16), labels: Float32Array.from({ length: 48 }, (_, i) => ((i * 7) % 4 === 0 ? 1 : 0)) };

describe("hostile numbers", () => {
  it.each(Object.keys(layerSamples) as LayerType[])("as options of the layer %s", { timeout: 30_000 }, async (type) => {
    const image = lenet5.input({ shape: [6, 5, 3] });
    const { layer } = layerSamples[type](image);
    const make = (options: Options) => layerFromConfig(type, "sample", options as never);
    await tried(type, make, layer.config, async (made: lenet5.Layer, what) => {
      expectSingles(made.config, what);
      if (type === "input") return;
      await outcome(what, async () => {
        const inputs = lenet5.input({ shape: [6, 5, 3] });
        const read = layerSamples[type](inputs).inputs;
        const outputs = made(read.length === 1 ? read[0]! : (read as never));
        const net = lenet5.model({ inputs, outputs, threads: 1 });
        for (const { data } of net.weights.values()) expect(data.every(Number.isFinite), what).toBe(true);
        const { data } = await net.predict(noise([1, 6, 5, 3], 3));
        expect(data.every(Number.isFinite), what).toBe(true);
      });
    });
  });

  it.each(Object.keys(optimizers) as lenet5.OptimizerName[])("as options of the optimizer %s", async (name) => {
    const make = (options: Options) => optimizers[name].create(options as never);
    const calls = await tried(name, make, {}, (optimizer, what) => trained({ optimizer, loss }, what));
    expect(calls).toBeGreaterThan(hostile.length);
  });

  const scheduleBases: { readonly [Name in lenet5.ScheduleName]: Options } = {
    constant: { learningRate: 0.1 },
    cosineDecay: { learningRate: 0.1, decaySteps: 3 },
    cosineDecayRestarts: { learningRate: 0.1, firstDecaySteps: 3 },
    exponentialDecay: { learningRate: 0.1, decaySteps: 3, decayRate: 0.5 },
    inverseTimeDecay: { learningRate: 0.1, decaySteps: 3, decayRate: 0.5 },
    oneCycle: { learningRate: 0.1, totalSteps: 9 },
    piecewiseConstantDecay: { boundaries: [3], rates: [0.1, 0.2] },
    polynomialDecay: { learningRate: 0.1, decaySteps: 3 },
    stepDecay: { learningRate: 0.1, every: 3 },
  };
  it.each(Object.keys(schedules) as lenet5.ScheduleName[])("as options of the schedule %s", async (name) => {
    const make = (options: Options) => schedules[name].create(options as never);
    await tried(name, make, scheduleBases[name], async (learningRate: lenet5.Schedule, what) => {
      for (const step of [0, 1, 1000, 2 ** 31]) expect(learningRateAt(learningRate, step), what).toBeTypeOf("number");
      await trained({ optimizer: lenet5.sgd({ learningRate }), loss }, what);
    });
  });

  it.each(Object.keys(losses) as lenet5.LossName[])("as options of the loss %s", async (type) => {
    const make = (options: Options) => losses[type].create(options as never);
    await tried(type, make, {}, async (made: lenet5.Loss, what) => {
      await outcome(what, async () => {
        const x = lenet5.input({ shape: [6] });
        const outputs = lenet5.dense({ units: 3, activation: "softmax" })(x);
        const net = lenet5.model({ inputs: x, outputs, threads: 1 });
        net.compile({ loss: made });
        const data = losses[type].targets === "classes" ? part(0, 16) : rows;
        await net.fit(data, { batchSize: 8, epochs: 2, verbose: 0 });
        for (const { data } of net.weights.values()) expect(data.every(Number.isFinite), what).toBe(true);
        const found = await outcome(what, () => net.evaluate(data));
        if (found) expect(Number.isFinite(found.loss), what).toBe(true);
      });
    });
  });

  it.each(Object.keys(metrics) as (keyof typeof metrics)[])("as options of the metric %s", async (type) => {
    const make = (options: Options) => (metrics[type].create as (given: unknown) => unknown)(options);
    await tried(type, make, {}, (metric, what) => trained({ loss, metrics: [metric] }, what));
  });

  it.each(Object.keys(constraints) as (keyof typeof constraints)[])("as options of the constraint %s", async (type) => {
    const make = (options: Options) => (constraints[type].create as (given: unknown) => unknown)(options);
    await tried(type, make, {}, (kernelConstraint, what) =>
      trained({ optimizer: "sgd", loss }, what, { kernelConstraint }),
    );
  });

  it("as factors of regularizers, and in initializers", async () => {
    await tried(
      "regularizer",
      (given) => lenet5.l1l2(given),
      {},
      (kernelRegularizer, what) => trained({ optimizer: "sgd", loss }, what, { kernelRegularizer }),
    );
    for (const name of [
      "constant",
      "uniform",
      "normal",
      "truncatedNormal",
      "varianceScaling",
      "orthogonal",
      "overFanIn",
    ])
      for (const number of hostile)
        for (const value of [number, [number, number], [0, number]])
          await trained({ loss }, `${name} ${value}`, { kernelInitializer: { [name]: value } });
  });

  it("as options of augmentations", async () => {
    const images = noise([1, 8, 8, 1], 2);
    for (const make of [lenet5.distortions, lenet5.elasticDistortion] as ((given: never) => lenet5.Augmentation)[]) {
      await tried(
        "augmentation",
        (given) => make(given as never),
        {},
        async (augmentation, what) => {
          const made = await outcome(what, () => lenet5.augmented(images, augmentation));
          if (made) expect(made.data.every(Number.isFinite), what).toBe(true);
        },
      );
    }
  });

  it("as options of callbacks", async () => {
    const makers = [lenet5.earlyStopping, lenet5.reduceLROnPlateau, lenet5.stepRecorder, lenet5.weightRecorder] as ((
      given: never,
    ) => unknown)[];
    for (const make of makers)
      await tried(
        make.name,
        (given) => make(given as never),
        {},
        () => {},
      );
  });

  it("as options of compile, fit and the data", async () => {
    for (const number of hostile) {
      await trained({ loss, lossWeights: [number] }, `lossWeights ${number}`);
      await trained({ optimizer: lenet5.sgd(), loss: [loss], lossWeights: { dense: number } }, `lossWeights ${number}`);
      for (const option of ["initialEpoch", "batchSize", "validationSplit", "seed"] as const) {
        const what = `fit ${option} ${number}`;
        await outcome(what, async () => {
          const x = lenet5.input({ shape: [6] });
          const net = lenet5.model({ inputs: x, outputs: lenet5.dense({ units: 3, activation: "softmax" })(x) });
          net.compile({ loss });
          await net.fit(part(0, 16), { [option]: number, verbose: 0 });
        });
      }
      for (const change of [{ classWeight: { 1: number } }, { sampleWeight: new Float64Array(16).fill(number, 4) }]) {
        const what = `${Object.keys(change)} ${number}`;
        await outcome(what, async () => {
          const x = lenet5.input({ shape: [6] });
          const net = lenet5.model({ inputs: x, outputs: lenet5.dense({ units: 3, activation: "softmax" })(x) });
          net.compile({ loss });
          const { classWeight, sampleWeight } = change as {
            classWeight?: Record<number, number>;
            sampleWeight?: Float64Array;
          };
          const data = { ...part(0, 16), ...(sampleWeight && { sampleWeight }) } as lenet5.LabelledImages;
          await net.fit(data, { ...(classWeight && { classWeight }), batchSize: 8, verbose: 0 });
          for (const { data } of net.weights.values()) expect(data.every(Number.isFinite), what).toBe(true);
        });
      }
    }
  });
});
