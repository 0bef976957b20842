/** Every figure against its picture in test/figures, and the awkward cases: open those files to see them. */
import { decode } from "fast-png";
import { describe, expect, test } from "vitest";
import {
  evaluationOf,
  examplesOf,
  history,
  namesOf,
  predictions,
  steps,
  weights,
} from "../../../test/figures/made-up.ts";
import { pngOf } from "../../cli/png.ts";
import { InputError } from "../../core/errors.ts";
import * as figures from "../../figures.ts";
import { lenet5 } from "../../index.ts";
import { textWidth } from "../drawing/text.ts";

const predictionsJson = predictions(10);
const evaluation = evaluationOf(predictionsJson, namesOf(10));
const evil = [`<script>alert("1")</script>`, "a & b", `'quoted' "twice"`];
const evilAnswers = predictions(3);
const diverged = {
  epochs: [1, 2, 3, 4],
  history: { loss: [2.3, null, 1.2, Number.NaN], val_loss: [2.2, Number.POSITIVE_INFINITY, 1.3, null] },
};
const net = lenet5({ seed: 1 });
const twoEpochs = { ...history(5), name: "B" };

const longNames = ["drei mit einem sehr langen Namen", "vier mit einem sehr langen Namen", ""];
const none = { labels: [], predicted: [], confidence: [] };
const runs = Array.from({ length: 12 }, (_, i) => {
  const { epochs, history: numbers } = history(8);
  return { epochs, name: `run ${i + 1}`, history: { val_loss: numbers.val_loss.map((loss) => Number(loss) + i / 40) } };
});

test.each<[string, (options: never) => unknown, string]>([
  ["lossCurves", (options) => figures.lossCurves(history(2), options), '"chosen" or "scale"'],
  ["accuracyCurves", (options) => figures.accuracyCurves(history(2), options), '"chosen"'],
  ["runCurves", (options) => figures.runCurves(runs, options), '"metric" or "scale"'],
  ["stepLosses", (options) => figures.stepLosses(steps(8, 1), options), '"scale"'],
  ["confusionMatrix", (options) => figures.confusionMatrix(evaluation, options), '"show" or "size"'],
  ["confusedPairs", (options) => figures.confusedPairs(evaluation, options), '"max"'],
  ["worstErrors", (options) => figures.worstErrors(examplesOf(predictionsJson, namesOf(10)), options), '"max"'],
  ["imageGrid", (options) => figures.imageGrid({} as never, options), '"count" or "columns"'],
  ["featureMaps", (options) => figures.featureMaps({ layers: [] } as never, options), '"classNames"'],
  ["paperMisread", (options) => figures.paperMisread({} as never, options), '"max"'],
  ["examples", (options) => figures.examples(predictionsJson, {} as never, options), '"worst", "perCell" or "max"'],
])("%s refuses an unknown option", (name, draw, known) => {
  const wrong = () => draw({ log: true } as never);
  expect(wrong).toThrow(InputError);
  expect(wrong).toThrow(`${name}: expected options ${known}, got "log"`);
});

const pictures: Record<string, () => figures.Figure> = {
  loss: () => figures.lossCurves(history(12), { chosen: 9 }),
  "loss-log": () => figures.lossCurves(history(12), { scale: "log" }),
  "loss-one-epoch": () => figures.lossCurves(history(1), { chosen: 1 }),
  "loss-500-epochs": () => figures.lossCurves(history(500)),
  "loss-not-a-number": () => figures.lossCurves(diverged),
  "loss-no-epoch": () => figures.lossCurves({ epochs: [], history: {} }),
  "loss-without-validation": () => figures.lossCurves({ epochs: [1, 2], history: { loss: [2, 1] } }),
  "loss-log-narrow": () =>
    figures.lossCurves({ epochs: [1, 2, 3], history: { loss: [0.048, 0.03, 0.022] } }, { scale: "log" }),
  "loss-large": () => figures.lossCurves({ epochs: [1, 2], history: { loss: [155_000, 2100] } }),
  "accuracy-kept": () => figures.accuracyCurves(history(12), { chosen: 12 }),
  accuracy: () => figures.accuracyCurves(history(12)),
  "accuracy-constant": () => figures.accuracyCurves({ epochs: [1, 2, 3], history: { accuracy: [1, 1, 1] } }),
  time: () => figures.epochTimes(history(12)),
  "loss-by-step": () => figures.stepLosses(steps(80, 1)),
  "loss-by-step-log": () => figures.stepLosses(steps(80, 2), { scale: "log" }),
  "learning-rate": () => figures.learningRates(steps(80, 4)),
  "gradient-norm": () => figures.gradientNorms(steps(80, 4)),
  confusion: () => figures.confusionMatrix(evaluation),
  "confusion-percent": () => figures.confusionMatrix(evaluation, { show: "percent" }),
  "confusion-2-classes": () => figures.confusionMatrix(evaluationOf(predictions(2), ["no", "yes"])),
  "confusion-47-classes": () => figures.confusionMatrix(evaluationOf(predictions(47), namesOf(47))),
  "confusion-missing": () =>
    figures.confusionMatrix(evaluationOf(predictions(4, { missing: 2, neverPredicted: 1 }), namesOf(4))),
  "confusion-script": () => figures.confusionMatrix(evaluationOf(evilAnswers, evil)),
  "class-errors": () => figures.classErrors(evaluation),
  "class-errors-missing": () =>
    figures.classErrors(evaluationOf(predictions(4, { missing: 2, neverPredicted: 1 }), namesOf(4))),
  "class-errors-script": () => figures.classErrors(evaluationOf(evilAnswers, evil)),
  pairs: () => figures.confusedPairs(evaluation),
  "pairs-long": () => figures.confusedPairs(evaluationOf(evilAnswers, longNames)),
  "pairs-none": () =>
    figures.confusedPairs(evaluationOf({ labels: [0, 1], predicted: [0, 1], confidence: [1, 1] }, ["0", "1"])),
  errors: () => figures.worstErrors(examplesOf(predictionsJson, namesOf(10), 20)),
  "errors-script": () => figures.worstErrors(examplesOf(evilAnswers, evil, 4)),
  "errors-none": () => figures.worstErrors({ shape: [8, 8, 1], classNames: ["0"], images: [] }),
  confidence: () => figures.confidence(predictionsJson),
  "confidence-all-right": () => figures.confidence({ labels: [0, 1], predicted: [0, 1], confidence: [1, 0.7] }),
  "confidence-none": () => figures.confidence(none),
  "calibration-none": () => figures.calibration(none),
  "rejection-none": () => figures.rejection(none),
  calibration: () => figures.calibration(predictionsJson),
  rejection: () => figures.rejection(predictionsJson),
  "rejection-all-right": () => figures.rejection({ labels: [0, 1], predicted: [0, 1], confidence: [1, 0.7] }),
  kernels: () => figures.kernels(net.kernels("C1")),
  "kernels-narrow": () =>
    figures.kernels({
      layer: "separable_conv2d_17",
      shape: [3, 3, 1, 8],
      values: Float32Array.from({ length: 72 }, (_, i) => (i % 7) - 3),
    }),
  "kernels-table": () => figures.kernels(net.kernels("C3")),
  "kernels-many": () => figures.kernels(net.kernels("C5")),
  weights: () => figures.weightHistograms(weights(6)),
  "weights-100-epochs": () => figures.weightHistograms(weights(100)),
  "weights-none": () => figures.weightHistograms({ epochs: [], weights: {} }),
  "weights-not-a-number": () =>
    figures.weightHistograms({ epochs: [0], weights: { "F6/kernel": [{ min: null, max: null, counts: [0] }] } }),
  "runs-12": () => figures.runCurves(runs),
  runs: () => figures.runCurves([{ ...history(12), name: "A" }, twoEpochs], { metric: "val_accuracy" }),
};

test.each(Object.keys(pictures))("%s", async (name) => {
  const { svg } = pictures[name]();
  await expect(svg).toMatchFileSnapshot(`../../../test/figures/${name}.svg`);
  expect(svg).not.toMatch(/NaN|undefined|Infinity|<script|var\(--/);
  // Strict about XML, unlike browsers.
  const { width, height } = decode(await pngOf(svg, 1));
  expect(Math.min(width, height)).toBeGreaterThan(40);
});

test("feature maps of an image, in the network's own order", async () => {
  const image = {
    shape: [32, 32, 1],
    data: Uint8Array.from({ length: 1024 }, (_, i) => (i % 33 < 4 ? 255 : 0)),
    scale: 1 / 255,
  };
  const outputs = await net.layerOutputs(image);
  const figure = figures.featureMaps(outputs, { classNames: evil.concat(namesOf(7)) });
  expect(figure.label).toBe("Outputs of every layer for one image: image, C1, S2, C3, S4, C5, F6, output.");
  await expect(figure.svg).toMatchFileSnapshot("../../../test/figures/features.svg");
  expect(figure.svg).not.toMatch(/NaN|undefined|<script/);
});

test("a figure has a dark theme, CSS variables in a page, and an output in notebooks", () => {
  const figure = figures.lossCurves(history(3));
  expect(figure.themed("dark")).toContain("#1b1e23");
  expect(figure.inline).toContain("var(--training)");
  expect(figure.inline).not.toMatch(/#2868c8|Loss curves</);
  expect(String(figure)).toBe(figure.svg);
  const shown = (figure as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();
  expect(shown["image/svg+xml"]).toBe(figure.svg);
});

test("a confusion matrix is as wide as asked for", () => {
  const counts = { confusionMatrix: Array.from({ length: 10 }, () => Array.from({ length: 10 }, () => 1)) };
  expect(figures.confusionMatrix(counts).width).toBeGreaterThan(460);
  expect(figures.confusionMatrix(counts, { size: 290 }).width).toBeLessThan(340);
  expect(() => figures.confusionMatrix(counts, { size: 10 })).toThrow(
    "size: expected a finite number of at least 240, got 10",
  );
  expect(() => figures.confusionMatrix(counts, { size: "300" as never })).toThrow('got "300"');
});

test("missing values are named, and each value has a tooltip", () => {
  const { svg, label } = figures.lossCurves(diverged);
  expect(svg).toContain("training: not a number in epoch 2, 4");
  expect(label).toContain("validation: 1.3 at epoch 3.");
  expect(svg).toContain("validation 1.3");
  expect(svg.match(/class="at"/g)).toHaveLength(4);
  const many = figures.lossCurves(history(500)).svg;
  expect(many.match(/class="at"/g)!.length).toBeLessThanOrEqual(120);
  expect(many).toContain("epoch 500");
});

describe("errors about missing input are one line", () => {
  const wrong: Record<string, (value: never) => unknown> = { ...figures } as never;
  const names = [
    "lossCurves",
    "accuracyCurves",
    "epochTimes",
    "runCurves",
    "stepLosses",
    "learningRates",
    "gradientNorms",
    "confusionMatrix",
    "classErrors",
    "confusedPairs",
    "worstErrors",
    "confidence",
    "calibration",
    "rejection",
    "paperTraining",
    "paperSizes",
    "paperMisread",
    "paperConfusions",
    "paperClassifiers",
    "paperRejection",
    "kernels",
    "featureMaps",
    "weightHistograms",
    "imageGrid",
    "networkDiagram",
  ];
  test.each(names)("%s", (name) => {
    for (const value of [undefined, null, {}, 5, [{}]]) {
      expect(() => wrong[name](value as never)).toThrow(InputError);
      expect(() => wrong[name](value as never)).toThrow(new RegExp(`^${name}: expected [^\n]+, got [^\n]+$`));
    }
  });

  test("the message", () => {
    expect(() => figures.lossCurves({} as never)).toThrow(
      "lossCurves: expected a history with epochs and history, as fit returns it, got an object {}",
    );
    expect(() => figures.lossCurves(history(2), { scale: "logg" as never })).toThrow(
      'lossCurves: scale: expected "linear" or "log", got "logg"',
    );
    expect(() => figures.confusionMatrix(evaluation, { show: "share" as never })).toThrow(/"count" or "percent"/);
    const scores = { labels: [0], predicted: [0], confidence: [5.2] };
    const { calibration, confidence, rejection } = figures;
    for (const [name, figure] of Object.entries({ calibration, confidence, rejection })) {
      expect(() => figure(scores)).toThrow(
        `${name}: expected probabilities from 0 to 1, got 5.2 for image 0: the network does not end in a softmax`,
      );
    }
  });
});

test('a label contains "by" once', () => {
  expect(figures.stepLosses(steps(3, 1)).label).toMatch(/^Loss by step\. /);
  expect(figures.rejection(predictionsJson).label).toMatch(/^Error by rejection\. /);
  expect(figures.lossCurves(history(2)).label).toMatch(/^Loss curves by epoch\. /);
});

test("the share to reject brings the error down to 0.5%", () => {
  // 3 of 7000 are less sure than the wrong ones' last: 0.042857% is rounded up.
  const labels = Array.from({ length: 7000 }, (_, i) => (i < 37 ? 1 : 0));
  const some = { labels, predicted: labels.map(() => 0), confidence: labels.map((_, i) => (i + 1) / 7000) };
  const { svg } = figures.rejection(some);
  expect(figures.rejectionFor(figures.rejectionCurve(some), 0.005)).toBe(3 / 7000);
  expect(svg).toContain("0.05% rejected for an error of 0.5%");
});

test("class names: numbers where absent, each shortened by itself", () => {
  const { confusionMatrix } = evaluationOf(evilAnswers, longNames);
  const { svg } = figures.confusedPairs({ confusionMatrix, perClass: evaluationOf(evilAnswers, longNames).perClass });
  expect(svg).toMatch(/>drei[^<]*… → vier[^<]*…</);
  expect(svg).toMatch(/>vier[^<]* → 2</);
  expect(figures.confusedPairs({ confusionMatrix }).svg).toContain(">0 → 1<");
  expect(figures.confusionMatrix({ confusionMatrix }).svg).toContain("2 predicted as 0");
  expect(figures.classErrors(evaluationOf(evilAnswers, longNames)).svg).toContain(">2</text>");
});

test("runs beyond the six colours are dashed, in the legend too", () => {
  const { svg } = figures.runCurves(runs);
  expect(svg.match(/stroke-dasharray/g)).toHaveLength(12); // six curves, six keys
  expect(figures.runCurves(runs.slice(0, 6)).svg).not.toContain("stroke-dasharray");
});

test("marks of the chosen epoch and of the best validation value", () => {
  expect(figures.lossCurves(history(12), { chosen: 12 }).svg).toContain(">weights of epoch 12, the last<");
  const { svg } = figures.lossCurves(history(12), { chosen: 9 });
  expect(svg).toContain(">weights of epoch 9<");
  const losses = history(12).history.val_loss.map(Number);
  const best = losses.indexOf(Math.min(...losses)) + 1;
  expect(svg).toContain(`ring: lowest validation loss, epoch ${best}<`);
  expect(svg.match(/best validation/g)).toHaveLength(1);
  expect(figures.accuracyCurves(history(12)).svg).toContain("ring: highest validation accuracy, epoch 12<");
});

test("an interrupted history may have more values than epochs", () => {
  const { svg } = figures.lossCurves({ epochs: [1, 2], history: { val_loss: [3, 2, 1] } });
  expect(svg).toContain("epoch 2<");
});

test("weight histograms include the first and the last epoch; the note gives the number of epochs", () => {
  const { svg } = figures.weightHistograms(weights(100));
  expect(svg).toContain("13 of 101 epochs, from 0 (behind) to 100 (in front)");
});

test("calibration hides bins of fewer than ten images, but counts them in the ECE", () => {
  // 0.95: ten images, nine correct. 0.5: nine images, none correct.
  const labels = Array.from({ length: 19 }, (_, i) => (i < 9 ? 0 : 1));
  const some = {
    labels,
    predicted: [...labels.slice(0, 9), 0, ...labels.slice(0, 9)],
    confidence: labels.map(() => 0),
  };
  const confidence = some.labels.map((_, i) => (i < 10 ? 0.95 : 0.5));
  const { svg, note } = figures.calibration({ ...some, confidence });
  expect(svg.match(/<circle/g)).toHaveLength(1);
  expect(svg).toContain("confidence 93% to 100%: 10 images, mean confidence 95.0%, accuracy 90.0%");
  expect(note).toBe("ECE 26.32%; 1 bin of fewer than 10 images not shown");
  expect(figures.calibration(predictionsJson).note).toMatch(/^ECE \d+\.\d+%/);
});

test("feature maps: odd numbers of units, long names, and outputs near 0 and 1", () => {
  const layer = (name: string, shape: number[], values: number[]) => ({ name, type: "dense", shape, values });
  const { svg } = figures.featureMaps({
    layers: [
      layer(
        "globalAveragePooling2d",
        [61],
        Array.from({ length: 61 }, (_, i) => i),
      ),
      layer("one", [1], [1]),
      layer("output", [3], [0.99996, 0.00004, 0]),
    ],
  });
  expect(svg.match(/<image /g)).toHaveLength(3); // a full row, what is left, and the one
  expect(svg).toContain(">1 unit<");
  expect(svg).toMatch(/>globalAv\w*…</);
  expect(svg).toContain("&gt;0.999");
  expect(svg).toContain("&lt;0.001");
  expect(svg).toContain(">0</text>");
});

test("kernels: the figure is wide enough for its caption; one channel is singular", () => {
  const { svg, label, width } = pictures["kernels-narrow"]();
  expect(label).toContain("8 maps, 1 channel,");
  expect(svg).toContain("one kernel for each map of separable_conv2d_17");
  expect(width).toBeGreaterThan(34 + textWidth("one kernel for each map of separable_conv2d_17", 11));
});
