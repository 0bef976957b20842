import type { Example } from "../results.ts";
import { type RejectionPoint, rejectionCurveBy } from "../statistics/rejection.ts";
import { type Spread, spreadOf } from "../statistics/spread.ts";
import type { PaperJson, PaperRun, PaperSetup } from "./paper-results.ts";
import { published } from "./published.ts";

/** The largest setup without distortions, or with them; undefined where none has a run. */
export function setupOf({ setups }: PaperJson, distortions: boolean): PaperSetup | undefined {
  return setups
    .filter((setup) => setup.distortions === distortions && setup.runs.length > 0)
    .reduce<PaperSetup | undefined>(
      (largest, setup) => (largest && largest.images >= setup.images ? largest : setup),
      undefined,
    );
}

/** The largest setup without distortions, as in Fig. 5; where there is none, the largest with distortions. */
export function mainSetup(paper: PaperJson): PaperSetup | undefined {
  return setupOf(paper, false) ?? setupOf(paper, true);
}

export function isMnist({ data }: PaperJson): boolean {
  return data === "MNIST";
}

/** Whether the runs of a setup can be compared with the paper's: the same images, and as many passes. */
export function isAsInPaper(paper: PaperJson, { images }: PaperSetup): boolean {
  return isMnist(paper) && !paper.quick && images >= 60_000 && paper.passes >= published.passes;
}

/** Setups that have runs, by number of images; those with distortions last. */
export function inOrder(setups: readonly PaperSetup[]): PaperSetup[] {
  return [...setups]
    .filter(({ runs }) => runs.length > 0)
    .sort((a, b) => Number(a.distortions) - Number(b.distortions) || a.images - b.images);
}

/** Test error after the last pass. */
export function lastTestError(run: PaperRun): number | undefined {
  return run.testError.at(-1);
}

/** Training error of the last pass. */
export function lastTrainingError(run: PaperRun): number | undefined {
  return run.trainingError.at(-1);
}

/** Spread of a number over the runs of a setup; undefined without runs. */
export function over(setup: PaperSetup | undefined, of: (run: PaperRun) => number | undefined): Spread | undefined {
  return spreadOf(setup?.runs.map(of) ?? []);
}

/** "60,000 images with distortions" */
export function setupName({ images, distortions }: Pick<PaperSetup, "images" | "distortions">): string {
  return `${images.toLocaleString("en-US")} images${distortions ? " with distortions" : ""}`;
}

/** "0.95 ± 0.04%"; "0.95%" for one run. */
export function spreadText(spread: Spread | undefined, places = 2): string {
  if (!spread) return "–";
  const mean = (spread.mean * 100).toFixed(places);
  return spread.n > 1 ? `${mean}\u00a0±\u00a0${(spread.deviation * 100).toFixed(places)}%` : `${mean}%`;
}

/** Legend entry of the paper's numbers. */
export const PAPERS_KEY = { name: "paper", colour: "var(--soft)", open: true };

/** Note of a figure; quick runs are marked. */
export function quickNote(quick: boolean, note = ""): string {
  return [...(quick ? ["quick run"] : []), ...(note ? [note] : [])].join("; ");
}

/** Maximum number of misclassified images on a page. */
export const MAX_MISREAD = 300;

/** The misclassified images, by true and by predicted class. */
export function misreadInOrder({ misread }: PaperJson): Example[] {
  return misread.images
    .filter(({ label, predicted }) => label !== predicted)
    .sort((a, b) => a.label - b.label || a.predicted - b.predicted || a.index - b.index);
}

/** A class predicted as another one, with the number of images. */
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

/** Error rates for which the share to reject is given, the larger first. The paper gives the first (section III.C). */
export const TARGETS = [0.005, 0.001];

/** Rejection curve by score gap, or by confidence where there is none. */
export function rejectionOf({ predictions }: PaperJson): RejectionPoint[] {
  const { margin, confidence } = predictions;
  return rejectionCurveBy(margin ?? confidence, predictions);
}
