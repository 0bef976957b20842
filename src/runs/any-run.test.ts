/** Whatever passes the schemas of a run's files is drawn: soon, and in a bounded space. */
import fc from "fast-check";
import * as v from "valibot";
import { expect, test } from "vitest";
import * as figures from "../figures.ts";
import { lenet5 } from "../index.ts";
import { reportHtml } from "../report/page/report.ts";
import { textCurves } from "../report/text-chart.ts";
import { historyCsv } from "./history.ts";
import type { RunFiles, RunJson } from "./run-files.ts";
import { runSchemas } from "./schemas.ts";

/** Time of the processor: on a busy machine, the clock tells nothing. */
const milliseconds = () => process.cpuUsage().user / 1000;

const RUNS = { numRuns: 25, seed: 15 };
const extremes = [
  ...[0, -0, 1, -1, 0.5, 1e-9, 1 + Number.EPSILON, 1e15, 1e16, 1e21, 2 ** 53],
  ...[1e300, -1e300, 1e308, -1e308, Number.MAX_VALUE, -Number.MAX_VALUE, 1e-300, 1e-320, Number.MIN_VALUE],
];
const finite = fc.oneof(
  fc.constantFrom(...extremes),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
);
const num = fc.oneof({ weight: 9, arbitrary: finite }, { weight: 1, arbitrary: fc.constant(null) });
/** Values that are all alike, spread widely, or close together. */
const values = (length: number) =>
  fc.oneof(
    fc.array(num, { minLength: length, maxLength: length }),
    finite.map((value) => new Array<number>(length).fill(value)),
    finite.map((value) => Array.from({ length }, (_, i) => value * (1 + i * Number.EPSILON))),
  );
const largest = Number.MAX_SAFE_INTEGER;
const whole = (max = largest) =>
  fc.oneof(fc.constantFrom(0, 1, max - 1), fc.integer({ min: 0, max: Math.min(max - 1, 1000) }), fc.nat(max - 1));
const text = fc.oneof(
  fc.constantFrom(
    "",
    "seven",
    "\u001b[2J",
    "a\nb",
    "\u202eevil",
    "שלום",
    "数".repeat(50),
    "<script>",
    "=1+1",
    "a\u0301".repeat(99),
  ),
  fc.string({ unit: "binary", maxLength: 20 }),
  fc.constant("long ".repeat(2000)),
);

const historyJson = fc.integer({ min: 0, max: 40 }).chain((length) =>
  fc.record({
    epochs: fc
      .uniqueArray(
        whole()
          .map((epoch) => epoch + 1)
          .filter(Number.isSafeInteger),
        { minLength: length, maxLength: length },
      )
      .map((epochs) => epochs.sort((a, b) => a - b)),
    iterations: fc.array(whole(), { minLength: length, maxLength: length }),
    history: fc.record(
      { loss: values(length), val_loss: values(length), accuracy: values(length), seconds: values(length) },
      { requiredKeys: [] },
    ),
    chosen: fc.option(
      whole()
        .map((epoch) => epoch + 1)
        .filter(Number.isSafeInteger),
      { nil: undefined },
    ),
  }),
);
const stepsJson = fc.integer({ min: 0, max: 40 }).chain((length) =>
  fc.record({
    every: whole().map((every) => Math.min(largest, every + 1)),
    iterations: fc.array(whole(), { minLength: length, maxLength: length }),
    ...{ loss: values(length), learningRate: values(length) },
    ...{ gradientNorm: values(length), maxGradientNorm: values(length) },
  }),
);
const weightsJson = fc.integer({ min: 0, max: 20 }).chain((length) => {
  const histogram = fc.record({
    range: fc.option(fc.tuple(finite, finite), { nil: undefined }),
    counts: fc.array(whole(), { maxLength: 150 }),
  });
  return fc.record({
    epochs: fc.array(whole(), { minLength: length, maxLength: length }),
    weights: fc.dictionary(
      text.map((name) => `${name}/kernel`),
      fc.array(
        histogram.map(({ range, counts }) => ({
          min: range ? Math.min(...range) : null,
          max: range ? Math.max(...range) : null,
          counts,
        })),
        { minLength: length, maxLength: length },
      ),
      { maxKeys: 4 },
    ),
  });
});
const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
const evaluationJson = fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 201, max: 3000 })).chain((classes) =>
  fc.record({
    ...{ accuracy: share, loss: num, metrics: fc.dictionary(text, num, { maxKeys: 3 }) },
    confusionMatrix:
      classes > 200
        ? fc
            .array(fc.tuple(whole(classes), whole(classes), whole()), { maxLength: 50 })
            .map((cells) => ({ classes, cells }))
        : fc.array(fc.array(whole(), { minLength: classes, maxLength: classes }), {
            minLength: classes,
            maxLength: classes,
          }),
    perClass: fc
      .array(fc.record({ name: text, precision: share, recall: share, f1: share, support: whole() }), {
        minLength: Math.min(classes, 30),
        maxLength: Math.min(classes, 30),
      })
      .map((some) => Array.from({ length: classes }, (_, k) => some[k % some.length]!)),
  }),
);
const predictionsJson = fc
  .array(fc.tuple(whole(1_000_000), whole(1_000_000), fc.oneof(finite, fc.double({ min: 0, max: 1, noNaN: true }))), {
    maxLength: 60,
  })
  .chain((rows) =>
    fc.boolean().map((areShares) => ({
      images: "0",
      labels: rows.map(([label]) => label),
      predicted: rows.map(([label, predicted]) => (predicted % 2 === 0 ? label : predicted)),
      confidence: rows.map(([, , sure]) => (areShares ? Math.min(1, Math.abs(sure)) : sure)),
    })),
  );
const examplesJson = fc
  .record({
    shape: fc.tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 4 })),
    classNames: fc.array(text, { minLength: 1, maxLength: 5 }),
    seeds: fc.array(fc.tuple(whole(), whole(5), whole(5), finite), { maxLength: 20 }),
  })
  .map(({ shape, classNames, seeds }) => ({
    ...{ shape, classNames },
    images: seeds.map(([index, label, predicted, confidence]) => ({
      ...{ index, confidence, label: label % classNames.length, predicted: predicted % classNames.length },
      pixels: btoa("x".repeat(shape[0] * shape[1] * shape[2])),
    })),
  }));

/** As it would be read from its file. */
function passed<File extends RunJson>(file: File, value: unknown): RunFiles[File] {
  const result = v.safeParse(runSchemas[file], JSON.parse(JSON.stringify(value)));
  expect(result.issues?.[0]?.message).toBeUndefined();
  return result.output as RunFiles[File];
}

function expectDrawn(draw: () => { readonly svg: string; readonly height: number; readonly width: number }): void {
  const start = milliseconds();
  const { svg, width, height } = draw();
  // Most take some milliseconds; the first has code to compile.
  expect(milliseconds() - start).toBeLessThan(2000);
  expect(svg.length).toBeLessThan(1_000_000);
  expect(Number.isFinite(width) && Number.isFinite(height)).toBe(true);
  expect(width * height).toBeLessThan(20_000_000);
  expect(svg).not.toMatch(/[="(, ](NaN|-?Infinity|undefined)[",) ]/);
}

test("history.json", () => {
  fc.assert(
    fc.property(historyJson, (given) => {
      const history = passed("history.json", given);
      expectDrawn(() => figures.lossCurves(history));
      expectDrawn(() => figures.lossCurves(history, { scale: "log" }));
      expectDrawn(() => figures.accuracyCurves(history));
      expectDrawn(() => figures.epochTimes(history));
      expectDrawn(() =>
        figures.runCurves([
          { name: "A", ...history },
          { name: "B", ...history },
        ]),
      );
      for (const columns of [24, 40, 80])
        for (const line of textCurves(history, { columns })) expect(line.length).toBeLessThan(columns);
    }),
    RUNS,
  );
});

test("steps.json", () => {
  fc.assert(
    fc.property(stepsJson, (given) => {
      const steps = passed("steps.json", given);
      expectDrawn(() => figures.stepLosses(steps));
      expectDrawn(() => figures.stepLosses(steps, { scale: "log" }));
      expectDrawn(() => figures.learningRates(steps));
      expectDrawn(() => figures.gradientNorms(steps));
    }),
    RUNS,
  );
});

test("weights.json", () => {
  fc.assert(
    fc.property(weightsJson, (given) => expectDrawn(() => figures.weightHistograms(passed("weights.json", given)))),
    RUNS,
  );
});

test("evaluation.json", () => {
  fc.assert(
    fc.property(evaluationJson, (given) => {
      const evaluation = passed("evaluation.json", given);
      expectDrawn(() => figures.confusionMatrix(evaluation));
      expectDrawn(() => figures.confusionMatrix(evaluation, { show: "percent" }));
      expectDrawn(() => figures.confusedPairs(evaluation));
      expectDrawn(() => figures.classErrors(evaluation));
    }),
    RUNS,
  );
});

test("predictions.json", () => {
  fc.assert(
    fc.property(predictionsJson, (given) => {
      const predictions = passed("predictions.json", given);
      const areShares = predictions.confidence.every((sure) => sure >= 0 && sure <= 1);
      for (const draw of [figures.confidence, figures.calibration, figures.rejection]) {
        if (areShares) expectDrawn(() => draw(predictions));
        else expect(() => draw(predictions)).toThrow(/expected probabilities from 0 to 1/);
      }
    }),
    RUNS,
  );
});

test("examples.json, and the report of all", () => {
  const network = lenet5({ seed: 1 }).summaryData();
  const all = fc.tuple(historyJson, stepsJson, weightsJson, evaluationJson, predictionsJson, examplesJson);
  fc.assert(
    fc.property(all, text, ([history, steps, weights, evaluation, predictions, given], words) => {
      const examples = passed("examples.json", given);
      expectDrawn(() => figures.worstErrors(examples));
      const start = milliseconds();
      const page = reportHtml({
        ...{ title: words, started: words, notices: [words], data: { source: words }, settings: { [words]: words } },
        ...{ network, examples, command: words },
        history: passed("history.json", history),
        steps: passed("steps.json", steps),
        weights: passed("weights.json", weights),
        evaluation: passed("evaluation.json", evaluation),
        predictions: passed("predictions.json", predictions),
      });
      expect(milliseconds() - start).toBeLessThan(10_000);
      expect(page.length).toBeLessThan(3_000_000);
      expect(page).not.toContain("<script>");
    }),
    { ...RUNS, numRuns: 8 },
  );
});

test("names of metrics in history.csv are no formulas and break no columns", () => {
  const history = { '=HYPERLINK("a")': [1], "a,b": [2], "c\nd": [3], loss: [0.5] };
  expect(historyCsv({ epochs: [1], iterations: [1], history })).toBe(
    'epoch,"\'=HYPERLINK(""a"")","a,b","c\nd",loss\n1,1,2,3,0.5\n',
  );
});

test.each<[RunJson, object, RegExp]>([
  ["history.json", { epochs: [2 ** 53, 2 ** 53 + 1], iterations: [1, 2], history: {} }, /whole numbers of at least 1/],
  ["history.json", { epochs: [2, 1], iterations: [1, 2], history: {} }, /epochs that rise/],
  ["steps.json", { every: 1e17, iterations: [], loss: [] }, /safe integer/],
  ["weights.json", { epochs: [1], weights: { a: [{ min: 1, max: 0, counts: [] }] } }, /range from min to max/],
  ["weights.json", { epochs: [1], weights: { a: [{ min: 0, max: 1, counts: new Array(1e5).fill(0) }] } }, /length/],
  ["examples.json", { shape: [1, 1, 1e9], classNames: [], images: [] }, /65536/],
  [
    "examples.json",
    {
      shape: [1, 1, 3],
      classNames: ["a"],
      images: [{ index: 0, label: 0, predicted: 0, confidence: 1, pixels: "AA$=" }],
    },
    /base64/,
  ],
  ["predictions.json", { images: "", labels: [1e9], predicted: [0], confidence: [0] }, /class numbers/],
  ["evaluation.json", { loss: 0, accuracy: 7, confusionMatrix: [], perClass: [] }, /1/],
  ["evaluation.json", { loss: 0, confusionMatrix: { classes: 1, cells: [[0, 1, 2]] }, perClass: [] }, /of the classes/],
  ["evaluation.json", { loss: 0, confusionMatrix: { classes: 1e12, cells: [] }, perClass: [] }, /1000000/],
])("%s with numbers out of bounds is refused: %j", (file, content, message) => {
  const { success, issues } = v.safeParse(runSchemas[file], content);
  expect(success).toBe(false);
  expect(issues![0].message).toMatch(message);
});
