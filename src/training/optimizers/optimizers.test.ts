import { describe, expect, it } from "vitest";
import { stepDecay } from "../schedules/step-decay.ts";
import { adam } from "./adam.ts";
import { adamW } from "./adam-w.ts";
import { rmsprop } from "./rmsprop.ts";
import { sdlm } from "./sdlm.ts";
import { sgd } from "./sgd.ts";
import { checkedOptimizer, definitionOf, type Optimizer, optimizerNames, optimizers, stepRecord } from "./table.ts";

const constant = (learningRate: number) => ({ type: "constant", learningRate });

it.each<[Optimizer, object]>([
  [adam(), { learningRate: constant(0.001), beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false }],
  [
    adamW(),
    { learningRate: constant(0.001), beta1: 0.9, beta2: 0.999, epsilon: 1e-7, amsgrad: false, weightDecay: 0.004 },
  ],
  [rmsprop(), { learningRate: constant(0.001), rho: 0.9, momentum: 0, epsilon: 1e-7, centered: false }],
  [sgd(), { learningRate: constant(0.01), momentum: 0, nesterov: false }],
  [sdlm(), { learningRate: constant(0.0005), mu: 0.02, images: 500 }],
])("the defaults of $type are Keras's, those of sdlm the paper's", ({ type, ...options }, defaults) => {
  expect(options).toEqual(defaults);
});

it.each<[() => unknown, string]>([
  [() => adam({ beta1: -0.1 }), "adam beta1: expected a number in [0, 1), got -0.1"],
  [() => adam({ beta2: 1 }), "adam beta2: expected a number in [0, 1), got 1"],
  [() => adam({ epsilon: -1 }), "adam epsilon: expected a finite number of at least 0, got -1"],
  [() => adamW({ weightDecay: -1 }), "adamW weightDecay: expected a finite number of at least 0, got -1"],
  [() => rmsprop({ rho: 1.5 }), "rmsprop rho: expected a finite number from 0 to 1, got 1.5"],
  [() => rmsprop({ momentum: 1.5 }), "rmsprop momentum: expected a finite number from 0 to 1, got 1.5"],
  [() => rmsprop({ epsilon: -1 }), "rmsprop epsilon: expected a finite number of at least 0, got -1"],
  [() => rmsprop({ centered: 1 as never }), "rmsprop centered: expected true or false, got 1"],
  [() => sgd({ momentum: -1 }), "sgd momentum: expected a finite number from 0 to 1, got -1"],
  [() => sgd({ nesterov: 1 as never }), "sgd nesterov: expected true or false, got 1"],
  [() => sgd({ learningRate: -1 }), "constant learningRate: expected a finite number of at least 0, got -1"],
  [() => sgd({ learningRate: null as never }), "sgd learningRate: expected a number or a schedule"],
  [() => sdlm({ mu: 0 }), "sdlm mu: expected a finite number above 0, got 0"],
  [() => sdlm({ images: 0 }), "sdlm images: expected a whole number of at least 1, got 0"],
])("an option out of range is refused %#", (make, message) => {
  expect(make).toThrow(message);
});

it("options at the ends of their ranges are accepted", () => {
  expect(adam({ beta1: 0, beta2: 0, epsilon: 0 })).toMatchObject({ beta1: 0, beta2: 0, epsilon: 0 });
  expect(sgd({ momentum: 1, learningRate: 0 })).toMatchObject({ momentum: 1, learningRate: constant(0) });
  expect(rmsprop({ rho: 1, momentum: 1, epsilon: 0 })).toMatchObject({ rho: 1, momentum: 1, epsilon: 0 });
});

describe.each(optimizerNames)("%s", (name) => {
  it("is the same by name, as an object and as saved JSON", () => {
    const optimizer = checkedOptimizer("optimizer", name);
    expect(optimizer).toEqual(optimizers[name].create());
    expect(checkedOptimizer("optimizer", optimizer)).toEqual(optimizer);
    expect(checkedOptimizer("optimizer", JSON.parse(JSON.stringify(optimizer)))).toEqual(optimizer);
  });
});

it.each([["noSuchOptimizer"], [{ type: "noSuchOptimizer" }], [undefined], [null], [3], [{}], [[]], [adam]])(
  "refuses %s",
  (given) => {
    expect(() => checkedOptimizer("compile optimizer", given)).toThrow(/^compile optimizer( type)?: expected "/);
  },
);

it("an optimizer has only the slots that its options need", () => {
  const slots = (optimizer: Optimizer) => definitionOf(optimizer).slots(optimizer);
  expect(slots(sgd())).toEqual([]);
  expect(slots(sgd({ momentum: 0.5 }))).toEqual(["momentum"]);
  expect(slots(rmsprop())).toEqual(["velocity"]);
  expect(slots(rmsprop({ momentum: 0.5 }))).toEqual(["velocity", "momentum"]);
  expect(slots(rmsprop({ centered: true }))).toEqual(["velocity", "average_gradient"]);
  expect(slots(adam())).toEqual(["momentum", "velocity"]);
  expect(slots(sdlm())).toEqual(["curvature"]);
});

it("only sdlm needs second derivatives, on the number of images in its options", () => {
  for (const name of optimizerNames) {
    const optimizer = checkedOptimizer("optimizer", name);
    const curvature = definitionOf(optimizer).curvature?.(optimizer);
    expect(curvature, name).toEqual(name === "sdlm" ? { slot: "curvature", images: 500 } : undefined);
  }
});

describe("the numbers of a step", () => {
  it("include the learning rate of the schedule and the seed of dropout", () => {
    const learningRate = stepDecay({ learningRate: 1, every: 2, factor: 0.5 });
    for (const [step, rate] of [1, 1, 0.5, 0.5].entries()) {
      const record = {
        learningRate: rate,
        seed: 7,
        updates: true,
        averageKeep: step && 0.99,
        overwrites: false,
        own: [],
      };
      expect(stepRecord(sgd({ learningRate }), step, 7)).toEqual(record);
    }
  });

  it("of Adam correct the bias of moments that start as 0", () => {
    const options = { learningRate: 2, beta1: 0.5, beta2: 0.75 };
    // 2 sqrt(1 - 3/4) / (1 - 1/2), and with the squares of both betas.
    const rates = [2, (2 * Math.sqrt(7 / 16)) / (3 / 4)];
    for (const optimizer of [adam(options), adamW(options)]) {
      rates.forEach((rate, step) => {
        expect(stepRecord(optimizer, step, 0).own[0]).toBeCloseTo(rate, 12);
      });
    }
  });
});
