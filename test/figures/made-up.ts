/** Results that nobody measured, the same every time, for pictures of every kind. */
import { lenet5 } from "../../src/index.ts";
import type { TrainedReport } from "../../src/report/page/report.ts";
import type {
  ClassJson,
  EvaluationJson,
  ExamplesJson,
  HistoryJson,
  PredictionsJson,
  StepsJson,
  WeightHistogramsJson,
} from "../../src/report/results.ts";
import { classReports } from "../../src/training/class-report.ts";
import { addToConfusionMatrix, emptyConfusionMatrix } from "../../src/training/confusion-matrix.ts";

/** From 0 to below 1, without pattern to the eye. */
export function scatter(i: number): number {
  return ((i * 7919 + 104_729) % 1009) / 1009;
}

export function history(epochs: number): HistoryJson {
  const series = (value: (epoch: number) => number) =>
    Array.from({ length: epochs }, (_, i) => Number(value(i + 1).toPrecision(5)));
  return {
    epochs: series((epoch) => epoch),
    history: {
      loss: series((epoch) => 0.8 / epoch ** 1.6 + 0.002),
      accuracy: series((epoch) => 1 - 0.2 / epoch ** 1.5),
      val_loss: series((epoch) => 0.5 / epoch + 0.03 + 0.004 * scatter(epoch)),
      val_accuracy: series((epoch) => 0.99 - 0.1 / epoch),
      seconds: series((epoch) => 3 + scatter(epoch)),
    },
  };
}

/** 40 images of each class, about one in ten misread. */
export function predictions(
  classes: number,
  options: { missing?: number; neverPredicted?: number } = {},
): PredictionsJson {
  const labels = Array.from({ length: 40 * classes }, (_, i) => i % classes).filter(
    (label) => label !== options.missing,
  );
  const predicted = labels.map((label, i) => {
    const other = scatter(i) < 0.1 ? (label + 1 + (i % 2)) % classes : label;
    return other === options.neverPredicted ? (other + 1) % classes : other;
  });
  const confidence = labels.map((label, i) =>
    Number((label === predicted[i] ? 1 - 0.4 * scatter(3 * i) ** 4 : 0.4 + 0.55 * scatter(5 * i)).toFixed(4)),
  );
  return { labels, predicted, confidence };
}

export function evaluationOf({ labels, predicted }: PredictionsJson, names: readonly string[]): EvaluationJson {
  const counts = emptyConfusionMatrix(names.length);
  addToConfusionMatrix(counts, labels, predicted);
  const right = labels.filter((label, i) => label === predicted[i]).length;
  const perClass: readonly ClassJson[] = classReports(counts, names);
  return { accuracy: right / labels.length, loss: 0.0321, confusionMatrix: counts, perClass };
}

/** Pictures of 8 x 8 pixels. */
export function examplesOf(made: PredictionsJson, classNames: readonly string[], count = 60): ExamplesJson {
  const { labels, predicted, confidence } = made;
  const order = labels
    .map((_, i) => i)
    .sort(
      (a, b) =>
        Number(labels[a] === predicted[a]) - Number(labels[b] === predicted[b]) || confidence[b] - confidence[a],
    );
  const images = order.slice(0, count).map((index) => ({
    index,
    label: labels[index],
    predicted: predicted[index],
    confidence: confidence[index],
    pixels: btoa(String.fromCharCode(...Array.from({ length: 64 }, (_, i) => Math.floor(255 * scatter(index + i))))),
  }));
  return { shape: [8, 8, 1], classNames, images };
}

export function steps(count: number, every: number): StepsJson {
  const columns = (value: (i: number) => number) =>
    Array.from({ length: count }, (_, i) => Number(value(i).toPrecision(5)));
  return {
    every,
    iterations: columns((i) => i * every),
    loss: columns((i) => 2.3 / (1 + i / 4) + 0.05 * scatter(i)),
    learningRate: columns((i) => 0.1 * (1 - i / count)),
    gradientNorm: columns((i) => 1 / (1 + i / 20) + 0.2 * scatter(i)),
    maxGradientNorm: columns((i) => 1.5 / (1 + i / 20) + 0.5 * scatter(2 * i)),
  };
}

export function weights(epochs: number): WeightHistogramsJson {
  const histogram = (epoch: number) => {
    const counts = Array.from({ length: 20 }, (_, bin) => Math.round(60 / (1 + ((bin - 9.5) / (2 + epoch / 3)) ** 2)));
    return { min: -0.1 - epoch / 20, max: 0.12 + epoch / 18, counts };
  };
  const all = Array.from({ length: epochs + 1 }, (_, epoch) => epoch);
  const list = all.map(histogram);
  return {
    epochs: all,
    weights: { "C1/kernel": list, "C1/bias": list, "C3/kernel": list, "F6/kernel": list, "output/kernel": list },
  };
}

export function namesOf(classes: number): string[] {
  return Array.from({ length: classes }, (_, k) => (classes > 10 ? `class ${k}` : String(k)));
}

/** All that a report can hold. */
export function run(classes: number, epochs: number, change: Partial<TrainedReport> = {}): TrainedReport {
  const made = predictions(classes);
  const model = lenet5({ classes, seed: 1 });
  return {
    title: "LeNet-5",
    started: "2026-11-22T15:30:12.000Z",
    notices: [],
    command: "lenet5 train --seed 1",
    data: { source: "built-in digits", training: 275, validation: 25, test: made.labels.length },
    network: model.summaryData(),
    history: { ...history(epochs), chosen: epochs },
    steps: steps(100, 2),
    evaluation: evaluationOf(made, namesOf(classes)),
    predictions: made,
    examples: examplesOf(made, namesOf(classes)),
    weights: weights(epochs),
    kernels: [model.kernels("C1"), model.kernels("C3")],
    settings: { Network: "article", Seed: 1 },
    ...change,
  };
}
