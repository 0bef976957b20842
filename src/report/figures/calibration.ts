import * as Plot from "@observablehq/plot";
import { Figure } from "../drawing/figure.ts";
import { html } from "../drawing/html.ts";
import { count, percent } from "../drawing/numbers.ts";
import { drawn } from "../drawing/plot.ts";
import type { PredictionsJson } from "../results.ts";
import { calibrationOf } from "../statistics/calibration.ts";
import { given } from "./given.ts";

const [WIDTH, HEIGHT] = [460, 300];

/**
 * Whether the network is right as often as it is sure: the share of right answers by confidence, in 15 bins, with the
 * expected calibration error (ECE). On the diagonal it is; the larger a dot, the more images it stands for.
 */
export function calibration(predictions: PredictionsJson): Figure {
  const { bins, ece } = calibrationOf(given("calibration", "predictions", predictions));
  const known = bins.filter(({ images }) => images > 0);
  const format = (value: number) => percent(value, 0);
  const axis = { ticks: [0, 0.25, 0.5, 0.75, 1], tickFormat: format, label: null, fontSize: 12 };
  const { marks } = drawn({
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 54,
    marginRight: 22,
    marginTop: 26,
    marginBottom: 40,
    x: { domain: [0, 1] },
    y: { domain: [0, 1] },
    r: { type: "sqrt", range: [3, 11] },
    marks: [
      Plot.gridY({ ticks: [0, 0.25, 0.5, 0.75, 1], stroke: "var(--ink)", strokeOpacity: 0.12 }),
      Plot.axisY({ ...axis, tickSize: 0, tickPadding: 8 }),
      Plot.axisX({ ...axis, tickSize: 4 }),
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: "var(--soft)", strokeDasharray: "4,4" }),
      Plot.line(known, { x: "confidence", y: "accuracy", stroke: "var(--training)", strokeWidth: 1.5 }),
      Plot.dot(known, {
        x: "confidence",
        y: "accuracy",
        r: "images",
        fill: "var(--training)",
        fillOpacity: 0.75,
        title: ({ from, to, images, confidence, accuracy }) =>
          `${format(from)} to ${format(to)} sure: ${count(images)} images, mean confidence ${percent(confidence, 1)}, right ${percent(accuracy, 1)}`,
      }),
    ],
  });
  const note = `expected calibration error ${percent(ece)}`;
  const names = html`<text x="${WIDTH - 22}" y="${HEIGHT - 6}" text-anchor="end" fill="var(--soft)">confidence</text><text x="54" y="12" fill="var(--soft)">share of right answers</text>`;
  return new Figure(
    { title: "Calibration", label: `Calibration: ${note}.`, note: `ECE ${percent(ece)}`, width: WIDTH, height: HEIGHT },
    html`${marks}${names}`,
  );
}
