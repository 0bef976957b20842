import { expect, test } from "vitest";
import { digits } from "../data/digits/digits.ts";
import type { Picture } from "./picture.ts";
import { mnistPreparation, type PreparationOptions, preparationSteps, prepared } from "./preparation.ts";

/** A "7" of two strokes, `width` pixels wide, in a picture of 160x200, as a canvas or a sheet of paper has it. */
function seven(width: number, ground: "transparent" | "white"): Picture {
  const data = new Uint8Array(4 * 160 * 200).fill(ground === "white" ? 255 : 0);
  const ink = (x: number, y: number) => data.set([0, 0, 0, 255], 4 * (y * 160 + x));
  for (let across = 0; across < width; across++) {
    for (let x = 40; x < 120; x++) ink(x, 30 + across);
    for (let y = 30; y < 150; y++) ink(Math.round(110 - (y - 30) / 4) + across, y);
  }
  return { width: 160, height: 200, data };
}

const names = (picture: Picture, preparation?: PreparationOptions) =>
  preparationSteps(picture, preparation).map(({ name }) => name);

test("a drawing is found, scaled, centred and padded; the last step is the image that is prepared", () => {
  const steps = preparationSteps(seven(18, "transparent"));
  expect(steps.map(({ name }) => name)).toEqual(["ink", "scaled", "centred", "padded"]);
  const [ink, scaled, centred, padded] = steps;
  expect(ink!.box).toEqual({ left: 40, top: 30, width: 88, height: 120 });
  expect(ink!.image.shape).toEqual([120, 88, 1]);
  expect(scaled!.image.shape).toEqual([20, 15, 1]);
  expect(centred!.image.shape).toEqual([28, 28, 1]);
  expect(padded!.image.shape).toEqual([32, 32, 1]);
  for (const { image } of steps) expect(Math.max(...image.data)).toBe(255);
  const inner = padded!.image.data.filter((_, at) => at % 32 >= 2 && at % 32 < 30 && at >= 64 && at < 960);
  expect(inner).toEqual(centred!.image.data);
  expect(padded!.image).toEqual(prepared(seven(18, "transparent")));
});

test("thin strokes are widened, and the step says so", () => {
  const steps = preparationSteps(seven(3, "transparent"));
  expect(steps.map(({ name }) => name)).toEqual(["ink", "widened", "scaled", "centred", "padded"]);
  const mass = (at: number) => steps[at]!.image.data.reduce((sum, byte) => sum + byte, 0);
  expect(mass(1)).toBeGreaterThan(1.5 * mass(0));
});

test("ink on a canvas is found where ink on paper is, and looks the same to a network", () => {
  const [canvas, paper] = [seven(18, "transparent"), seven(18, "white")].map((picture) => preparationSteps(picture));
  const difference = canvas!.at(-1)!.image.data.map((byte, i) => Math.abs(byte - paper!.at(-1)!.image.data[i]!));
  expect(difference.reduce((sum, byte) => sum + byte, 0) / 1024).toBeLessThan(4);
  for (const side of ["left", "top", "width", "height"] as const)
    expect(Math.abs(canvas![0]!.box![side] - paper![0]!.box![side])).toBeLessThanOrEqual(3);
});

test("an image of the data set is kept; without framing, a picture is only resized", () => {
  const { data } = digits({ train: 1, test: 0, size: 28 }).train.images;
  const rgba = Uint8Array.from({ length: 4 * 784 }, (_, i) => (i % 4 === 3 ? 255 : data[i >> 2]!));
  const image = { width: 28, height: 28, data: rgba };
  expect(names(image)).toEqual(["kept", "padded"]);
  expect(names(image, mnistPreparation())).toEqual(["kept"]);
  const steps = preparationSteps(seven(18, "white"), { size: [24, 24], channels: 3, padding: 1 });
  expect(steps.map(({ name, image: { shape } }) => [name, ...shape])).toEqual([
    ["resized", 24, 24, 3],
    ["padded", 26, 26, 3],
  ]);
  expect(names(image, { size: [28, 28] })).toEqual(["kept"]);
});

test("ink may be dark in the images, as after the step that centres it", () => {
  const [, , centred] = preparationSteps(seven(18, "transparent"), { ...mnistPreparation(), ink: "dark" });
  expect(centred!.name).toBe("centred");
  expect(centred!.image.data[0]).toBe(255);
});

test("of a drawing in two colours or on a filled ground, ink is looked for", () => {
  const card = seven(18, "white");
  for (let at = 3; at < card.data.length; at += 4) card.data[at] = 254;
  expect(names(card)).toContain("centred");
  const red = seven(18, "transparent");
  for (let at = 0; at < red.data.length / 2; at += 4) red.data[at] = 255;
  const [{ box }] = preparationSteps(red);
  expect(box!.height).toBeGreaterThan(110);
});

test("an empty canvas is refused", () => {
  const empty = { width: 160, height: 160, data: new Uint8Array(4 * 160 * 160) };
  expect(() => preparationSteps(empty, undefined, "pad")).toThrow("pad: expected a digit, but nothing stands out");
});
