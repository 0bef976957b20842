/** Fields against real networks: which numbers change when one number of the input does. */

import { describe, expect, it } from "vitest";
import {
  add,
  averagePooling2d,
  concatenate,
  conv2d,
  conv2dTranspose,
  defineLayer,
  dense,
  flatten,
  input,
  type LayerType,
  lenet5,
  lenet5Of1998,
  type Model,
  maxPooling2d,
  model,
  ops,
  type Summary,
  upSampling2d,
  zeroPadding2d,
} from "../../src/index.ts";
import { reachedBy, seenBy } from "../../web/networks/fields.ts";
import type { Highlight } from "../../web/state/state.ts";
import { unitAt } from "../../web/state/units.ts";
import { layerSamples } from "../members/layer-samples.ts";

const count = (shape: readonly number[]) => shape.reduce((a, b) => a * b);

/** For each of some numbers of the input, the indices in every layer that change when it does. */
async function changes(net: Model, pixels: readonly number[], by: readonly number[]) {
  const { layers } = net.summaryData();
  const outputs = layers.slice(1).map(({ name }) => net.getLayer(name).output);
  const every = model({ inputs: net.inputs, outputs });
  const shape = layers[0]!.outputShape;
  const size = count(shape);
  const image = Float32Array.from({ length: size }, (_, i) => Math.sin(1 + 7.31 * i * i) * 0.3);
  const images = [image, ...pixels.flatMap((pixel) => by.map((step) => image.with(pixel, image[pixel]! + step)))];
  // One by one: of many images, Winograd's algorithm computes neighbouring results together, whose last bits change too.
  const predictions: Awaited<ReturnType<typeof every.predict>>[] = [];
  for (const data of images) predictions.push(await every.predict({ data, shape: [1, ...shape] }));
  return (pixel: number, layer: string): Set<number> => {
    const at = layers.findIndex(({ name }) => name === layer) - 1;
    const values = predictions.map((outputs) => outputs[at]!.data);
    const changed = new Set<number>();
    for (let k = 0; k < by.length; k++) {
      const own = values[1 + pixels.indexOf(pixel) * by.length + k]!;
      for (let i = 0; i < own.length; i++) if (own[i] !== values[0]![i]) changed.add(i);
    }
    return changed;
  };
}

/** The indices of the units that a field names in a layer. */
function indices(lit: readonly Highlight[], { layers }: Summary, layer: string): Set<number> {
  const shape = layers.find(({ name }) => name === layer)!.outputShape;
  const own = lit.filter((one) => one.layer === layer);
  const isLit = (i: number) => {
    const { map, row, column } = unitAt(layer, shape, i);
    return own.some(
      ({ maps, rows, columns }) =>
        (maps === "all" || maps.includes(map)) &&
        row >= rows[0] &&
        row <= rows[1] &&
        column >= columns[0] &&
        column <= columns[1],
    );
  };
  return new Set(Array.from({ length: count(shape) }, (_, i) => i).filter(isLit));
}

/** The same numbers; or, where the sample has gaps, the range around them. */
function compare(type: LayerType, field: ReadonlySet<number>, truth: ReadonlySet<number>): void {
  if (type !== "separableConv2d") {
    expect(field).toEqual(truth);
    return;
  }
  const ends = (set: ReadonlySet<number>) => [Math.min(...set), Math.max(...set)];
  expect(ends(field)).toEqual(ends(truth));
  expect([...truth].filter((i) => !field.has(i))).toEqual([]);
}

describe("a field has the numbers that change, and no others:", () => {
  const shape = [6, 5, 3];
  const pixels = Array.from({ length: count(shape) }, (_, i) => i);
  /** Not every unit: these take all rows, columns and channels in turn. */
  const isTried = (i: number) => i % 4 === 0;

  it.each(Object.keys(layerSamples) as LayerType[])("%s", async (type) => {
    const x = input({ shape, name: "x" });
    const net = model({ inputs: x, outputs: layerSamples[type](x), seed: 4 });
    const summary = net.summaryData();
    if (summary.layers.length === 1) return;
    // In both directions, and far: a maximum or a rectifier may hide one of them.
    const changed = await changes(net, pixels, [1.5, -1.5, 90, -90]);
    const { name, outputShape } = summary.layers.at(-1)!;
    for (const pixel of pixels.filter(isTried)) {
      const { lit, unknown } = reachedBy(summary, unitAt("x", shape, pixel));
      expect(unknown).toEqual([]);
      compare(type, indices(lit, summary, name), changed(pixel, name));
    }
    for (let i = 0; i < count(outputShape); i += 4) {
      const { lit } = seenBy(summary, unitAt(name, outputShape, i));
      compare(type, indices(lit, summary, "x"), new Set(pixels.filter((pixel) => changed(pixel, name).has(i))));
    }
  });
});

const residual = () => {
  const x = input({ shape: [13, 12, 2], name: "x" });
  const a = conv2d({ filters: 4, kernelSize: 3, padding: "same", activation: "tanh", name: "a" })(x);
  const b = conv2d({ filters: 4, kernelSize: [3, 5], padding: "same", groups: 2, name: "b" })(x);
  const c = add({ name: "c" })([a, b]);
  const d = maxPooling2d({ poolSize: 3, strides: 2, padding: "same", name: "d" })(c);
  const e = upSampling2d({ size: 2, name: "e" })(d);
  const f = conv2dTranspose({ filters: 2, kernelSize: 4, strides: 2, padding: "same", name: "f" })(d);
  const g = concatenate({ name: "g" })([e, f]);
  const h = averagePooling2d({ poolSize: 4, name: "h" })(zeroPadding2d({ padding: 1, name: "pad" })(g));
  const out = dense({ units: 3, activation: "softmax", name: "out" })(flatten({ name: "flat" })(h));
  return model({ inputs: x, outputs: out, seed: 2 });
};

describe.each([
  { title: "the article's network", make: () => lenet5({ seed: 3 }), exact: ["C1", "S2", "C3", "S4", "C5", "F6"] },
  { title: "the 1998 network", make: () => lenet5Of1998({ seed: 3 }), exact: ["C1", "S2", "C3", "S4", "C5", "F6"] },
  { title: "a network of branches", make: residual, exact: ["a", "b", "c"] },
])("$title:", ({ make, exact }) => {
  it("every pixel reaches what changes with it", async () => {
    const net = make();
    const summary = net.summaryData();
    const { name, outputShape } = summary.layers[0]!;
    const pixels = [0, 77, 165, 311].map((at) => at % count(outputShape)).concat(count(outputShape) - 1);
    const changed = await changes(net, pixels, [0.8, -0.8]);
    for (const pixel of pixels) {
      const { lit } = reachedBy(summary, unitAt(name, outputShape, pixel));
      for (const layer of summary.layers.slice(1).map((one) => one.name)) {
        const reached = indices(lit, summary, layer);
        const truth = changed(pixel, layer);
        expect([...truth].filter((i) => !reached.has(i))).toEqual([]);
        if (exact.includes(layer)) expect(reached).toEqual(truth);
      }
    }
  });
});

it("the fields of LeNet-5 are 5, 6, 14, 16 and 32 pixels wide", () => {
  const summary = lenet5().summaryData();
  const width = (layer: string, row: number) => {
    const { lit } = seenBy(summary, { layer, map: 9, row, column: 0 });
    const { rows } = lit.find((one) => one.layer === "image") ?? { rows: [0, -1] };
    return rows[1] - rows[0] + 1;
  };
  const map0 = seenBy(summary, { layer: "C1", map: 0, row: 2, column: 3 });
  expect(map0.lit).toEqual([{ layer: "image", maps: "all", rows: [2, 6], columns: [3, 7] }]);
  expect(["C3", "S4", "C5"].map((layer) => width(layer, 0))).toEqual([14, 16, 32]);
  expect(seenBy(summary, { layer: "S2", map: 5, row: 13, column: 13 }).lit).toEqual([
    { layer: "C1", maps: [5], rows: [26, 27], columns: [26, 27] },
    { layer: "image", maps: "all", rows: [26, 31], columns: [26, 31] },
  ]);
});

it("a map of C3 sees the maps of S2 that Table I gives it, and a map of S2 reaches the others", () => {
  const summary = lenet5().summaryData();
  const seen = seenBy(summary, { layer: "C3", map: 6, row: 4, column: 5 });
  expect(seen.lit[0]).toEqual({ layer: "S2", maps: [0, 1, 2, 3], rows: [4, 8], columns: [5, 9] });
  const reached = reachedBy(summary, { layer: "S2", map: 0, row: 0, column: 0 });
  expect(reached.lit[0]).toEqual({
    layer: "C3",
    maps: [0, 4, 5, 6, 9, 10, 11, 12, 14, 15],
    rows: [0, 0],
    columns: [0, 0],
  });
});

it("a custom layer counts as one that mixes everything, and is named", () => {
  const shift = defineLayer("shift", { call: (x) => ops.multiply(x, 2) });
  const x = input({ shape: [6, 6, 2], name: "x" });
  const y = conv2d({ filters: 3, kernelSize: 3, name: "y" })(shift({ name: "own" })(x));
  const summary = model({ inputs: x, outputs: y }).summaryData();
  const { lit, unknown } = seenBy(summary, { layer: "y", map: 1, row: 2, column: 2 });
  expect(lit.at(-1)).toEqual({ layer: "x", maps: "all", rows: [0, 5], columns: [0, 5] });
  expect(unknown).toEqual(["own"]);
});

it("a unit that the network does not have sees nothing", () => {
  const summary = lenet5().summaryData();
  expect(seenBy(summary, { layer: "C9", map: 0, row: 0, column: 0 })).toEqual({ lit: [], unknown: [] });
  expect(reachedBy(summary, { layer: "C1", map: 6, row: 0, column: 0 })).toEqual({ lit: [], unknown: [] });
});
