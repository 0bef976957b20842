import type { Figure } from "../drawing/figure.ts";
import { lineChart } from "../drawing/line-chart.ts";
import { percent } from "../drawing/numbers.ts";
import type { Point } from "../drawing/points.ts";
import { given } from "../figures/given.ts";
import { type RejectionPoint, rejectionFor } from "../statistics/rejection.ts";
import type { PaperJson } from "./paper-results.ts";
import { quickNote, rejectionOf, TARGETS } from "./setups.ts";

/** More points than this would not be distinguishable. */
const MAX_POINTS = 240;

/**
 * The paper's Fig. 10 in full: error rate of the remaining predictions by the share of rejected images, those of the
 * smallest score gap first. Dots mark the shares to reject for errors of 0.5% and 0.1%.
 */
export function paperRejection(paper: PaperJson): Figure {
  const { quick, predictions } = given("paperRejection", "paper", paper);
  const points = rejectionOf(paper);
  const shown = thinned(interesting(points));
  const format = (value: number | null | undefined) => percent(value, 2, "short");
  const marks = TARGETS.flatMap((target): Point[] => {
    const share = rejectionFor(points, target);
    if (share === undefined || share === 0) return [];
    // Rounded up: the named share must suffice.
    const text = `error ${format(target)}: ${percent(Math.ceil(share * 10_000 - 1e-6) / 10_000)} rejected`;
    const error = points.find(({ rejected }) => rejected === share)!.error;
    return [{ x: share, y: error, colour: "var(--wrong)", text, side: "above right", filled: true }];
  });
  const start = points.slice(0, 1).map(({ rejected, error }): Point => {
    return {
      x: rejected,
      y: error,
      colour: "var(--wrong)",
      text: `nothing rejected: error ${format(error)}`,
      side: "above right",
    };
  });
  return lineChart({
    title: "Error by rejection",
    note: quickNote(quick, predictions.margin ? "smallest score gap first" : "lowest confidence first"),
    series: [
      {
        name: "error",
        colour: "var(--wrong)",
        xs: shown.map((one) => one.rejected),
        ys: shown.map((one) => one.error),
      },
    ],
    points: [...start, ...marks],
    xLabel: "rejected",
    xFormat: (x) => percent(x, 1, "short"),
    format,
    fromZero: true,
    dots: false,
    height: 230,
  });
}

/** Well beyond the last point that is marked; where none is, to where no error is left. */
function interesting(points: readonly RejectionPoint[]): readonly RejectionPoint[] {
  const marked = TARGETS.map((target) => rejectionFor(points, target)).findLast((share) => share !== undefined) ?? 0;
  const clean = points.find(({ error }) => error === 0)?.rejected ?? 1;
  const end = Math.max(0.02, marked > 0 ? Math.min(marked * 1.75, 1) : clean * 1.15);
  return points.filter(({ rejected }) => rejected <= end);
}

/** Every nth point, and the marked ones: the line must go through them. */
function thinned(points: readonly RejectionPoint[]): readonly RejectionPoint[] {
  const stride = Math.ceil(points.length / MAX_POINTS);
  const marked = TARGETS.map((target) => rejectionFor(points, target));
  return points.filter(({ rejected }, i) => i % stride === 0 || i === points.length - 1 || marked.includes(rejected));
}
