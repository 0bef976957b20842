import { expect, test } from "vitest";
import { barChart } from "./bar-chart.ts";
import { base64, fromBase64 } from "./base64.ts";
import { className } from "./class-name.ts";
import { Figure } from "./figure.ts";
import { html } from "./html.ts";
import { lineChart } from "./line-chart.ts";
import { count, decimal, duration, percent } from "./numbers.ts";
import { shades } from "./shade.ts";
import { shortened, textWidth } from "./text.ts";
import { coloured, cssVariables, palette } from "./theme.ts";
import { logTicks, wholeTicks } from "./ticks.ts";

test("ticks", () => {
  expect(wholeTicks(1, 1)).toEqual([1]);
  expect(wholeTicks(1, 12)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(wholeTicks(3, 5)).toEqual([3, 4, 5]);
  expect(wholeTicks(1, 1000).at(-1)).toBe(1000);
  expect(logTicks(0.012, 0.7)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5]);
  expect(logTicks(0.0015, 0.7)).toEqual([0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]);
  expect(logTicks(1e-6, 2)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]);
  expect(logTicks(0.022, 0.048)).toEqual([0.03, 0.04]);
  expect(logTicks(0.11, 0.19)).toEqual([0.11, Math.sqrt(0.11) * Math.sqrt(0.19), 0.19]);
});

test("ticks of any numbers: few, and at their place", () => {
  for (const [first, last] of [
    ...[
      [1e17, 1e17],
      [2 ** 53, 2 ** 53 + 2],
      [1, 2 ** 53],
      [-1e300, 1e300],
      [0, 0],
      [1e17, 1e17 + 64],
    ],
  ] as const)
    for (const max of [1, 3, 8]) {
      const ticks = wholeTicks(first, last, max);
      expect(ticks.length).toBeLessThanOrEqual(max + 1);
      for (const tick of ticks) expect(tick).toBeGreaterThanOrEqual(first);
    }
  for (const [min, max] of [
    [1e-300, 1e300],
    [1e-40, 1e-20],
    [5e299, 1e300],
    [1, 1.001],
  ] as const) {
    const ticks = logTicks(min, max);
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThan(20);
    expect(ticks.every((tick) => tick >= min && tick <= max)).toBe(true);
  }
});

test("numbers", () => {
  expect([60_806, null].map(count)).toEqual(["60,806", "–"]);
  expect([0.99999, 1, null, Number.NaN].map((value) => percent(value))).toEqual(["99.99%", "100.00%", "–", "–"]);
  expect([0.98765, 0.004672, 0.015, 0.00001, 0].map((value) => percent(value))).toEqual(
    ["98.77%", "0.47%", "1.50%", "<0.01%", "0.00%"], // biome-ignore format: beside each other
  );
  expect([0.9996, 0.0004, 0.1, 0].map((value) => percent(value, 1))).toEqual(["99.9%", "<0.1%", "10.0%", "0.0%"]);
  expect([0.999, 0.001, -0.05].map((value) => percent(value, 0))).toEqual(["99%", "<1%", "-5%"]);
  expect([0.99999, 0.00001, 0].map((value) => percent(value, 2, "short"))).toEqual(["99.99%", "<0.01%", "0%"]);
  expect([0.98, 0.981, 1].map((value) => percent(value, 2, "short"))).toEqual(["98%", "98.1%", "100%"]);
  expect([0.012345, 2.5, 0, null].map((value) => decimal(value))).toEqual(["0.0123", "2.5", "0", "–"]);
  const full = [0.1097, 2.5, 0, 1234, 1e-7, null].map((value) => decimal(value, "full"));
  expect(full).toEqual(["0.110", "2.50", "0", "1,230", "1e-7", "–"]);
  expect([155_000, 1234, -1e6, 1.234e9, 1e-7].map((value) => decimal(value))).toEqual([
    "155,000",
    "1,230",
    "-1e+6",
    "1.23e+9",
    "1e-7",
  ]);
  expect([9.31, 59.99, 75.2, 3725, null].map(duration)).toEqual(["9.3 s", "1 min 0 s", "1 min 15 s", "1 h 2 min", "–"]);
});

test("html escapes texts and keeps markup", () => {
  expect(html`<a title="${'"<&>'}">${[html`<b>${1}</b>`, "'"]}</a>`.text).toBe(
    '<a title="&quot;&lt;&amp;&gt;"><b>1</b>&#39;</a>',
  );
  expect(html`${"a\ufffe\uffff\ud800b\udc00 \u{1f600}"}`.text).toBe("a\ufffd\ufffd\ufffdb\ufffd \u{1f600}");
  expect(html`a\u0000b${"a\u0000\u001bb\tc\u202ed"}`.text).toBe("a\u0000ba␀␛b\tc\ufffdd");
});

test("shades: the diagonal by share, errors by the square root of their count", () => {
  expect(
    shades(
      [
        [90, 10, 0],
        [0, 0, 0],
        [40, 0, 60],
      ],
      [100, 0, 100],
    ),
  ).toEqual([
    [0.9, 0.5, 0],
    [0, 0, 0],
    [1, 0, 0.6],
  ]);
});

test("shades of more cells than a call takes arguments", () => {
  const classes = 500;
  const counts = Array.from({ length: classes }, (_, t) => new Array(classes).fill(1).fill(9, t, t + 1));
  expect(shades(counts, new Array(classes).fill(508))[0][1]).toBe(1);
});

test("colours are replaced in attributes, not in texts", () => {
  const { svg } = new Figure({ title: "var(--ink)", width: 100, height: 10 }, html`<g fill="var(--card)"/>`);
  expect(svg).toContain(">var(--ink)</text>");
  expect(svg).toContain(`<g fill="${palette.light.card}"/>`);
  expect(coloured('<a fill="var(--unknown)">', "dark")).toBe('<a fill="var(--unknown)">');
});

test("a class without a name gets its number", () => {
  expect([0, 1, 2, 3].map((k) => className(["a", "", " "], k))).toEqual(["a", "1", "2", "3"]);
  expect(className(undefined, 4)).toBe("4");
});

test("a figure is as wide as its title and note, and its legend has as many rows as it needs", () => {
  const frame = { title: "Title", note: "a note", width: 300, height: 100 };
  const keysOf = (count: number) => Array.from({ length: count }, (_, i) => ({ name: `run ${i}`, colour: "red" }));
  const plain = new Figure(frame, html``);
  expect(plain.width).toBe(300);
  expect(new Figure({ ...frame, keys: keysOf(2) }, html``).height).toBe(plain.height + 20);
  const crowded = new Figure({ ...frame, keys: keysOf(12) }, html``);
  expect(crowded.height).toBeGreaterThan(plain.height + 30);
  const places = [...crowded.svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" fill="#5d6168">(run \d+)/g)];
  expect(places).toHaveLength(12);
  for (const [, x, y, name] of places) {
    expect(Number(y)).toBeGreaterThan(20);
    expect(Number(x) + textWidth(name, 12)).toBeLessThanOrEqual(300);
  }
  expect(new Figure({ ...frame, note: "a long note ".repeat(9) }, html``).width).toBeGreaterThan(600);
  const long = new Figure({ ...frame, keys: [{ name: "a very long name ".repeat(9), colour: "red" }] }, html``);
  expect(long.svg).toContain("…");
});

const curve = (name: string, ys: readonly number[]) => ({ name, colour: "red", xs: ys.map((_, i) => i + 1), ys });

test("a page can scale a body down until its smallest text has 11 pixels", () => {
  expect(new Figure({ title: "T", width: 340, height: 1 }, html``).minWidth).toBe(312);
  expect(new Figure({ title: "T", width: 900, height: 1, smallestText: 11 }, html``).minWidth).toBe(900);
});

test.each(["right", "above right", "above"] as const)("a text %s of the last point stays inside the chart", (side) => {
  const text = "a text beside it";
  const { svg, width } = lineChart({
    title: "T",
    series: [curve("a", [1, 2, 3])],
    points: [{ x: 3, y: 3, colour: "red", text, side }],
    xLabel: "epoch",
    format: decimal,
  });
  const [, left] = /<text x="([-\d.]+)" y="[-\d.]+">a text beside it</.exec(svg)!;
  const right = Number(left) + textWidth(text, 12);
  expect(right).toBeLessThanOrEqual(width);
});

test("texts of neighbouring points do not overlap", () => {
  const texts = ["the first text", "the second text", "the third text"];
  const points = texts.map((text, i) => ({
    x: 2 + i / 50,
    y: 1 - i / 50,
    colour: "red",
    text,
    side: "above right" as const,
  }));
  const { svg } = lineChart({ title: "T", series: [curve("a", [9, 2, 0])], points, xLabel: "epoch", format: decimal });
  const [first, second, third] = texts.map((text) => Number(new RegExp(`y="([-\\d.]+)">${text}<`).exec(svg)![1]));
  expect(second).toBeLessThanOrEqual(third - 15);
  expect(first).toBeLessThanOrEqual(second - 15);
});

test("series of the same name are separate lines", () => {
  const series = [curve("a", [1, 2, 3]), curve("a", [3, 2, 1])];
  const { svg } = lineChart({ title: "T", series, xLabel: "epoch", format: decimal });
  const lines = [...svg.matchAll(/<path d="(M[^"]*)"/g)].filter(([, d]) => d.split("L").length === 3);
  expect(lines).toHaveLength(2);
});

test("every grid line of a logarithmic axis has a label", () => {
  const series = [curve("a", [0.0034, 0.02, 0.6])];
  const { svg } = lineChart({ title: "T", series, xLabel: "epoch", format: decimal, scale: "log" });
  for (const tick of [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5]) expect(svg).toContain(`>${tick}</text>`);
});

test("texts are shortened to a width", () => {
  expect(shortened("seven", 12, 100)).toBe("seven");
  const short = shortened("a very long name of a class", 12, 60);
  expect(short).toMatch(/^a very.*…$/);
  expect(textWidth(short, 12)).toBeLessThanOrEqual(60);
  expect(shortened("abc", 12, 1)).toBe("a…");
});

test("base64 and back", () => {
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

test.each(["light", "dark"] as const)("%s: texts and lines have enough contrast", (theme) => {
  const colours = palette[theme];
  for (const text of ["ink", "soft"] as const) expect(contrast(colours[text], colours.card)).toBeGreaterThan(4.5);
  for (const line of ["training", "validation", "right", "wrong", "third", "fourth", "fifth", "sixth"] as const) {
    expect(contrast(colours[line], colours.card), line).toBeGreaterThan(3);
  }
  expect(cssVariables(theme)).toContain(`--ink: ${colours.ink};`);
});

test("a bar's text stands right of the chart's mark, and a mark beyond all bars fits", () => {
  const { svg } = barChart({
    ...{ title: "Ratios", colour: "var(--training)", empty: "nothing", mark: 1 },
    bars: [0.25, 0.5].map((value) => ({ name: "ratio", value, text: `${value}` })),
  });
  const mark = Number(/<path d="M([\d.]+) 0V/.exec(svg)?.[1]);
  const bars = [...svg.matchAll(/<rect x="([\d.]+)" y="\d+" width="([\d.]+)" height="12"/g)];
  expect(bars.map(([, x, width]) => Number(width) / (mark - Number(x)))).toEqual([
    expect.closeTo(0.25, 2),
    expect.closeTo(0.5, 2),
  ]);
  const texts = [...svg.matchAll(/<text x="([\d.]+)"[^>]*>[\d.]+<\/text>/g)].map(([, x]) => Number(x));
  expect(texts.length).toBe(2);
  for (const x of texts) expect(x).toBeGreaterThan(mark);
});
