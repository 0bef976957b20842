import type { ExamplesJson, PredictionsJson } from "../results.ts";

/** Results of `lenet5 paper`: the file `paper.json`. Error rates are from 0 to 1; pages and figures show percent. */
export interface PaperJson {
  /** The command line that was typed. */
  readonly command: string;
  /** The machine that trained. */
  readonly machine: {
    /** Model name of the processor. */
    readonly processor: string;
    /** Number of processor cores. */
    readonly cores: number;
    /** Version of Node.js. */
    readonly node: string;
    /** Version of this package. */
    readonly lenet5: string;
  };
  /** Name of the data set. Only numbers on "MNIST" can be compared with the paper's. */
  readonly data: string;
  /** True for a quick run: few images and passes, so that its numbers cannot be compared with the paper's. */
  readonly quick: boolean;
  /** Passes (epochs) of a run. */
  readonly passes: number;
  /** The loss in words: "rbf_mse" (eq. 8), or "rbf_map" (eq. 9) with its j. */
  readonly loss: string;
  /** Runs by number of training images, and with or without distortions. */
  readonly setups: readonly PaperSetup[];
  /** Predictions for all test images, after the last pass of the run with the lowest seed without distortions. */
  readonly predictions: PredictionsJson;
  /** The test images that these predictions misclassify. */
  readonly misread: ExamplesJson;
  /** Size of the network, as `summaryData` returns it. */
  readonly network?: {
    /** Number of trainable parameters. */
    readonly trainableParams: number;
    /** Number of connections, as the paper counts them. */
    readonly connections: number;
    /** Multiply-adds for one image. */
    readonly macs: number;
  };
}

/** Runs that differ only in the seed. */
export interface PaperSetup {
  /** Training images of a pass. */
  readonly images: number;
  /** True if training images were distorted. */
  readonly distortions: boolean;
  /** One run for each seed. */
  readonly runs: readonly PaperRun[];
}

/** Results of one run. */
export interface PaperRun {
  /** Seed of the initial weights and of the order of the images. */
  readonly seed: number;
  /** Test error after each pass. */
  readonly testError: readonly number[];
  /** Mean error during each pass, while the weights change: the training error in the paper. */
  readonly trainingError: readonly number[];
  /** Error on the training images, without distortions, after the last pass. */
  readonly finalTrainingError: number;
  /** Training time of all passes in seconds, without evaluation. */
  readonly seconds: number;
  /** Smallest and largest learning rate, eta / (mu + h), of the first pass; in the paper 7e-5 and 0.016. */
  readonly firstRates: readonly [number, number];
}
