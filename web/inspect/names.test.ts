import { averagePooling2d, conv2d, dense, flatten, input, lenet5, model, modern } from "lenet5";
import { expect, it } from "vitest";
import { mapName, neighbours, originOf, unitName } from "./names.ts";

const summary = lenet5({ threads: 1 }).summaryData();
const classNames = Array.from({ length: 10 }, (_, i) => String(i));
const named = { summary, classNames };

it.each([
  [{ layer: "image", map: 0, row: 3, column: 0 }, "Input, row 4, column 1", "Input"],
  [{ layer: "C3", map: 7, row: 4, column: 6 }, "C3, map 8 of 16, row 5, column 7", "C3 map 8"],
  [{ layer: "C5", map: 7, row: 0, column: 0 }, "C5, unit 8 of 120", "C5 unit 8"],
  [{ layer: "F6", map: 0, row: 0, column: 83 }, "F6, unit 84 of 84", "F6 unit 84"],
  [{ layer: "output", map: 0, row: 0, column: 3 }, "Output, class 3", "Output unit 4"],
])("a unit is named for people: %o", (unit, name, short) => {
  expect(unitName(named, unit)).toBe(name);
  expect(mapName(summary, unit)).toBe(short);
});

it("a unit of layers that are shown as one has the first one's name, and arrows skip what is inside", () => {
  const summary = modern({ threads: 1 }).summaryData();
  const unit = { layer: "C2_relu", map: 3, row: 4, column: 5 };
  expect(unitName({ summary, classNames }, unit)).toBe("C2, map 4 of 16, row 5, column 6");
  for (const layer of ["C2", "C2_norm"])
    expect(unitName({ summary, classNames }, { ...unit, layer })).toBe("C2, map 4 of 16, row 5, column 6");
  expect(neighbours(summary, unit).below?.layer).toBe("C1_relu");
  expect(neighbours(summary, unit).above?.layer).toBe("S3");
});

it("a flattened number is the unit's that it was computed in", () => {
  const x = input({ shape: [6, 6, 1], name: "x" });
  const c = averagePooling2d({ name: "pool" })(conv2d({ filters: 3, kernelSize: 3, name: "c" })(x));
  const net = model({ inputs: x, outputs: dense({ units: 2, name: "out" })(flatten({ name: "flat" })(c)), threads: 1 });
  const unit = { layer: "flat", map: 0, row: 0, column: 7 };
  expect(originOf(net.summaryData(), unit)).toEqual({ layer: "pool", map: 1, row: 1, column: 0 });
});

it("the last layer is called what it is, whatever its name", () => {
  const x = input({ shape: [6, 6, 1], name: "x" });
  const layers = [flatten({ name: "flat" }), dense({ units: 2, name: "scores" })] as const;
  const net = model({ inputs: x, outputs: layers[1](layers[0](x)), threads: 1 });
  const unit = { layer: "scores", map: 0, row: 0, column: 1 };
  expect(unitName({ summary: net.summaryData(), classNames: ["cat", "dog"] }, unit)).toBe("Output, class dog");
});

it("arrows end at the edges of a map, and go to the same place of the layers beside", () => {
  const to = neighbours(summary, { layer: "C3", map: 15, row: 0, column: 9 });
  expect(to).toEqual({
    left: { layer: "C3", map: 15, row: 0, column: 8 },
    right: undefined,
    up: undefined,
    down: { layer: "C3", map: 15, row: 1, column: 9 },
    before: { layer: "C3", map: 14, row: 0, column: 9 },
    after: undefined,
    below: { layer: "S2", map: 5, row: 0, column: 13 },
    above: { layer: "S4", map: 15, row: 0, column: 4 },
  });
  const { left, before, above } = neighbours(summary, { layer: "C5", map: 4, row: 0, column: 0 });
  expect(left).toEqual({ layer: "C5", map: 3, row: 0, column: 0 });
  expect(before).toBeUndefined();
  expect(above).toEqual({ layer: "flatten", map: 0, row: 0, column: 4 });
});
