import { describe, expect, expectTypeOf, it } from "vitest";
import { InputError } from "../core/errors.ts";
import { conv2d } from "./conv2d.ts";
import { cropping2d } from "./cropping2d.ts";
import { dense } from "./dense.ts";
import { dropout } from "./dropout.ts";
import { flatten } from "./flatten.ts";
import { input } from "./input.ts";
import type { Layer } from "./layer.ts";
import { maxPooling2d } from "./max-pooling2d.ts";
import { rbf } from "./rbf.ts";
import { layerFromConfig, layers } from "./registry.ts";
import { zeroPadding2d } from "./zero-padding2d.ts";

describe("defineLayer", () => {
  it("keeps the complete options as the config, without name and trainable", () => {
    const layer = conv2d({ name: "C1", filters: 6, kernelSize: 5 });
    expect({ name: layer.name, type: layer.type }).toEqual({ name: "C1", type: "conv2d" });
    expect(layer.config).toEqual({
      filters: 6,
      kernelSize: [5, 5],
      strides: [1, 1],
      padding: "valid",
      dilationRate: [1, 1],
      groups: 1,
      activation: "linear",
      useBias: true,
      kernelInitializer: "glorot_uniform",
      biasInitializer: "zeros",
    });
    expect(maxPooling2d({ poolSize: [3, 2] }).config).toEqual({ poolSize: [3, 2], strides: [3, 2], padding: "valid" });
    expect(maxPooling2d({ strides: 1 }).config).toEqual({ poolSize: [2, 2], strides: [1, 1], padding: "valid" });
    expect(zeroPadding2d({ padding: [1, 2] }).config).toEqual({
      padding: [
        [1, 1],
        [2, 2],
      ],
    });
    expect(rbf({ units: 3 }).config).toEqual({
      units: 3,
      centresInitializer: { uniform: [-1, 1] },
    });
    expect(rbf({ centres: [[1, 2]] }).config).toEqual({ units: 1, centres: [[1, 2]] });
    expect(flatten().name).toBe("");
  });

  it.each<[string, () => unknown, string]>([
    [
      "an option",
      () => conv2d({ name: "C3", filters: 0, kernelSize: 5 }),
      '[conv2d "C3"] filters: expected a whole number of at least 1, got 0',
    ],
    [
      "an unknown option",
      () => maxPooling2d({ name: "S2", size: 2 } as never),
      '[maxPooling2d "S2"]: expected options "poolSize", "strides", "padding", "name" or "trainable", got "size"',
    ],
    ["a flag", () => dense({ units: 1, useBias: "no" as never }), '[dense] useBias: expected true or false, got "no"'],
    [
      "a name",
      () => flatten({ name: "a/b" }),
      '[flatten "a/b"] name: expected a text without "/", not "optimizer", got "a/b"',
    ],
    [
      "a name that is no text",
      () => flatten({ name: 3 as never }),
      '[flatten] name: expected a text without "/", not "optimizer", got 3',
    ],
    [
      "an option of another",
      () => conv2d({ name: "C3", filters: 2, kernelSize: 1, connectionTable: [[0]] }),
      '[conv2d "C3"] connectionTable: expected 2 lists, one for each filter, got 1',
    ],
    [
      "an input",
      () => dense({ name: "F6", units: 1 })(input({ shape: [4, 4, 2] })),
      '[dense "F6"] expected a vector input [N, features], got [N, 4, 4, 2]: put flatten() before it',
    ],
    [
      "two inputs",
      () => flatten()([input({ shape: [1] }), input({ shape: [1] })]),
      "[flatten] expected one input tensor, got 2",
    ],
    [
      "two inputs that are no list",
      () => (flatten() as CallableFunction)(input({ shape: [1] }), input({ shape: [1] })),
      "[flatten] expected one argument, got a tensor as second: write [a, b] for several inputs",
    ],
    [
      "an option of a call in Keras",
      () => (flatten() as CallableFunction)(input({ shape: [1] }), { training: true }),
      '[flatten] expected one argument, got an object {"training":true} as second: write [a, b] for several inputs',
    ],
    [
      "a channel twice",
      () => conv2d({ filters: 1, kernelSize: 1, connectionTable: [[0, 0]] })(input({ shape: [2, 2, 1] })),
      "[conv2d] expected each channel once in connectionTable[0], got [0, 0]",
    ],
    [
      "centres and units",
      () => rbf({ centres: [[1]], units: 2 }),
      "[rbf] units: expected 1, as many as centres, got 2",
    ],
    [
      "centres and an initializer",
      () => rbf({ centres: [[1]], centresInitializer: "zeros" }),
      "[rbf] centresInitializer: expected none beside centres, which are initial values already",
    ],
    ["neither centres nor units", () => rbf({}), "[rbf] units: expected a whole number of at least 1, got NaN"],
    [
      "centres of different lengths",
      () => rbf({ centres: [[1], [1, 2]] }),
      "[rbf] centres: expected a row of finite numbers for each unit, all rows of one length",
    ],
    [
      "padding",
      () => zeroPadding2d({ padding: [1, 2, 3] as never }),
      "[zeroPadding2d] padding: expected a number, [rows, columns] or [[top, bottom], [left, right]], got an array [1,2,3]",
    ],
    [
      "cropping that leaves nothing",
      () => cropping2d({ cropping: [[1, 2], 0] as never })(input({ shape: [3, 4, 1] })),
      "[cropping2d] expected a cropping that leaves a row and a column of 3x4, got 3 rows and 0 columns",
    ],
    [
      "a layer that was not called",
      () => dense({ units: 1 }).output,
      "[dense] expected to be called with its inputs first",
    ],
  ])("errors name the layer: %s", (_, make, message) => {
    expect(make).toThrow(expect.objectContaining({ name: "InputError", message }));
  });

  it("needs the options object only where an option is required", () => {
    expectTypeOf<Parameters<typeof flatten>>().toExtend<[unknown?]>();
    // @ts-expect-error rate is required
    expect(() => dropout()).toThrow("[dropout]: expected options such as { rate: ... }, got undefined");
    expectTypeOf<ReturnType<typeof flatten>>().toEqualTypeOf<Layer>();
  });
});

describe("layerFromConfig", () => {
  it("refuses an unknown type, and says how to load a layer of one's own", () => {
    for (const type of ["lstm", "toString"]) {
      expect(() => layerFromConfig(type, "x", {})).toThrow(
        `layer "x": expected a layer of the library, got "${type}": pass what defineLayer returned to loadModel`,
      );
    }
  });

  it.each(Object.keys(layers))("%s: refuses any wrong config with an InputError", (type) => {
    for (const value of [null, "x", -1, {}, [], [[]], [null, null]]) {
      for (const option of ["filters", "kernelSize", "units", "padding", "centres", "activation", "poolSize", "rate"]) {
        const options = { filters: 2, kernelSize: 2, [option]: value, kernelInitializer: value };
        expect(() => layerFromConfig(type, "x", { ...options, unknown: 1 })).toThrow(InputError);
        expect(() => layerFromConfig(type, "x", { [option]: value, start: value, scale: value, shape: value })).toThrow(
          InputError,
        );
      }
    }
  });
});
