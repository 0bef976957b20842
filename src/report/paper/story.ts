import { count, counted, duration, percent } from "../drawing/numbers.ts";
import { seedsText } from "./compared-numbers.ts";
import type { PaperJson } from "./paper-results.ts";
import { published } from "./published.ts";
import {
  inOrder,
  isAsInPaper,
  isMnist,
  lastTestError,
  lastTrainingError,
  MAX_MISREAD,
  mainSetup,
  misreadInOrder,
  over,
  setupOf,
  spreadText,
} from "./setups.ts";

/** Name of a figure of the reproduction, and of its file. */
export type PaperFigureName = "training" | "sizes" | "misread" | "classifiers" | "rejection";

export const TITLE = "LeNet-5 of 1998, trained again";

/** A warning about the numbers; "" where none is needed. */
export function quickNotice(paper: PaperJson): string {
  if (!isMnist(paper))
    return `Trained and tested on ${paper.data}, not on MNIST. The numbers cannot be compared with the paper.`;
  if (!paper.quick) return "";
  const setup = mainSetup(paper);
  const images = setup ? ` over ${counted(setup.images, "image")}` : "";
  return `This was a quick run: ${passesText(paper.passes)}${images}, where the paper has ${published.passes} over 60,000. It shows that everything works, but its numbers cannot be compared with the paper's.`;
}

/** The result in one paragraph. */
export function summary(paper: PaperJson): string {
  const { testError, testErrorDistorted, testImages } = published;
  const then = `In 1998 LeCun, Bottou, Bengio and Haffner reported that LeNet-5 misclassifies ${percent(testError.value)} of the ${count(testImages)} test images of MNIST, and ${percent(testErrorDistorted.value, 1)} if it is trained on distorted images as well.`;
  const setup = mainSetup(paper);
  const error = over(setup, lastTestError);
  if (!setup || !error) return `${then} Nothing has been measured here yet.`;
  const how = `Here the network was built and trained as they describe, image by image, ${passesText(paper.passes)} over ${counted(setup.images, "image")}${setup.distortions ? " with distortions" : ""}, ${error.n === 1 ? "with one seed" : `with ${error.n} seeds`}.`;
  const distorted = setup.distortions ? undefined : over(setupOf(paper, true), lastTestError);
  const withDistortions = distorted ? ` Trained with distortions, it misclassifies ${spreadText(distorted)}.` : "";
  return `${then} ${how} It misclassifies ${spreadText(error)}${verdict(paper, error.mean)}.${withDistortions}`;
}

/** Difference from the paper's number; "" where the training differs from the paper's. */
function verdict(paper: PaperJson, mean: number): string {
  const setup = mainSetup(paper);
  const { testError } = published;
  if (!setup || setup.distortions || !isAsInPaper(paper, setup)) return "";
  const apart = Math.abs(mean - testError.value);
  // Tolerance for rounding errors of the mean.
  if (apart <= testError.plusMinus + 1e-9)
    return `, which is within the uncertainty of ${percent(testError.plusMinus, 1)} that the paper quotes`;
  return `, ${(apart * 100).toFixed(2)} percentage points ${mean > testError.value ? "more" : "less"} than in the paper`;
}

/** Caption of a figure; `alt` is its alternative text. */
export interface Caption {
  readonly title: string;
  readonly alt: string;
  readonly text: string;
}

/** The caption of a figure. */
export function captionOf(paper: PaperJson, figure: PaperFigureName): Caption {
  const runs = mainSetup(paper)?.runs.length ?? 0;
  const lines = runs > 1 ? `Lines are means over ${runs} seeds, bands their range` : "One seed";
  const misread = misreadInOrder(paper).length;
  const shown = misread > MAX_MISREAD ? `The first ${count(MAX_MISREAD)} of` : "All";
  const seed = Math.min(...(setupOf(paper, false)?.runs ?? []).map((run) => run.seed));
  const which = Number.isFinite(seed) ? ` by the network of seed ${seed}` : "";
  const lowest = paper.predictions.margin
    ? "those of the smallest score gap between the nearest two classes first"
    : "those of the lowest confidence first";
  const captions: Record<PaperFigureName, Caption> = {
    training: {
      title: "Fig. 5",
      alt: "error by pass",
      text: `Test error after each pass, and training error during the pass. ${lines}. Rings are the paper's numbers; those of the first pass are read off its figure.`,
    },
    sizes: {
      title: "Fig. 6",
      alt: "error by training set",
      text: `Error after the last pass by number of training images, without and with distortions. Dots are measured here, with a line from the lowest seed to the highest. Rings are the paper's numbers, read off its figure. The paper has 600,000 images with distortions, 540,000 of them distorted; a pass uses 60,000. The training error with distortions is the error on distorted images.`,
    },
    misread: {
      title: "Fig. 8",
      alt: "misclassified test images",
      text: `${misread === 0 ? "No test image is misclassified." : `${shown} ${counted(misread, "test image")} misclassified${which}, trained without distortions. Each has its true class → predicted class.`} The paper shows ${published.misreadDistorted.value}, those of its network trained with distortions.`,
    },
    classifiers: {
      title: "Fig. 9",
      alt: "test error of classifiers",
      text: `Test error of the classifiers in the paper, in its order, and of those trained here${(setupOf(paper, false)?.runs.length ?? 0) > 1 ? ": mean ± standard deviation" : ""}. The two longest bars are cut off.`,
    },
    rejection: {
      title: "Fig. 10",
      alt: "error by rejection",
      text: `Error rate of the remaining predictions if some test images are rejected, ${lowest}. The paper gives the share to reject for an error of 0.5%.`,
    },
  };
  return captions[figure];
}

/** Settings of the runs by name. */
export function settingsOf({ machine, data, passes, loss, predictions }: PaperJson): Record<string, string> {
  return {
    Data: data,
    Processor: machine.processor,
    "Processor cores": count(machine.cores),
    "Node.js": machine.node,
    lenet5: machine.lenet5,
    Passes: count(passes),
    Loss: loss,
    "Test images": count(predictions.labels.length),
  };
}

/** Columns of the table of all runs. */
export const runColumns = ["Training images", "Seed", "Test error", "Training error", "Time"] as const;

/** Rows of the table of all runs. */
export function runRows(paper: PaperJson): string[][] {
  return inOrder(paper.setups).flatMap(({ images, distortions, runs }) =>
    runs.map((run) => [
      `${count(images)}${distortions ? ", distorted" : ""}`,
      String(run.seed),
      percent(lastTestError(run)),
      percent(lastTrainingError(run)),
      duration(run.seconds),
    ]),
  );
}

/** The note under the table of published and measured numbers. */
export function tableNote(paper: PaperJson): string {
  const n = mainSetup(paper)?.runs.length ?? 0;
  const many = paper.setups.some(({ runs }) => runs.length > 1);
  const spread = many
    ? "Measured: mean ± standard deviation over the seeds."
    : n === 0
      ? ""
      : `Measured: ${seedsText(n)}, so the spread is unknown.`;
  return [spread, "“Read off”: the number is from a curve in the paper.", ...(paper.quick ? ["A quick run."] : [])]
    .filter(Boolean)
    .join(" ");
}

function passesText(passes: number): string {
  return passes === 1 ? "1 pass" : `${count(passes)} passes`;
}
