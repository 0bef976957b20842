/** The training of the page: what it does, and what it has found, in stores that know no document. */
import type { EvaluationWith } from "lenet5";
import type { ExamplesJson, HistoryJson } from "lenet5/figures";
import { writable } from "svelte/store";
import type { LossBand } from "./loss-band.ts";
import type { TrainSettings } from "./train-settings.ts";

/** The id of the network that is trained on the page. */
export const TRAINED = "trained";

/** A training in numbers, known when it begins. */
export interface TrainingPlan {
  readonly settings: TrainSettings;
  readonly trainImages: number;
  readonly validationImages: number;
  readonly batchSize: number;
  readonly stepsPerEpoch: number;
  readonly epochs: number;
  readonly classes: number;
  /** For people: `LeNet-5, built-in digits, sgd`. */
  readonly title: string;
  /** Threads that share the work. */
  readonly threads: number;
  /** The loss of guessing: every class equally likely; undefined for a loss that is not the cross-entropy. */
  readonly guessing: number | undefined;
  /** Lines for the user about decisions that they may not expect. */
  readonly notes: readonly string[];
}

/** A point in the training whose weights are kept. */
export interface Moment {
  /** Batches trained before. */
  readonly batches: number;
  /** Images seen before. */
  readonly images: number;
  /** The epoch that ended here; undefined within the first one. */
  readonly epoch?: number;
}

export type TrainingStatus = "idle" | "preparing" | "running" | "paused" | "ended";

/** What an epoch's validation found. */
export interface EpochEvaluation {
  readonly epoch: number;
  readonly evaluation: EvaluationWith<{ readonly confusionMatrix: true }>;
  /** The worst errors first. */
  readonly errors: ExamplesJson;
}

export interface Training {
  readonly status: TrainingStatus;
  /** What happens or why it ended, for people. */
  readonly line: string;
  readonly plan: TrainingPlan | undefined;
  /** What the weights come from, with later epochs and where it was stopped: a link with these gives them again. */
  readonly settings: TrainSettings | undefined;
  /** Batches done. */
  readonly batches: number;
  readonly imagesPerSecond: number | undefined;
  readonly secondsLeft: number | undefined;
  /** Mean loss of the newest batches. */
  readonly loss: number | undefined;
  readonly learningRate: number | undefined;
  readonly history: HistoryJson;
  readonly newest: EpochEvaluation | undefined;
  /** The accuracy on the test images, once at the end. */
  readonly testAccuracy: number | undefined;
  /** The moments whose weights are kept, the oldest first. */
  readonly moments: readonly Moment[];
  /** The checksum of the weights as they stand; undefined while they change. */
  readonly checksum: string | undefined;
}

export const untrained: Training = {
  status: "idle",
  line: "",
  plan: undefined,
  settings: undefined,
  batches: 0,
  imagesPerSecond: undefined,
  secondsLeft: undefined,
  loss: undefined,
  learningRate: undefined,
  history: { epochs: [], history: {} },
  newest: undefined,
  testAccuracy: undefined,
  moments: [],
  checksum: undefined,
};

/** The training, as it stands. It changes at most four times a second while it runs. */
export const training = writable<Training>(untrained);

/** The loss of every batch so far, in bins; `version` counts its changes, as the arrays stay; `top` is the end of the axis. */
export const losses = writable<
  { readonly band: LossBand; readonly top: number | undefined; readonly version: number } | undefined
>(undefined);

/** Settings for the next training, while the page has the network of others; undefined: those of the view. */
export const draft = writable<TrainSettings | undefined>(undefined);

/** What can be asked of the training, from any area. "again" trains what a link describes, with its later epochs. */
export type TrainingRequest = "start" | "pause" | "resume" | "step" | "stop" | "reset" | "again";

/** The newest request; undefined once it is heard. */
export const asked = writable<TrainingRequest | undefined>(undefined);
