import { expect, test } from "vitest";
import { jsonText } from "../runs/json.ts";
import { counted } from "./output.ts";
import { previews } from "./preview.ts";
import { confusionText } from "./tables.ts";

test("a confusion matrix that fits is shown whole", () => {
  const counts = [
    [12, 0, 1],
    [0, 0, 1234],
    [2, 0, 3],
  ];
  expect(confusionText(counts, ["a", "b", "c"], 80)).toBe(
    [
      "Confusion matrix (row: true class, column: predicted class)",
      "      a  b    c",
      "a    12  ·    1",
      "b     ·  · 1234",
      "c     2  ·    3",
      "",
    ].join("\n"),
  );
});

test("ten classes of thousands fit 80 columns, with long names too", () => {
  const counts = Array.from({ length: 10 }, () => Array<number>(10).fill(1000));
  const fashion = "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot".split(", ");
  for (const names of [[..."0123456789"], fashion]) {
    const lines = confusionText(counts, names, 80).trimEnd().split("\n");
    expect(lines).toHaveLength(12);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  }
});

test("of many classes, the most frequent confusions", () => {
  const counts = Array.from({ length: 47 }, (_, t) =>
    Array.from({ length: 47 }, (_, p) => (p === t ? 100 : p === t + 1 ? t : 0)),
  );
  const lines = confusionText(
    counts,
    counts.map((_, k) => `class ${k}`),
    80,
  )
    .trimEnd()
    .split("\n");
  expect(lines).toHaveLength(12);
  expect(lines[1]).toBe("class 45 → class 46     45");
  expect(lines[11]).toBe("and 35 more pairs");
  const right = Array.from({ length: 47 }, (_, t) => Array.from({ length: 47 }, (_, p) => (p === t ? 1 : 0)));
  expect(
    confusionText(
      right,
      right.map((_, k) => `class ${k}`),
      80,
    ),
  ).toBe("No image was misclassified.\n");
});

test("numbers for people", () => {
  expect(counted(60_000)).toBe("60,000");
});

test("JSON keeps lists of plain values on one line, and texts as they are", () => {
  const value = { list: [1, 2.5, "a [ b ]"], rows: [[1], [2, 3]], none: [], bad: Number.NaN };
  const text = jsonText(value);
  expect(JSON.parse(text)).toEqual({ ...value, bad: null });
  expect(jsonText({ rows: [[1], [2, 3]] })).toBe('{\n  "rows": [\n    [1],\n    [2, 3]\n  ]\n}\n');
});

test("previews are side by side, as many as the columns allow", () => {
  const data = new Uint8Array(3 * 1024);
  data[0] = 255; // the dot at the top left of the first
  data[1024 + 1023] = 9; // the dot at the bottom right of the second
  const set = { images: { shape: [3, 32, 32, 1], data }, labels: Uint8Array.of(1, 0, 0), classNames: ["zero", "one"] };
  const lines = previews(set, 5, 40).split("\n");
  expect(lines).toHaveLength(18);
  expect(lines[0]).toBe("⠁");
  expect(lines[7]).toBe(`${" ".repeat(32)}⢀`.replace("⢀", "⢀"));
  expect(lines[8]).toBe(`one${" ".repeat(14)}zero`);
});
