import { expect, test } from "vitest";
import { base64, fromBase64 } from "./base64.ts";
import { html } from "./html.ts";
import { count, decimal, duration, percent } from "./numbers.ts";
import { shades } from "./shade.ts";
import { shortened, textWidth } from "./text.ts";
import { cssVariables, palette } from "./theme.ts";
import { logTicks, wholeTicks } from "./ticks.ts";

test("ticks", () => {
  expect(wholeTicks(1, 1)).toEqual([1]);
  expect(wholeTicks(1, 12)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(wholeTicks(3, 5)).toEqual([3, 4, 5]);
  expect(wholeTicks(1, 1000).at(-1)).toBe(1000);
  expect(logTicks(0.012, 0.7)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5]);
  expect(logTicks(0.0015, 0.7)).toEqual([0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]);
  expect(logTicks(1e-6, 2)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]);
});

test("numbers", () => {
  expect([60_806, null].map(count)).toEqual(["60,806", "–"]);
  expect([0.99999, 1, null, Number.NaN].map((value) => percent(value))).toEqual(["99.99%", "100.00%", "–", "–"]);
  expect([0.98, 0.981, 1].map((value) => percent(value, 2, "short"))).toEqual(["98%", "98.1%", "100%"]);
  expect([0.012345, 2.5, 0, null].map(decimal)).toEqual(["0.0123", "2.5", "0", "–"]);
  expect([9.31, 59.99, 75.2, 3725, null].map(duration)).toEqual(["9.3 s", "1 min 0 s", "1 min 15 s", "1 h 2 min", "–"]);
});

test("html escapes texts and keeps markup", () => {
  expect(html`<a title="${'"<&>'}">${[html`<b>${1}</b>`, "'"]}</a>`.text).toBe(
    '<a title="&quot;&lt;&amp;&gt;"><b>1</b>&#39;</a>',
  );
  expect(html`a\u0000b${"a\u0000\u001bb\tc"}`.text).toBe("a\u0000bab\tc");
});

test("shades: right answers by their share, mistakes by the root of their count against the worst", () => {
  expect(
    shades([
      [90, 10, 0],
      [0, 0, 0],
      [40, 0, 60],
    ]),
  ).toEqual([
    [0.9, 0.5, 0],
    [0, 0, 0],
    [1, 0, 0.6],
  ]);
});

test("texts are shortened to their room", () => {
  expect(shortened("seven", 12, 100)).toBe("seven");
  const short = shortened("a very long name of a class", 12, 60);
  expect(short).toMatch(/^a very.*…$/);
  expect(textWidth(short, 12)).toBeLessThanOrEqual(60);
  expect(shortened("abc", 12, 1)).toBe("a…");
});

test("bytes as text and back", () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
  expect(fromBase64(base64(bytes))).toEqual(bytes);
});

/** WCAG 2: relative luminance and contrast. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [dark, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dark + 0.05);
}

test.each(["light", "dark"] as const)("%s: texts can be read and lines be seen", (theme) => {
  const colours = palette[theme];
  for (const text of ["ink", "soft"] as const) expect(contrast(colours[text], colours.card)).toBeGreaterThan(4.5);
  for (const line of ["training", "validation", "right", "wrong", "third", "fourth", "fifth", "sixth"] as const) {
    expect(contrast(colours[line], colours.card), line).toBeGreaterThan(3);
  }
  expect(cssVariables(theme)).toContain(`--ink: ${colours.ink};`);
});
