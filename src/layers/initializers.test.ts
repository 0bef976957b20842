import { describe, expect, it } from "vitest";
import { random } from "../core/random.ts";
import { type Initializer, initializer, initialValue } from "./initializers.ts";

const fans = { in: 50, out: 150 };
const COUNT = 20_000;

function drawn(given: Initializer): { mean: number; deviation: number; largest: number } {
  const values = Array.from(initialValue(given, [200, COUNT / 200], fans, random(5, "weights")));
  const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
  return { mean, deviation: Math.sqrt(variance), largest: Math.max(...values.map(Math.abs)) };
}

describe("initialValue", () => {
  it.each<[Initializer, number]>([
    ["glorot_uniform", 2 / 200],
    ["glorot_normal", 2 / 200],
    ["he_uniform", 2 / 50],
    ["he_normal", 2 / 50],
    ["lecun_uniform", 1 / 50],
    ["lecun_normal", 1 / 50],
    ["lecun1998_uniform", (2.4 / 50) ** 2 / 3],
    [{ overFanIn: 2.4 }, (2.4 / 50) ** 2 / 3],
    [{ overFanIn: 2.4, power: 0.5 }, 2.4 ** 2 / 50 / 3],
    [{ uniform: [-3, 3] }, 3],
    ["random_uniform", 0.05 ** 2 / 3],
    [{ varianceScaling: 3, distribution: "uniform" }, 3 / 50],
    [{ varianceScaling: 3, mode: "fan_out", distribution: "uniform" }, 3 / 150],
    [{ varianceScaling: 3, mode: "fan_avg", distribution: "uniform" }, 3 / 100],
  ])("%j has mean 0 and the variance of its definition", (given, variance) => {
    const { mean, deviation, largest } = drawn(given);
    // The standard errors of 20,000 draws are 0.007 and 0.005 deviations at most.
    expect(Math.abs(mean)).toBeLessThan(0.03 * Math.sqrt(variance));
    expect(Math.abs(deviation / Math.sqrt(variance) - 1)).toBeLessThan(0.02);
    const limit = String(given).endsWith("normal") ? 2 / 0.8796256610342398 : Math.sqrt(3);
    expect(largest / Math.sqrt(variance)).toBeLessThanOrEqual(limit + 1e-6);
    expect(largest / Math.sqrt(variance)).toBeGreaterThan(0.98 * limit);
  });

  it.each<[Initializer, { mean: number; deviation: number; limit: number }]>([
    ["random_normal", { mean: 0, deviation: 0.05, limit: 6 }],
    [{ normal: [1, 2] }, { mean: 1, deviation: 2, limit: 6 }],
    [
      { varianceScaling: 2, distribution: "untruncated_normal" },
      { mean: 0, deviation: 0.2, limit: 6 },
    ],
    // As in Keras, "truncated_normal" gives the deviation before the cut, variance scaling the one after it.
    ["truncated_normal", { mean: 0, deviation: 0.05 * 0.8796256610342398, limit: 2 / 0.8796256610342398 }],
    [{ truncatedNormal: [-3, 0.1] }, { mean: -3, deviation: 0.08796256610342398, limit: 2 / 0.8796256610342398 }],
    [{ varianceScaling: 2 }, { mean: 0, deviation: 0.2, limit: 2 / 0.8796256610342398 }],
    [
      { varianceScaling: 2, mode: "fan_out" },
      { mean: 0, deviation: 0.2 / Math.sqrt(3), limit: 2 / 0.8796256610342398 },
    ],
  ])("%j has the mean and the deviation of its definition", (given, wanted) => {
    const values = Array.from(initialValue(given, [200, COUNT / 200], fans, random(5, "weights")));
    const mean = values.reduce((sum, value) => sum + value, 0) / COUNT;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / COUNT;
    const farthest = values.reduce((most, value) => Math.max(most, Math.abs(value - wanted.mean)), 0);
    expect(Math.abs(mean - wanted.mean)).toBeLessThan(0.03 * wanted.deviation);
    expect(Math.abs(Math.sqrt(variance) / wanted.deviation - 1)).toBeLessThan(0.02);
    expect(farthest / wanted.deviation).toBeLessThanOrEqual(wanted.limit + 1e-5);
    expect(farthest / wanted.deviation).toBeGreaterThan(Math.min(3, 0.98 * wanted.limit));
  });

  it.each([
    [[3, 3, 2, 5], 1],
    [[4, 9], 1.5],
    [[6], 1],
  ])("orthogonal gives %j orthogonal rows or columns of the length of its gain", (shape, gain) => {
    const values = initialValue({ orthogonal: gain }, shape, fans, random(7));
    const columns = shape[shape.length - 1]!;
    const rows = values.length / columns;
    const at = (row: number, column: number) => values[row * columns + column]!;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const part = (k: number, i: number) => (rows >= columns ? at(i, k) : at(k, i));
    for (let k = 0; k < count; k++) {
      for (let other = 0; other <= k; other++) {
        let product = 0;
        for (let i = 0; i < length; i++) product += part(k, i) * part(other, i);
        expect(Math.abs(product - (k === other ? gain ** 2 : 0))).toBeLessThan(1e-5);
      }
    }
    const unit = initialValue("orthogonal", shape, fans, random(7));
    const farthest = values
      .map((value, i) => Math.abs(value - gain * unit[i]!))
      .sort()
      .at(-1);
    expect(farthest).toBeLessThan(1e-6);
  });

  it.each<[Initializer, number]>([
    ["zeros", 0],
    ["ones", 1],
    [{ constant: -0.25 }, -0.25],
  ])("%j gives every weight one value", (given, value) => {
    expect(initialValue(given, [2, 3], fans, random(1))).toEqual(new Float32Array(6).fill(value));
  });

  it("uses given values unchanged", () => {
    expect(initialValue({ values: [1, -2, 3] }, [3, 1], fans, random(1))).toEqual(Float32Array.of(1, -2, 3));
  });

  it("uses the fan in of each unit where they differ", () => {
    const own = { in: 1, out: 1, inOf: (index: number) => (index % 2 ? 100 : 10) };
    const values = initialValue("lecun1998_uniform", [1000], own, random(2));
    const largest = (odd: number) => Math.max(...values.filter((_, i) => i % 2 === odd).map(Math.abs));
    expect(largest(0)).toBeGreaterThan(0.23);
    expect(largest(0)).toBeLessThanOrEqual(0.24 + 1e-6);
    expect(largest(1)).toBeGreaterThan(0.023);
    expect(largest(1)).toBeLessThanOrEqual(0.024 + 1e-6);
  });
});

describe("an initializer as an option", () => {
  it("is completed with its defaults", () => {
    expect(initializer("w", "he_normal")).toBe("he_normal");
    expect(initializer("w", { overFanIn: 2 })).toEqual({ overFanIn: 2, power: 1 });
    expect(initializer("w", { uniform: [-1, 2] })).toEqual({ uniform: [-1, 2] });
  });

  it.each([
    ["xavier", /^w: expected "zeros", .*, \{ constant: \.\.\. \}, .*, got "xavier"$/],
    ["toString", /^w: expected "zeros"/],
    [null, /got null$/],
    [3, /got 3$/],
    [["zeros"], /got an array \["zeros"\]$/],
    [{}, /got an object \{\}$/],
    [{ constant: Number.NaN }, /^w constant: expected a finite number, got NaN$/],
    [{ uniform: [1] }, /^w uniform: expected \[low, high\], got an array \[1\]$/],
    [{ uniform: [0, "x"] }, /^w uniform: expected a finite number, got "x"$/],
    [{ normal: [0, -1] }, /^w normal: expected \[mean, standard deviation of at least 0\], got an array \[0,-1\]$/],
    [{ varianceScaling: 1, mode: "fan" }, /^w mode: expected "fan_in", "fan_out" or "fan_avg", got "fan"$/],
    [{ orthogonal: "1" }, /^w orthogonal: expected a finite number, got "1"$/],
    [{ overFanIn: 1, pow: 2 }, /^w: expected options "overFanIn" or "power", got "pow"$/],
  ])("refuses %j", (given, message) => {
    expect(() => initializer("w", given as never)).toThrow(message);
  });
});
