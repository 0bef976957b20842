/** Every figure against its picture in test/figures, and the awkward cases: open those files to see them. */
import { decode } from "fast-png";
import { expect, test } from "vitest";
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
import * as figures from "../../figures.ts";
import { lenet5 } from "../../index.ts";

const answers = predictions(10);
const evaluation = evaluationOf(answers, namesOf(10));
const evil = [`<script>alert("1")</script>`, "a & b", `'quoted' "twice"`];
const evilAnswers = predictions(3);
const diverged = {
  epochs: [1, 2, 3, 4],
  history: { loss: [2.3, null, 1.2, Number.NaN], val_loss: [2.2, Number.POSITIVE_INFINITY, 1.3, null] },
};
const net = lenet5({ seed: 1 });
const twoEpochs = { ...history(5), name: "B" };

const pictures: Record<string, () => figures.Figure> = {
  loss: () => figures.lossCurves(history(12), { chosen: 9 }),
  "loss-log": () => figures.lossCurves(history(12), { scale: "log" }),
  "loss-one-epoch": () => figures.lossCurves(history(1), { chosen: 1 }),
  "loss-500-epochs": () => figures.lossCurves(history(500)),
  "loss-not-a-number": () => figures.lossCurves(diverged),
  "loss-no-epoch": () => figures.lossCurves({ epochs: [], history: {} }),
  "loss-without-validation": () => figures.lossCurves({ epochs: [1, 2], history: { loss: [2, 1] } }),
  accuracy: () => figures.accuracyCurves(history(12)),
  "accuracy-constant": () => figures.accuracyCurves({ epochs: [1, 2, 3], history: { accuracy: [1, 1, 1] } }),
  time: () => figures.epochTimes(history(12)),
  "loss-by-step": () => figures.stepLosses(steps(80, 1)),
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
  "pairs-none": () =>
    figures.confusedPairs(evaluationOf({ labels: [0, 1], predicted: [0, 1], confidence: [1, 1] }, ["0", "1"])),
  errors: () => figures.worstErrors(examplesOf(answers, namesOf(10), 20)),
  "errors-script": () => figures.worstErrors(examplesOf(evilAnswers, evil, 4)),
  "errors-none": () => figures.worstErrors({ shape: [8, 8, 1], classNames: ["0"], images: [] }),
  confidence: () => figures.confidence(answers),
  "confidence-all-right": () => figures.confidence({ labels: [0, 1], predicted: [0, 1], confidence: [1, 0.7] }),
  calibration: () => figures.calibration(answers),
  rejection: () => figures.rejection(answers),
  "rejection-all-right": () => figures.rejection({ labels: [0, 1], predicted: [0, 1], confidence: [1, 0.7] }),
  kernels: () => figures.kernels(net.kernels("C1")),
  "kernels-table": () => figures.kernels(net.kernels("C3")),
  "kernels-many": () => figures.kernels(net.kernels("C5")),
  weights: () => figures.weightHistograms(weights(6)),
  "weights-none": () => figures.weightHistograms({ epochs: [], weights: {} }),
  "weights-not-a-number": () =>
    figures.weightHistograms({ epochs: [0], weights: { "F6/kernel": [{ least: null, most: null, counts: [0] }] } }),
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
  expect(figure.label).toBe("What each layer made of one image: image, C1, S2, C3, S4, C5, F6, output.");
  await expect(figure.svg).toMatchFileSnapshot("../../../test/figures/features.svg");
  expect(figure.svg).not.toMatch(/NaN|undefined|<script/);
});

test("a figure is dark where that is asked for, takes a page's colours, and shows itself in a notebook", () => {
  const figure = figures.lossCurves(history(3));
  expect(figure.themed("dark")).toContain("#1b1e23");
  expect(figure.themed("page")).toContain("var(--training)");
  expect(figure.themed("page")).not.toContain("#2868c8");
  expect(String(figure)).toBe(figure.svg);
  const shown = (figure as unknown as Record<symbol, () => Record<string, string>>)[Symbol.for("Jupyter.display")]();
  expect(shown["image/svg+xml"]).toBe(figure.svg);
});

test("what is missing is said, and each number can be pointed at", () => {
  const { svg, label } = figures.lossCurves(diverged);
  expect(svg).toContain("training: not a number in epoch 2, 4");
  expect(label).toContain("validation: 1.3 at epoch 3.");
  expect(svg).toContain("validation 1.3");
  expect(svg.match(/class="at"/g)).toHaveLength(4);
  const many = figures.lossCurves(history(500)).svg;
  expect(many.match(/class="at"/g)!.length).toBeLessThanOrEqual(120);
  expect(many).toContain("epoch 500");
});
