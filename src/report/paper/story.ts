import { count, counted, duration, percent } from "../drawing/numbers.ts";
import { seedsText } from "./compared-numbers.ts";
import type { PaperJson } from "./paper-results.ts";
import { published } from "./published.ts";
import {
  inOrder,
  lastTestError,
  lastTrainingError,
  MAX_MISREAD,
  mainSetup,
  misreadInOrder,
  over,
  setupOf,
  spreadText,
} from "./setups.ts";

/** The figures' names, and of their files. */
export type PaperFigureName = "training" | "sizes" | "misread" | "classifiers" | "rejection";

export const TITLE = "LeNet-5 of 1998, trained again";

/** What the reader must know before believing the numbers; "" where that is nothing. */
export function quickNotice(paper: PaperJson): string {
  if (!isMnist(paper)) return `Learned from and read: ${paper.data}, not MNIST. The numbers cannot be the paper's.`;
  if (!paper.quick) return "";
  const setup = mainSetup(paper);
  const images = setup ? ` over ${counted(setup.images, "image")}` : "";
  return `This was a quick run: ${passesText(paper.passes)}${images}, where the paper has ${published.passes} over 60,000. Its numbers say that everything works, and little about the paper's.`;
}

/** One paragraph in plain words. */
export function summary(paper: PaperJson): string {
  const { testError, testErrorDistorted, testImages } = published;
  const then = `In 1998 LeCun, Bottou, Bengio and Haffner reported that LeNet-5 misreads ${percent(testError.value)} of the ${count(testImages)} test digits of MNIST, and ${percent(testErrorDistorted.value, 1)} if distorted digits are learned from as well.`;
  const setup = mainSetup(paper);
  const error = over(setup, lastTestError);
  if (!setup || !error) return `${then} Nothing has been measured here yet.`;
  const how = `Here the network was built as they describe it and trained in their way, image by image, ${passesText(paper.passes)} over ${counted(setup.images, "image")}${setup.distortions ? " with distortions" : ""}, ${error.n === 1 ? "with one seed" : `with ${error.n} seeds`}.`;
  const distorted = setup.distortions ? undefined : over(setupOf(paper, true), lastTestError);
  const withDistortions = distorted ? ` With distortions it misreads ${spreadText(distorted)}.` : "";
  return `${then} ${how} It misreads ${spreadText(error)}${verdict(paper, error.mean)}.${withDistortions}`;
}

function isMnist({ data }: PaperJson): boolean {
  return data === "MNIST";
}

/** How far that is from the paper, where the training was the paper's. */
function verdict(paper: PaperJson, mean: number): string {
  const setup = mainSetup(paper);
  const { testError, passes } = published;
  if (!isMnist(paper) || paper.quick || !setup || setup.distortions || setup.images < 60_000 || paper.passes < passes)
    return "";
  const apart = Math.abs(mean - testError.value);
  // Means of rounded shares are not exact.
  if (apart <= testError.plusMinus + 1e-9)
    return `, which is within the uncertainty of ${percent(testError.plusMinus, 1)} that the paper quotes`;
  return `, ${(apart * 100).toFixed(2)} percentage points ${mean > testError.value ? "more" : "less"} than the paper has`;
}

/** What stands under a figure, and in a few words what it shows. */
export interface Caption {
  readonly title: string;
  readonly alt: string;
  readonly text: string;
}

export function captionOf(paper: PaperJson, figure: PaperFigureName): Caption {
  const runs = mainSetup(paper)?.runs.length ?? 0;
  const lines =
    runs > 1 ? `Lines are means over ${runs} seeds, the bands go from the lowest to the highest of them` : "One seed";
  const misread = misreadInOrder(paper).length;
  const shown = misread > MAX_MISREAD ? `The first ${count(MAX_MISREAD)} of` : "All";
  const seed = Math.min(...(setupOf(paper, false)?.runs ?? []).map((run) => run.seed));
  const which = Number.isFinite(seed) ? ` by the network of seed ${seed}` : "";
  const lowest = paper.predictions.margin
    ? "those first whose nearest two classes were almost equally far"
    : "those first of which the network was least sure";
  const captions: Record<PaperFigureName, Caption> = {
    training: {
      title: "Fig. 5",
      alt: "error by pass",
      text: `Error by pass: on the test images after each pass, on the training images while the pass is learned from. ${lines}; rings are the paper's, those of the first pass read off its figure.`,
    },
    sizes: {
      title: "Fig. 6",
      alt: "error by training set",
      text: `Error after the last pass by the number of training images, and with distortions. Dots are measured here, with a line from the lowest seed to the highest; rings are the paper's, read off its figure. With distortions the paper has 600,000 images, 540,000 of them distorted, of which a pass shows 60,000; the training error is over distorted images then.`,
    },
    misread: {
      title: "Fig. 8",
      alt: "misread test images",
      text: `${misread === 0 ? "No test image is misread" : `${shown} ${counted(misread, "test image")} misread`}${which}, trained without distortions. Under each stand the true class and the answer. The paper shows the ${published.misreadDistorted.value} of its network trained with distortions.`,
    },
    classifiers: {
      title: "Fig. 9",
      alt: "test error of classifiers",
      text: `Test error of the classifiers that the paper compares, in its order, with what was measured here${(setupOf(paper, false)?.runs.length ?? 0) > 1 ? ": mean ± standard deviation" : ""}. The two longest bars are broken off.`,
    },
    rejection: {
      title: "Fig. 10",
      alt: "error by rejection",
      text: `If some test images may be rejected, ${lowest}, fewer of the answers are wrong. The paper asks how many must be rejected for an error of 0.5%.`,
    },
  };
  return captions[figure];
}

/** How it was measured, by name. */
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

/** A line for each run, so that nothing hides in a mean. */
export const runColumns = ["Training images", "Seed", "Test error", "Training error", "Time"] as const;

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

/** Under the table of the paper's numbers and ours. */
export function tableNote(paper: PaperJson): string {
  const n = mainSetup(paper)?.runs.length ?? 0;
  const many = paper.setups.some(({ runs }) => runs.length > 1);
  const spread = many
    ? "Measured: mean ± standard deviation over the seeds."
    : n === 0
      ? ""
      : `Measured: ${seedsText(n)}, so that nothing is known of the spread.`;
  return [
    spread,
    "“Read off”: the number is from a curve, not from the text.",
    ...(paper.quick ? ["A quick run."] : []),
  ]
    .filter(Boolean)
    .join(" ");
}

export function passesText(passes: number): string {
  return passes === 1 ? "1 pass" : `${count(passes)} passes`;
}
