import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { activation, input, type LabelledImages, type Metric, model } from "../../src/index.ts";

const golden: {
  batches: number[];
  data: Record<string, { scores: number[]; targets: number[] }>;
  cases: { width: number; metric: Metric; value: number }[];
} = JSON.parse(readFileSync(new URL("metrics.json", import.meta.url), "utf8"));

/** The batches of the golden run; where labels are class numbers, of the same targets. */
function batchesOf(width: number, labelsAre: "rows" | "classes"): LabelledImages[] {
  const { scores, targets } = golden.data[width]!;
  let first = 0;
  return golden.batches.map((count) => {
    const [begin, end] = [first * width, (first + count) * width];
    first += count;
    const rows = targets.slice(begin, end);
    const classes = Array.from({ length: count }, (_, i) => rows.slice(i * width, (i + 1) * width).indexOf(1));
    const images = { shape: [count, width], data: Float32Array.from(scores.slice(begin, end)) };
    return { images, labels: labelsAre === "rows" ? rows : classes };
  });
}

it.each(golden.cases)("Keras's value of $metric with $width outputs", async ({ width, metric, value }) => {
  const scores = input({ shape: [width] });
  const net = model({ inputs: scores, outputs: activation({ activation: "linear" })(scores) });
  net.compile({ loss: "mean_squared_error", metrics: [metric] });
  const { loss: _, ...values } = await net.evaluate(batchesOf(width, "rows"));
  // Keras's F1 adds 1e-7 to its denominator.
  expect(Math.abs((Object.values(values)[0] as number) - value)).toBeLessThan(1e-6);
});
