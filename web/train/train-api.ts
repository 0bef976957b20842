/** What the worker that trains can do, and what it reports. Calls go through Comlink. */
import type { LayerSummary, Tensor, TrainTest } from "lenet5";
import type { TrainSettings } from "../state/train-settings.ts";
import type { EpochEvaluation, Moment, TrainingPlan } from "../state/training.ts";

export type Weights = ReadonlyMap<string, Tensor<Float32Array>>;

/** What happens in a training, in order. */
export type TrainEvent =
  /** Work before the first batch, for people: `Drawing the digits: 40%`. */
  | { readonly type: "preparing"; readonly line: string }
  /** `model` are the bytes of the model file, with the initial weights. */
  | { readonly type: "begun"; readonly plan: TrainingPlan; readonly model: Uint8Array }
  /** Batches done since the last such event: `losses` has one number each. */
  | {
      readonly type: "batches";
      readonly first: number;
      readonly losses: Float32Array;
      readonly learningRate: number;
      /** Milliseconds spent on them, without pauses. */
      readonly time: number;
    }
  /** The weights as they stand, at most ten times a second. */
  | { readonly type: "weights"; readonly epoch: number; readonly batches: number; readonly weights: Weights }
  | { readonly type: "moments"; readonly moments: readonly Moment[] }
  | {
      readonly type: "epoch";
      readonly epoch: number;
      readonly logs: Readonly<Record<string, number>>;
      /** Undefined without validation images. */
      readonly found: EpochEvaluation | undefined;
    }
  /** Waits before the next batch. */
  | { readonly type: "paused"; readonly checksum: string }
  /** Training has ended; `line` says why where it did so early. */
  | {
      readonly type: "ended";
      readonly line: string;
      readonly checksum: string;
      readonly testAccuracy: number | undefined;
      readonly isComplete: boolean;
    };

/** What the layers of a network are, or what is wrong with one. */
export interface Described {
  readonly layers: readonly LayerSummary[];
  readonly params: number;
  /** The index of the layer that cannot be built, and why. */
  readonly fault?: { readonly index: number; readonly line: string };
}

export interface TrainApi {
  /** The layers of one's own network, for images of a shape. */
  describe(layers: string, shape: readonly number[], classes: number): Promise<Described>;
  /**
   * Trains from the seed's initial weights; resolves when training has ended, with whether all epochs are done.
   * @param around where the page is, and the user's data where the settings name those
   * @param isPaused whether it waits before the first batch
   * @throws Error with a line for the user
   */
  train(
    settings: TrainSettings,
    around: { readonly page: string; readonly yours: TrainTest | undefined },
    report: (event: TrainEvent) => void,
    isPaused: boolean,
  ): Promise<boolean>;
  /** Trains more epochs, as if they had been planned. @throws Error with a line for the user */
  goOn(epochs: number, learningRate: number | undefined): Promise<boolean>;
  pause(): void;
  resume(): void;
  /** Trains one batch, then pauses. */
  step(): void;
  /** Ends training after the batches in progress; the weights stay. */
  stop(): void;
  /** The weights of a moment that is kept. */
  weightsAt(batches: number): { readonly weights: Weights; readonly epoch: number } | undefined;
}
