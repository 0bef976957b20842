import { describe, expect, it } from "vitest";
import { batchNormalization } from "./batch-normalization.ts";
import { maxNorm } from "./constraints/max-norm.ts";
import { minMaxNorm } from "./constraints/min-max-norm.ts";
import { nonNeg } from "./constraints/non-neg.ts";
import { constraint } from "./constraints/table.ts";
import { unitNorm } from "./constraints/unit-norm.ts";
import { conv2d } from "./conv2d.ts";
import { dense } from "./dense.ts";
import { input } from "./input.ts";
import { l1, l1l2, l2, regularizer } from "./regularizers.ts";

const vector = input({ shape: [3] });
const image = input({ shape: [6, 5, 2] });

describe("regularizers", () => {
  it("are plain data with both factors; names have Keras's 0.01", () => {
    expect(l1()).toEqual({ l1: 0.01, l2: 0 });
    expect(l2(0.5)).toEqual({ l1: 0, l2: 0.5 });
    expect(l1l2({ l1: 0.1, l2: 0.2 })).toEqual({ l1: 0.1, l2: 0.2 });
    expect(regularizer("what", "l1")).toEqual(l1());
    expect(regularizer("what", "l2")).toEqual(l2());
    expect(regularizer("what", { l2: 3 })).toEqual({ l1: 0, l2: 3 });
  });

  it.each<[unknown, string]>([
    ["l3", 'what: expected "l1", "l2" or a regularizer such as l2(0.0001), got "l3"'],
    [0.1, "got 0.1"],
    [l2, "got a function"],
    [{ l2: -1 }, "what l2: expected a finite number of at least 0, got -1"],
    [{ l3: 1 }, 'what: expected options "l1" or "l2", got "l3"'],
    [{}, "what: expected a factor l1 or l2, such as { l2: 0.0001 }, got none"],
  ])("%j is refused", (given, message) => {
    expect(() => regularizer("what", given as never)).toThrow(message);
  });

  it("a factor below 0 is refused", () => {
    expect(() => l1(-1)).toThrow("l1: expected a finite number of at least 0, got -1");
    expect(() => l2(Number.NaN)).toThrow("l2: expected a finite number of at least 0, got NaN");
    expect(() => l1l2({})).toThrow("l1l2: expected a factor l1 or l2");
    expect(() => l1l2({ l1: -1 })).toThrow("l1l2 l1: expected a finite number of at least 0, got -1");
  });
});

describe("constraints", () => {
  it("have Keras's defaults and are the same by name", () => {
    expect(maxNorm()).toEqual({ type: "maxNorm", maxValue: 2, axis: 0 });
    expect(minMaxNorm()).toEqual({ type: "minMaxNorm", minValue: 0, maxValue: 1, rate: 1, axis: 0 });
    expect(unitNorm()).toEqual({ type: "unitNorm", axis: 0 });
    expect(nonNeg()).toEqual({ type: "nonNeg" });
    for (const made of [maxNorm(), minMaxNorm(), unitNorm(), nonNeg()]) {
      expect(constraint("what", made.type)).toEqual(made);
      expect(constraint("what", made)).toEqual(made);
    }
  });

  it.each<[() => unknown, string]>([
    [() => constraint("what", "norm" as never), 'what type: expected "maxNorm"'],
    [() => constraint("what", 3 as never), "or a constraint such as maxNorm(), got 3"],
    [() => nonNeg({ axis: 0 } as never), 'nonNeg: expected no options, got "axis"'],
    [() => maxNorm({ maxValue: 0 }), "maxNorm maxValue: expected a finite number above 0, got 0"],
    [() => maxNorm({ axis: [] }), "maxNorm axis: expected an axis such as 0, or axes such as [0, 1, 2]"],
    [() => unitNorm({ axis: 0.5 }), "unitNorm axis: expected an axis"],
    [() => minMaxNorm({ minValue: 3 }), "minMaxNorm minValue: expected at most maxValue, which is 1, got 3"],
    [() => minMaxNorm({ rate: 2 }), "minMaxNorm rate: expected a finite number from 0 to 1, got 2"],
  ])("options out of range are refused %#", (make, message) => {
    expect(make).toThrow(message);
  });
});

describe("a layer", () => {
  it("keeps them as plain data, and passes them to its weights and its output", () => {
    const layer = conv2d({
      filters: 4,
      kernelSize: 3,
      kernelRegularizer: "l2",
      biasRegularizer: l1(0.3),
      activityRegularizer: { l1: 0.5 },
      kernelConstraint: maxNorm({ axis: [0, 1, 2] }),
      biasConstraint: "nonNeg",
    });
    layer(image);
    expect(JSON.parse(JSON.stringify(layer.config))).toMatchObject({
      kernelRegularizer: { l1: 0, l2: 0.01 },
      activityRegularizer: { l1: 0.5, l2: 0 },
      biasConstraint: { type: "nonNeg" },
    });
    const [kernel, bias] = layer.built.weights;
    expect(kernel).toMatchObject({ regularizer: { l1: 0, l2: 0.01 }, constraint: { type: "maxNorm", maxValue: 2 } });
    expect(bias).toMatchObject({ regularizer: { l1: 0.3, l2: 0 }, constraint: { type: "nonNeg" } });
    expect(layer.built.activityRegularizer).toEqual({ l1: 0.5, l2: 0 });
  });

  it.each<[() => unknown, string]>([
    [
      () => dense({ units: 2, useBias: false, biasRegularizer: "l2", name: "F6" })(vector),
      '[dense "F6"] biasRegularizer: expected useBias: true beside it, got a layer without that weight',
    ],
    [
      () => dense({ units: 2, useBias: false, biasConstraint: "nonNeg", name: "F6" })(vector),
      '[dense "F6"] biasConstraint: expected useBias: true beside it, got a layer without that weight',
    ],
    [
      () => batchNormalization({ scale: false, gammaConstraint: "nonNeg" })(vector),
      "[batchNormalization] gammaConstraint: expected scale: true beside it",
    ],
    [
      () => batchNormalization({ center: false, betaRegularizer: "l1" })(vector),
      "[batchNormalization] betaRegularizer: expected center: true beside it",
    ],
    [
      () => dense({ units: 2, kernelConstraint: maxNorm({ axis: [0, 1, 2] }) })(vector),
      "[dense] kernelConstraint axis: expected different axes from 0 to 1 of a weight [3, 2], got [0,1,2]",
    ],
    [() => dense({ units: 2, kernelConstraint: maxNorm({ axis: -3 }) })(vector), "kernelConstraint axis"],
    [() => dense({ units: 2, kernelConstraint: maxNorm({ axis: [0, -2] }) })(vector), "kernelConstraint axis"],
  ])("refuses what would do nothing or does not fit %#", (make, message) => {
    expect(make).toThrow(message);
  });
});
