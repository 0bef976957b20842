import { expect, it } from "vitest";
import { activationColours, colourIndex, inkColours, weightColours } from "./colours.ts";

const hex = (pixel: number) =>
  `#${[0, 8, 16].map((bits) => ((pixel >> bits) & 255).toString(16).padStart(2, "0")).join("")}`;

it.each([
  [false, "#fbfbf9"],
  [true, "#14161a"],
])("zero is the page's background; dark: %s", (isDark, paper) => {
  for (const table of [activationColours, weightColours, inkColours])
    expect(hex(table(isDark)[colourIndex(0, 1)]!)).toBe(paper);
});

it("ends of the range are the palette's colours: orange below zero, blue above", () => {
  const table = activationColours(false);
  expect(hex(table[colourIndex(-3, 1.5)]!)).toBe("#cb5a0c");
  expect(hex(table[colourIndex(1.5, 1.5)]!)).toBe("#2263c6");
  expect(hex(weightColours(true)[colourIndex(9, 1)]!)).toBe("#d9aaf2");
});

it("what is no number has the colour of zero", () => {
  expect(colourIndex(Number.NaN, 1)).toBe(255);
  expect(colourIndex(Number.POSITIVE_INFINITY, 1)).toBe(510);
});

it("a colour is further from the background the further a value is from zero", () => {
  for (const isDark of [false, true]) {
    const table = activationColours(isDark);
    const brightness = (pixel: number) => (pixel & 255) + 2 * ((pixel >> 8) & 255) + ((pixel >> 16) & 255);
    for (let step = 256; step <= 510; step++) {
      const change = brightness(table[step]!) - brightness(table[step - 1]!);
      expect(isDark ? change : -change).toBeGreaterThanOrEqual(-2);
    }
  }
});
