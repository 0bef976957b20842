/**
 * Results of `lenet5 paper`: `paper.json`. Errors are shares, 0 to 1, as everywhere; pages and figures show them in
 * percent.
 */
import type { ExamplesJson, PredictionsJson } from "../results.ts";

export interface PaperJson {
  /** The command as typed. */
  readonly command: string;
  readonly machine: {
    readonly processor: string;
    readonly cores: number;
    readonly node: string;
    readonly lenet5: string;
  };
  /** Name of the data: "MNIST", or other data, whose numbers are not the paper's. */
  readonly data: string;
  /** True for the short form, which says little about the paper's numbers. */
  readonly quick: boolean;
  /** Passes of a training. */
  readonly passes: number;
  /** "rbf_mse" (eq. 8) or "rbf_map" (eq. 9), in words with its j. */
  readonly loss: string;
  readonly setups: readonly PaperSetup[];
  /** Of the run without distortions of the lowest seed, at its last pass: every test image. */
  readonly predictions: PredictionsJson;
  /** All its misclassified test images. */
  readonly misread: ExamplesJson;
  /** The network's size, as summaryData returns it. */
  readonly network?: { readonly trainableParams: number; readonly connections: number; readonly macs: number };
}

/** One way of training, over some seeds. */
export interface PaperSetup {
  /** Training patterns of a pass. */
  readonly images: number;
  readonly distortions: boolean;
  readonly runs: readonly PaperRun[];
}

export interface PaperRun {
  readonly seed: number;
  /** After each pass, from the first on. */
  readonly testError: readonly number[];
  /** Mean during each pass, while the weights change: the paper's training error. */
  readonly trainingError: readonly number[];
  /** Over the training images (without distortions) after the last pass. */
  readonly finalTrainingError: number;
  /** Of all passes, evaluation left out. */
  readonly seconds: number;
  /** Smallest and largest eta / (mu + h) of the first pass; the paper: 7e-5 and 0.016. */
  readonly firstRates: readonly [number, number];
}
