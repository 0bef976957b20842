import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { percent } from "../drawing/numbers.ts";
import type { PredictionsJson } from "../results.ts";
import { type RejectionPoint, rejectionCurve, rejectionFor } from "../statistics/rejection.ts";
import { given } from "./given.ts";

/** More points than this would not be distinguishable. */
const MAX_POINTS = 240;

/**
 * Rejection curve: error rate of the remaining predictions by the share of rejected images; the images of the lowest
 * confidence are rejected first. The note gives the share to reject for an error of 0.5%, as the 1998 paper does
 * (section III.C).
 */
export function rejection(predictions: PredictionsJson): Figure {
  const points = rejectionCurve(given("rejection", "predictions", predictions));
  const shown = thinned(interesting(points));
  const target = rejectionFor(points, 0.005);
  // Rounded up, so that the share suffices.
  const note =
    points.length === 0 || target === 0
      ? ""
      : target === undefined
        ? "no share of rejections brings the error to 0.5%"
        : `${percent(Math.ceil(target * 10_000 - 1e-6) / 10_000)} rejected for an error of 0.5%`;
  const format = (value: number | null | undefined) => percent(value, 2, "short");
  return lineChart({
    title: "Error by rejection",
    note,
    xLabel: "rejected",
    xFormat: (x) => percent(x, 1, "short"),
    fromZero: true,
    series: [
      {
        name: "error",
        colour: "var(--wrong)",
        xs: shown.map((one) => one.rejected),
        ys: shown.map((one) => one.error),
      },
    ],
    format,
    dots: false,
  });
}

/** The part of the curve to show: at least 5% of the images, and a little more than is needed for no errors. */
function interesting(points: readonly RejectionPoint[]): readonly RejectionPoint[] {
  const clean = points.find(({ error }) => error === 0)?.rejected ?? 1;
  const end = Math.max(0.05, Math.min(1, clean * 1.15));
  return points.filter(({ rejected }) => rejected <= end);
}

function thinned(points: readonly RejectionPoint[]): readonly RejectionPoint[] {
  const stride = Math.ceil(points.length / MAX_POINTS);
  return points.filter((_, i) => i % stride === 0 || i === points.length - 1);
}
