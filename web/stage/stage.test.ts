/** The stage's arithmetic, on the networks of the package and on ones that users might build. */
import {
  add,
  averagePooling2d,
  batchNormalization,
  conv2d,
  dense,
  flatten,
  input,
  lenet5,
  lenet5Of1998,
  type Model,
  maxPooling2d,
  model,
  modern,
  relu,
  sequential,
  softmax,
} from "lenet5";
import { describe, expect, it } from "vitest";
import { boundedRanges, roundRange, widest } from "../networks/ranges.ts";
import { valueText } from "../state/numbers.ts";
import type { Unit } from "../state/view.ts";
import { unitsAcross } from "./blocks.ts";
import { frameLoop } from "./frame-loop.ts";
import { formulaText, layerFacts, layerTitle, mapsText, mapText, sizeText, spokenUnit } from "./layer-texts.ts";
import { headWidth, type Room, type StageLayout, stageLayout } from "./layout.ts";
import { windowBoxes } from "./overlay.ts";
import { movedUnit, sameSpot, targetAt, unitBox } from "./pointing.ts";
import { shownLayers, singleUnit, valueIndex } from "./shown-layers.ts";

const network = (...layers: Parameters<typeof sequential>[0]) => sequential(layers);

const small = network(
  input({ shape: [20, 30, 3] }),
  conv2d({ filters: 4, kernelSize: 3, padding: "same", strides: 2, activation: "relu", name: "conv" }),
  maxPooling2d({ poolSize: 3, strides: 2, name: "pool" }),
  flatten({ name: "flat" }),
  dense({ units: 3, name: "scores" }),
  softmax({ name: "shares" }),
);
const single = network(
  input({ shape: [28, 28, 1] }),
  flatten(),
  dense({ units: 10, activation: "softmax", name: "only" }),
);
const deep = network(
  input({ shape: [64, 64, 3] }),
  conv2d({ filters: 64, kernelSize: 3, padding: "same", activation: "relu" }),
  averagePooling2d({ poolSize: 2 }),
  conv2d({ filters: 128, kernelSize: 3, padding: "same", activation: "relu" }),
  averagePooling2d({ poolSize: 2 }),
  flatten(),
  dense({ units: 500, activation: "relu" }),
  dense({ units: 40, activation: "softmax" }),
);
const networks = { article: lenet5(), modern: modern(), "1998": lenet5Of1998(), small, single, deep };
const rooms: Record<string, Room> = {
  projector: { width: 776, height: 537, ratio: 1 },
  desk: { width: 1020, height: 630, ratio: 1 },
  scaled: { width: 1020, height: 630, ratio: 1.5 },
  large: { width: 2000, height: 1000, ratio: 1 },
  phone: { width: 366, height: 590, ratio: 3 },
  narrow: { width: 336, height: 560, ratio: 1 },
};
const layersOf = (model: Model) => shownLayers(model.summaryData());
const article = layersOf(networks.article);
const layer = (name: string) => article.find((one) => one.name === name)!;

describe.each(Object.entries(networks))("the layout of %s", (_, model) => {
  it.each(Object.entries(rooms))("fits a %s without overlaps, in whole device pixels", (_name, room) => {
    const layout = stageLayout(layersOf(model), room);
    for (const { box, corners, unit, layer: of, body } of layout.places) {
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + Math.max(box.width, body.width)).toBeLessThanOrEqual(room.width);
      expect(box.y + box.height).toBeLessThanOrEqual(layout.height);
      const pixels = unit * room.ratio;
      if (unit > 0 && pixels >= 1) expect(Math.abs(pixels - Math.round(pixels))).toBeLessThan(1e-9);
      if (of.kind === "maps") expect(corners).toHaveLength(of.maps);
    }
    expect(overlaps(layout)).toEqual([]);
  });
});

function overlaps({ places }: StageLayout): string[] {
  const boxes = places.map(({ box, body, layer: { name } }) => ({
    ...box,
    width: Math.max(box.width, body.width),
    name,
  }));
  return boxes.flatMap((a, i) =>
    boxes
      .slice(i + 1)
      .filter((b) => a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height)
      .map((b) => `${a.name} and ${b.name}`),
  );
}

describe("the layout of LeNet-5", () => {
  const layout = stageLayout(article, rooms.desk!);
  const place = (name: string) => layout.places.find((one) => one.layer.name === name)!;

  it("has C1 and S2 as columns, level in pairs, and C3 above S4", () => {
    expect(layout.isFlow).toBe(false);
    expect(new Set(place("C1").corners.map(({ x }) => x)).size).toBe(1);
    expect(place("S2").corners.map(({ y }) => y)).toEqual(place("C1").corners.map(({ y }) => y));
    expect(place("S4").box.x).toBe(place("C3").box.x);
    expect(place("S4").box.y).toBeGreaterThan(place("C3").box.y);
  });

  it("has the maps of C3 in the groups of Table I", () => {
    expect(place("C3").groups.map(({ text }) => text)).toEqual([
      "three neighbours",
      "four neighbours",
      "four with a gap",
      "all",
    ]);
    const rows = [...new Set(place("C3").corners.map(({ y }) => y))].map(
      (top) => place("C3").corners.filter(({ y }) => y === top).length,
    );
    expect(rows).toEqual([6, 6, 4]);
    expect(layer("S4").groups).toEqual(layer("C3").groups);
  });

  it("has F6 as the bitmap of a character, 7 by 12", () => {
    expect(place("F6").across).toBe(7);
    expect(unitsAcross({ maps: 120, columns: 1 }, 0.6)).toBe(8);
    expect(unitsAcross({ maps: 120, columns: 1 }, 3)).toBe(20);
    expect(unitsAcross({ maps: 1, columns: 97 }, 0.6)).toBe(8);
  });

  it("finds each unit where it is painted", () => {
    const at = (unit: Unit) => {
      const box = unitBox(place(unit.layer), unit);
      return targetAt(layout, box.x + box.width / 2, box.y + box.height / 2)?.unit;
    };
    const units: Unit[] = [
      { layer: "image", map: 0, row: 31, column: 0 },
      { layer: "C1", map: 5, row: 27, column: 27 },
      { layer: "C3", map: 15, row: 0, column: 9 },
      { layer: "S4", map: 14, row: 4, column: 4 },
      { layer: "C5", map: 119, row: 0, column: 0 },
      { layer: "F6", map: 0, row: 0, column: 83 },
      { layer: "output", map: 0, row: 0, column: 9 },
    ];
    for (const unit of units) expect(at(unit)).toEqual(unit);
    expect(targetAt(layout, layout.width - 1, layout.height - 1)).toBeUndefined();
  });

  it("finds the dots below a map of C3", () => {
    const { corners, unit } = place("C3");
    expect(targetAt(layout, corners[3]!.x + 1, corners[3]!.y + 10 * unit + 6)).toEqual({
      link: { layer: "S2", map: 0 },
    });
    expect(targetAt(layout, corners[3]!.x + 10 * unit - 1, corners[3]!.y + 10 * unit + 6)).toEqual({
      link: { layer: "S2", map: 5 },
    });
  });

  it("outlines windows: on maps, on some single units, on all of them as one", () => {
    const window = { maps: [0, 2], rows: [3, 8], columns: [20, 40] } as const;
    const { corners, unit } = place("C1");
    expect(windowBoxes(place("C1"), { layer: "C1", ...window })).toEqual(
      [0, 2].map((map) => ({
        x: corners[map]!.x + 20 * unit,
        y: corners[map]!.y + 3 * unit,
        width: 8 * unit,
        height: 6 * unit,
      })),
    );
    expect(windowBoxes(place("F6"), { layer: "F6", maps: "all", rows: [0, 0], columns: [0, 83] })).toEqual([
      place("F6").body,
    ]);
    expect(windowBoxes(place("C5"), { layer: "C5", maps: [1, 7], rows: [0, 0], columns: [0, 0] })).toHaveLength(2);
  });
});

it("keys move a unit within its layer, and from layer to layer", () => {
  const c3 = { layer: layer("C3"), across: 1 };
  const unit = { layer: "C3", map: 7, row: 4, column: 9 };
  expect(movedUnit(c3, unit, "ArrowLeft")).toEqual({ ...unit, column: 8 });
  expect(movedUnit(c3, unit, "ArrowRight")).toEqual(unit);
  expect(movedUnit(c3, unit, "PageDown")).toEqual({ ...unit, map: 8 });
  expect(movedUnit(c3, unit, "Home")).toEqual({ ...unit, column: 0 });
  expect(movedUnit(c3, unit, " ")).toBeUndefined();
  const f6 = { layer: layer("F6"), across: 7 };
  expect(movedUnit(f6, singleUnit(f6.layer, 10), "ArrowDown")).toEqual(singleUnit(f6.layer, 17));
  expect(movedUnit(f6, singleUnit(f6.layer, 80), "ArrowDown")).toEqual(singleUnit(f6.layer, 80));
  expect(movedUnit({ layer: layer("C5"), across: 8 }, singleUnit(layer("C5"), 0), "ArrowRight")).toEqual({
    layer: "C5",
    map: 1,
    row: 0,
    column: 0,
  });
  expect(sameSpot(layer("C3"), unit, layer("C1"))).toEqual({ layer: "C1", map: 2, row: 12, column: 26 });
  expect(sameSpot(layer("C3"), unit, layer("F6"))).toEqual(singleUnit(layer("F6"), 0));
});

it("shows no layer that only moves values", () => {
  expect(article.map(({ name }) => name)).toEqual(["image", "C1", "S2", "C3", "S4", "C5", "F6", "output"]);
  expect(layersOf(networks["1998"]).map(({ name }) => name)).not.toContain("range");
  expect(layer("F6").reads).toEqual(["C5"]);
  expect(valueIndex(layer("C1"), { map: 2, row: 1, column: 3 })).toBe((28 + 3) * 6 + 2);
});

it("says sizes by their formulas", () => {
  const formulas = (model: Model) => layersOf(model).map((one) => formulaText(one).replaceAll("\u00a0", " "));
  expect(formulas(networks.article)).toEqual([
    "",
    "32 − 5 + 1 = 28",
    "28 / 2 = 14",
    "14 − 5 + 1 = 10",
    "10 / 2 = 5",
    "5 − 5 + 1 = 1",
    "sees all 120",
    "sees all 84",
  ]);
  expect(formulas(small)).toEqual([
    "",
    "20 / 2 = 10, 30 / 2 = 15",
    "(10 − 3) / 2 + 1 → 4, (15 − 3) / 2 + 1 = 7",
    "sees all 112",
    "",
  ]);
  expect(article.map(sizeText)).toEqual([
    "32×32",
    "6@28×28",
    "6@14×14",
    "16@10×10",
    "16@5×5",
    "120",
    "84",
    "10 probabilities",
  ]);
});

it("shows a convolution, its normalization and its activation as one, under the convolution's name", () => {
  const layers = layersOf(networks.modern);
  expect(layers.map((one) => layerTitle(one))).toEqual([
    ...["Input", "C1", "C2", "S3", "C4", "C5", "S6", "C7", "C8", "means", "Output"],
  ]);
  expect(layers[2]).toMatchObject({ name: "C2_relu", reads: ["C1_relu"], maps: 16, rows: 28 });
  expect(layers[3]!.reads).toEqual(["C2_relu"]);
  expect(layers.slice(7).map((one) => formulaText(one).replaceAll("\u00a0", " "))).toEqual([
    ...["5 − 3 + 1 = 3", "3 − 3 + 1 = 1", "", "sees all 64"],
  ]);
  expect(layerFacts(layers[2]!)).toEqual([
    ["Layer", "Convolution"],
    ["Size", "16 maps of 28 by 28"],
    ["Kernel", "3 by 3"],
    ["Rows", "30\u00a0−\u00a03\u00a0+\u00a01\u00a0=\u00a028"],
    ["Parameters", "16 × 16 × 9 = 2,304"],
    ["Then", "Batch normalization, 64 parameters"],
    ["And then", "ReLU"],
    ["Connections", "1,806,336"],
  ]);
  // What is read twice, or has an activation already, stands alone.
  const x = input({ shape: [8, 8, 1] });
  const sums = conv2d({ filters: 2, kernelSize: 3, name: "sums" })(x);
  const again = batchNormalization({ name: "again" })(
    conv2d({ filters: 2, kernelSize: 1, activation: "relu", name: "bent" })(
      add({ name: "both" })([relu({ name: "bend" })(sums), sums]),
    ),
  );
  const net = model({ inputs: x, outputs: relu({ name: "end" })(again) });
  expect(
    layersOf(net)
      .map(({ name }) => name)
      .slice(1),
  ).toEqual(["sums", "bend", "both", "bent", "again", "end"]);
});

it("says how parameters are counted", () => {
  const parameters = (model: Model) => layersOf(model).map((one) => Object.fromEntries(layerFacts(one)).Parameters);
  expect(parameters(networks.article)).toEqual([
    "0",
    "6 × (25 + 1) = 156",
    "0",
    "60 × 25 + 16 = 1,516",
    "0",
    "120 × (16 × 25 + 1) = 48,120",
    "84 × (120 + 1) = 10,164",
    "10 × (84 + 1) = 850",
  ]);
  expect(parameters(networks["1998"])[2]).toBe("6 × 2 = 12");
});

it("says a map to screen readers", () => {
  const values = new Float32Array(16 * 100);
  values[valueIndex(layer("C3"), { map: 6, row: 3, column: 5 })] = 0.934;
  values[valueIndex(layer("C3"), { map: 6, row: 7, column: 1 })] = -0.88;
  expect(mapText(layer("C3"), 6, values)).toBe(
    "C3, map 7 of 16, 10 by 10. Largest 0.93, row 4, column 6; smallest minus 0.88, row 8, column 2. Sees S2 maps 1 to 4.",
  );
  expect(mapText(layer("F6"), 0, undefined)).toBe("F6, 84 units.");
  expect(spokenUnit(layer("F6"), singleUnit(layer("F6"), 11), -0.5)).toBe("F6, unit 12: minus 0.50");
  const digits = [..."0123456789"];
  expect(spokenUnit(layer("output"), singleUnit(layer("output"), 3), 3e-10, digits)).toBe(
    "Output, class 3: 3.0 times 10 to the minus 10",
  );
  const scores = digits.map((digit) => (digit === "3" ? 0.9 : digit === "0" ? -0.5 : 0));
  expect(mapText(layer("output"), 0, scores, digits)).toBe(
    "Output, 10 units. Largest 0.90, class 3; smallest minus 0.50, class 0.",
  );
  expect([[0, 4, 5], [2], [0, 1]].map(mapsText)).toEqual(["maps 1, 5 and 6", "map 3", "maps 1 and 2"]);
  expect([0, -0.0041, 1.7159, 12.34, 118.6, 3e-10, Number.NaN].map(valueText)).toEqual([
    "0.00",
    "−0.004",
    "1.72",
    "12.3",
    "119",
    "3.0 × 10⁻¹⁰",
    "NaN",
  ]);
});

it("takes ranges from squashing, through layers that keep it", () => {
  expect(Object.fromEntries(boundedRanges(networks["1998"].summaryData()))).toEqual({
    image: 1,
    C1: 1.7159,
    S2: 1.7159,
    C3: 1.7159,
    S4: 1.7159,
    C5: 1.7159,
    flatten: 1.7159,
    F6: 1.7159,
  });
  expect([...boundedRanges(small.summaryData()).keys()]).toEqual([small.summaryData().layers[0]!.name, "shares"]);
  expect([0, 0.07, 1, 1.01, 3, 7, 0.002, 130].map(roundRange)).toEqual([1, 0.1, 1, 2, 5, 10, 0.002, 200]);
});

it("keeps headings apart where maps are narrow", () => {
  const own = network(
    input({ shape: [32, 32, 3] }),
    conv2d({ filters: 4, kernelSize: 3, name: "conv2d" }),
    flatten(),
    dense({ units: 3, activation: "softmax", name: "shares" }),
  );
  const layers = shownLayers(own.summaryData());
  const { places, isFlow } = stageLayout(layers, { width: 860, height: 630, ratio: 1 });
  expect(isFlow).toBe(false);
  for (const { layer, box } of places) expect(box.width).toBeGreaterThanOrEqual(headWidth(layer));
  const at = (name: string) => places.find(({ layer }) => layer.name === name)!.box;
  // "conv2d 4@30×30"
  expect(at("shares").x - at("conv2d").x).toBeGreaterThan(120);
});

it("paints once a frame, and sleeps when nothing is asked", () => {
  const waiting: (() => void)[] = [];
  let painted = 0;
  const loop = frameLoop(() => painted++, {
    requestAnimationFrame: (callback) => waiting.push(() => callback(0)),
    cancelAnimationFrame: () => waiting.pop(),
  });
  loop.request();
  loop.request();
  expect(waiting).toHaveLength(1);
  waiting.pop()!();
  expect([painted, waiting.length]).toEqual([1, 0]);
  loop.request();
  loop.stop();
  expect(waiting).toHaveLength(0);
});

it("networks side by side share the wider range of each layer", () => {
  const [article, original] = [networks.article, networks["1998"]].map((net) => boundedRanges(net.summaryData()));
  const shared = widest([article!, original!]);
  expect(shared.get("C1")).toBe(original!.get("C1"));
  expect(original!.get("C1")).toBeGreaterThan(article!.get("C1")!);
  expect([...shared.keys()].sort()).toEqual([...new Set([...article!.keys(), ...original!.keys()])].sort());
});
