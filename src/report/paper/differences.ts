import type { PaperJson } from "./paper-results.ts";
import { published } from "./published.ts";
import { isAsInPaper, lastTestError, over, setupOf } from "./setups.ts";

/** Misclassified test images. */
interface Difference {
  /** In the paper. */
  readonly theirs: number;
  /** Here, mean over the seeds. */
  readonly mean: number;
  /** Standard deviation of the difference between a further seed and the mean. */
  readonly deviation: number;
  /** Half the 95% prediction interval of a further seed, in such deviations: Student's t of n - 1. */
  readonly t: number;
}

/**
 * Whether the test errors differ from the paper's by more than chance; "" where they cannot be compared, and for one
 * seed. The paper has one network for each number, tested on the same images. If it was trained like those here, only
 * the chance of training separates it from their mean, with a standard deviation of s sqrt(1 + 1 / n).
 */
export function differences(paper: PaperJson): string {
  const { testError, misreadDistorted, testImages } = published;
  const plain = differenceOf(paper, false, Math.round(testError.value * testImages));
  const distorted = differenceOf(paper, true, misreadDistorted.value);
  if (!plain || !distorted) return "";
  const both = (text: (one: Difference) => string) => `${text(plain)} and ${text(distorted)}`;
  const standardError = 100 * Math.sqrt((testError.value * (1 - testError.value)) / testImages);
  return [
    `First, is there a difference to explain? Without and with distortions, the paper's networks misclassify ${both(({ theirs }) => String(theirs))} of ${testImages.toLocaleString("en-US")} test images (its “0.8%” are the ${misreadDistorted.value} images of Fig. 8), and those here ${both(({ mean }) => mean.toFixed(1))}.`,
    `The paper has one network for each number. The number of errors of one more network, trained like those here, would differ from these means with a standard deviation of ${both(({ deviation }) => deviation.toFixed(1))} (s√(1 + 1/n), s that of n seeds).`,
    `The paper's differ by ${both(({ mean, theirs, deviation }) => (Math.abs(mean - theirs) / deviation).toFixed(1))} such deviations. The 95% prediction interval of one more network reaches ${both(({ t }) => t.toFixed(2))} deviations from the mean (t of n − 1): a difference of up to ${both(({ t, deviation }) => String(Math.floor(t * deviation)))} errors cannot be told from chance.`,
    `With other test images, an error of ${100 * testError.value}% has a standard error of ${standardError.toFixed(2)} percentage points as well, √(${testError.value} × ${1 - testError.value} / ${testImages.toLocaleString("en-US")}): the uncertainty that the paper quotes.`,
  ].join(" ");
}

function differenceOf(paper: PaperJson, distortions: boolean, theirs: number): Difference | undefined {
  const setup = setupOf(paper, distortions);
  const error = over(setup, lastTestError);
  if (!setup || !error || error.n < 2 || !isAsInPaper(paper, setup)) return undefined;
  const { testImages } = published;
  const deviation = testImages * error.deviation * Math.sqrt(1 + 1 / error.n);
  return { theirs, mean: testImages * error.mean, deviation, t: studentT(error.n - 1) };
}

/** Student's t with 1, 2, ... degrees of freedom, which 2.5% exceed. */
const quantiles = [12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23];

/** For more than 10 degrees of freedom within 0.01. */
const studentT = (degrees: number) => quantiles[degrees - 1] ?? 1.96 + 2.7 / degrees;
