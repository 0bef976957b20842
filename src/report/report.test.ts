import { parseHTML } from "linkedom";
import { describe, expect, test } from "vitest";
import { confusedPairs, confusionFigure } from "./confusion-matrix.ts";
import { curveFigure, logTicks, wholeTicks } from "./curves.ts";
import { html } from "./html.ts";
import { count, decimal, duration, percent } from "./numbers.ts";
import { type RunReport, reportHtml } from "./report.ts";

/** A run of `classes` classes; the first is never predicted. */
function run(classes: number, epochs: number, change: Partial<RunReport> = {}): RunReport {
  const names = Array.from({ length: classes }, (_, k) => `class ${k}`);
  const confusionMatrix = names.map((_, t) => names.map((_, p) => (p === 0 ? 0 : p === t ? 90 : p === t + 1 ? 10 : 0)));
  const series = (last: number) => Array.from({ length: epochs }, (_, i) => last + 1 / (i + 2));
  return {
    title: "LeNet-5",
    started: "2026-11-22T15:30:12.000Z",
    notices: [],
    data: { source: "built-in digits", training: 275, validation: 25, test: 100 * classes },
    summary: {
      ...{ params: 156, connections: 122_304, macs: 117_600 },
      layers: [
        { name: "C1", type: "conv2d", outputShape: [28, 28, 6], params: 156, connections: 122_304, macs: 117_600 },
      ],
    },
    history: {
      epochs: Array.from({ length: epochs }, (_, i) => i + 1),
      history: {
        loss: series(0),
        accuracy: series(0.1),
        val_loss: series(0.2),
        val_accuracy: series(0.3),
        seconds: series(2),
      },
    },
    evaluation: {
      ...{ accuracy: 0.9, loss: 0.25, confusionMatrix },
      perClass: names.map((name, k) => ({
        name,
        precision: k === 0 ? null : 0.9,
        recall: k === 0 ? 0 : 0.9,
        f1: k === 0 ? 0 : 0.9,
        support: 100,
      })),
    },
    settings: { Seed: 1 },
    ...change,
  };
}

function page(report: RunReport) {
  const text = reportHtml(report);
  return { text, document: parseHTML(text).document };
}

describe("a report", () => {
  test.each([
    [2, 1],
    [10, 12],
    [47, 100],
  ])("of %i classes and %i epochs", (classes, epochs) => {
    const { text, document } = page(run(classes, epochs));
    expect(document.querySelector("h1")?.textContent).toContain("90.00%");
    expect(document.querySelectorAll(".curve svg circle")).toHaveLength(4 * epochs);
    expect(document.querySelectorAll(".confusion tbody td")).toHaveLength(classes ** 2);
    expect(text).not.toMatch(/NaN|undefined|null|Infinity|<script|https?:\/\/(?!www\.w3\.org)/);
  });

  test("of a diverged run, and of one without an epoch", () => {
    const broken = { epochs: [1, 2], history: { loss: [2.5, null], val_loss: [null, null], accuracy: [0.1, 0.1] } };
    const evaluation = { ...run(3, 1).evaluation, loss: null };
    const { text, document } = page(run(3, 2, { history: broken, evaluation }));
    expect(document.querySelectorAll(".curve svg circle")).toHaveLength(3);
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
    const none = page(run(3, 0, { history: { epochs: [], history: {} } })).text;
    expect(none).not.toMatch(/NaN|undefined|null|Infinity/);
  });

  test("escapes what it is told, and says what must be known", () => {
    const evil = `<script>alert("1")</script> & 'co'`;
    const base = run(2, 1);
    const perClass = base.evaluation.perClass.map((one) => ({ ...one, name: evil }));
    const { text, document } = page({
      ...base,
      ...{ title: evil, notices: [evil], settings: { [evil]: evil }, data: { ...base.data, source: evil } },
      evaluation: { ...base.evaluation, perClass },
    });
    expect(text).not.toContain("<script");
    expect(document.querySelector(".notice")?.textContent).toBe(evil);
    expect(document.querySelector(".settings dd")?.textContent).toBe(evil);
    expect(document.querySelector(".confusion td.right")?.getAttribute("title")).toContain(
      `${evil} read as ${evil}: 0 of 10`,
    );
  });
});

test("curves: one series without validation; a logarithmic axis where the loss falls far", () => {
  const options = { title: "Loss", name: "loss", format: decimal, mayBeLog: true, empty: [0, 1] as const };
  const figure = (loss: number[]) =>
    curveFigure({ epochs: loss.map((_, i) => i + 1), history: { loss } }, options).text;
  expect(figure([2, 0.1, 0.01])).toContain("logarithmic");
  expect(figure([2, 1, 0.5])).not.toContain("logarithmic");
  expect(figure([2, 1, 0])).not.toContain("logarithmic");
  expect(figure([2, 1])).not.toContain("--validation");
  expect(figure([2, 1])).toMatchSnapshot();
});

test("ticks", () => {
  expect(wholeTicks(1, 1)).toEqual([1]);
  expect(wholeTicks(1, 12)).toEqual([2, 4, 6, 8, 10, 12]);
  expect(wholeTicks(3, 5)).toEqual([3, 4, 5]);
  expect(wholeTicks(1, 1000).at(-1)).toBe(1000);
  expect(logTicks(0.012, 0.7)).toEqual([0.02, 0.05, 0.1, 0.2, 0.5]);
  expect(logTicks(1e-6, 2)).toEqual([1e-6, 1e-5, 1e-4, 1e-3, 0.01, 0.1, 1]);
});

test("a confusion matrix: numbers in few cells, shades in many; the worst pairs first", () => {
  const few = confusionFigure(
    [
      [9, 1],
      [0, 4],
    ],
    ["a", "b"],
  ).text;
  expect(few).toContain('<td class="right" style="--share: 0.900" title="a read as a: 9 of 10">9</td>');
  const counts = run(21, 1).evaluation.confusionMatrix;
  expect(confusionFigure(counts, counts.map(String)).text).toContain("dense");
  const pairs = confusedPairs(
    [
      [5, 1, 4],
      [0, 0, 0],
      [2, 0, 1],
    ],
    ["a", "b", "c"],
  ).text;
  expect(pairs.match(/<b>.<\/b> → <b>.<\/b>/g)).toEqual([
    "<b>a</b> → <b>c</b>",
    "<b>c</b> → <b>a</b>",
    "<b>a</b> → <b>b</b>",
  ]);
  expect(
    confusedPairs(
      [
        [1, 0],
        [0, 1],
      ],
      ["a", "b"],
    ).text,
  ).toBe("<p>No image was read as another class.</p>");
});

test("numbers", () => {
  expect([60_806, null].map(count)).toEqual(["60,806", "–"]);
  expect([0.99999, 1, null, Number.NaN].map((value) => percent(value))).toEqual(["99.99%", "100.00%", "–", "–"]);
  expect([0.012345, 2.5, 0, null].map(decimal)).toEqual(["0.0123", "2.5", "0", "–"]);
  expect([9.31, 59.99, 75.2, 3725, null].map(duration)).toEqual(["9.3 s", "1 min 0 s", "1 min 15 s", "1 h 2 min", "–"]);
});

test("html escapes texts and keeps markup", () => {
  expect(html`<a title="${'"<&>'}">${[html`<b>${1}</b>`, "'"]}</a>`.text).toBe(
    '<a title="&quot;&lt;&amp;&gt;"><b>1</b>&#39;</a>',
  );
});
