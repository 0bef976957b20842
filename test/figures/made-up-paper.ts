/** A reproduction that nobody ran, the same every time. */
import type { PaperJson, PaperRun, PaperSetup } from "../../src/report/paper/paper-results.ts";
import { scatter } from "./made-up.ts";

function paperRun(seed: number, passes: number, last: number, training: number): PaperRun {
  const errors = (first: number, end: number, noise: number) =>
    Array.from({ length: passes }, (_, i) =>
      Number((end + (first - end) / (i + 1) ** 1.6 + noise * (scatter(31 * seed + i) - 0.5)).toFixed(4)),
    );
  return {
    seed,
    testError: errors(0.028, last, 0.0012),
    trainingError: errors(0.051, training, 0.0004),
    finalTrainingError: Number((training * 0.8).toFixed(4)),
    seconds: 410 + 20 * scatter(seed),
    firstRates: [6.8e-5 + seed * 1e-6, 0.0155 + seed * 1e-4],
  };
}

function setup(
  images: number,
  distortions: boolean,
  seeds: number,
  passes: number,
  last: number,
  training: number,
): PaperSetup {
  const runs = Array.from({ length: seeds }, (_, seed) => paperRun(seed, passes, last, training));
  return { images, distortions, runs };
}

/** Some digit-like strokes, 28 x 28. */
function pixelsOf(index: number): string {
  const [a, b, c] = [1, 3, 7].map((k) => scatter(index * k));
  const bytes = Array.from({ length: 784 }, (_, i) => {
    const [x, y] = [(i % 28) - 14, Math.floor(i / 28) - 14];
    const ring = Math.abs(Math.hypot(x * (1 + 0.4 * a), y + 4 * b - 2) - 6 - 2 * c);
    return Math.round(255 * Math.max(0, Math.min(1, 1.8 - ring)));
  });
  return btoa(String.fromCharCode(...bytes));
}

/** 10,000 predictions: `wrong` of them misclassified, mostly as by the paper's network. */
export function paperOf(
  options: {
    seeds?: number;
    passes?: number;
    wrong?: number;
    setups?: readonly PaperSetup[];
    quick?: boolean;
    margin?: boolean;
  } = {},
): PaperJson {
  const { seeds = 5, passes = 20, wrong = 93, quick = false, margin = true } = options;
  const labels = Array.from({ length: 10_000 }, (_, i) => (i * 7) % 10);
  const likely: Record<number, number> = { 9: 4, 3: 5, 4: 9, 6: 0, 7: 2, 8: 3, 5: 3, 2: 7, 0: 6, 1: 7 };
  const predicted = [...labels];
  for (let k = 0; k < wrong; k++) {
    const i = (k * 107 + Math.floor(50 * scatter(k))) % 10_000;
    predicted[i] = scatter(11 * k) < 0.6 ? likely[labels[i]] : (labels[i] + 1 + Math.floor(9 * scatter(13 * k))) % 10;
  }
  const misreadAt = labels.flatMap((label, i) => (label === predicted[i] ? [] : [i]));
  const margins = labels.map((label, i) =>
    Number((label === predicted[i] ? 200 * scatter(17 * i) ** 0.25 : 90 * scatter(19 * i) ** 2).toFixed(2)),
  );
  const confidence = margins.map((value) => Number((1 - 0.5 * Math.exp(-value / 40)).toFixed(4)));
  const all = [
    setup(15_000, false, seeds, passes, 0.0168, 0.0006),
    setup(30_000, false, seeds, passes, 0.0119, 0.0028),
    setup(60_000, false, seeds, passes, 0.0091, 0.0033),
    setup(60_000, true, seeds, passes, 0.0079, 0.0112),
  ];
  return {
    command: "lenet5 paper --seeds 5",
    data: "MNIST",
    machine: { processor: "A Processor of 2026 @ 2.40GHz", cores: 2, node: "24.1.0", lenet5: "0.1.0" },
    quick,
    passes,
    loss: "rbf_mse (eq. 8)",
    setups: options.setups ?? all,
    network: { trainableParams: 60_000, connections: 340_908, macs: 329_120 },
    predictions: { labels, predicted, confidence, ...(margin && { margin: margins }) },
    misread: {
      shape: [28, 28, 1],
      classNames: Array.from("0123456789"),
      images: misreadAt.map((index) => ({
        index,
        label: labels[index],
        predicted: predicted[index],
        confidence: confidence[index],
        pixels: pixelsOf(index),
      })),
    },
  };
}

/** The short form: one setup, one seed, few passes, many errors, no margins. */
export const quickPaper = (passes = 2): PaperJson =>
  paperOf({ quick: true, passes, wrong: 420, margin: false, setups: [setup(2000, false, 1, passes, 0.04, 0.03)] });

/** Nothing measured yet: no setup, no predictions. */
export const emptyPaper: PaperJson = {
  ...paperOf({ setups: [], wrong: 0 }),
  predictions: { labels: [], predicted: [], confidence: [] },
};
