import type { Example } from "../results.ts";
import { type RejectionPoint, rejectionCurveBy } from "../statistics/rejection.ts";
import { type Spread, spreadOf } from "../statistics/spread.ts";
import type { PaperJson, PaperRun, PaperSetup } from "./paper-results.ts";

/** The largest setup without distortions, or with them; undefined where none has a run. */
export function setupOf({ setups }: PaperJson, distortions: boolean): PaperSetup | undefined {
  return setups
    .filter((setup) => setup.distortions === distortions && setup.runs.length > 0)
    .reduce<PaperSetup | undefined>((most, setup) => (most && most.images >= setup.images ? most : setup), undefined);
}

/** Without distortions as Fig. 5 has it; where no run is without, with them. */
export function mainSetup(paper: PaperJson): PaperSetup | undefined {
  return setupOf(paper, false) ?? setupOf(paper, true);
}

/** From few images to many, those with distortions last. */
export function inOrder(setups: readonly PaperSetup[]): PaperSetup[] {
  return [...setups]
    .filter(({ runs }) => runs.length > 0)
    .sort((a, b) => Number(a.distortions) - Number(b.distortions) || a.images - b.images);
}

export function lastTestError(run: PaperRun): number | undefined {
  return run.testError.at(-1);
}

export function lastTrainingError(run: PaperRun): number | undefined {
  return run.trainingError.at(-1);
}

/** Spread over a setup's runs; undefined without one. */
export function over(setup: PaperSetup | undefined, of: (run: PaperRun) => number | undefined): Spread | undefined {
  return spreadOf(setup?.runs.map(of) ?? []);
}

/** "60,000 with distortions" */
export function setupName({ images, distortions }: Pick<PaperSetup, "images" | "distortions">): string {
  return `${images.toLocaleString("en-US")}${distortions ? " with distortions" : ""}`;
}

/** "0.95 ± 0.04%"; one run has no deviation. */
export function spreadText(spread: Spread | undefined, places = 2): string {
  if (!spread) return "–";
  const mean = (spread.mean * 100).toFixed(places);
  return spread.n > 1 ? `${mean}\u00a0±\u00a0${(spread.deviation * 100).toFixed(places)}%` : `${mean}%`;
}

/** In a legend. */
export const PAPERS_KEY = { name: "paper", colour: "var(--soft)", open: true };

/** The note of a figure, with a warning for quick runs. */
export function quickNote(quick: boolean, note = ""): string {
  return [...(quick ? ["quick run"] : []), ...(note ? [note] : [])].join("; ");
}

/** Nobody looks at more images than this. */
export const MAX_MISREAD = 300;

/** The misclassified images, by true and by predicted class. */
export function misreadInOrder({ misread }: PaperJson): Example[] {
  return misread.images
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => a.label - b.label || a.predicted - b.predicted || a.index - b.index);
}

export interface Confusion {
  readonly label: number;
  readonly predicted: number;
  readonly times: number;
}

/** The confusions of all predictions, the most frequent first. */
export function confusionsOf({ predictions: { labels, predicted } }: PaperJson): Confusion[] {
  const counts = new Map<string, Confusion>();
  labels.forEach((label, i) => {
    const prediction = predicted[i];
    if (label === prediction) return;
    const key = `${label} ${prediction}`;
    counts.set(key, { label, predicted: prediction, times: (counts.get(key)?.times ?? 0) + 1 });
  });
  return [...counts.values()].sort((a, b) => b.times - a.times || a.label - b.label || a.predicted - b.predicted);
}

/** Errors for which the share to reject is given, the larger first; the paper has the first (section III.C). */
export const TARGETS = [0.005, 0.001];

/** By score gap; without one, by confidence. */
export function rejectionOf({ predictions }: PaperJson): RejectionPoint[] {
  const { margin, confidence } = predictions;
  return rejectionCurveBy(margin ?? confidence, predictions);
}
