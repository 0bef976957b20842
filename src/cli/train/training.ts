import type { Augmentation, Model } from "../../index.ts";
import type { OpenedData } from "../data-source.ts";
import type { Recorders } from "../run/recorders.ts";
import type { Run } from "../run/run.ts";
import type { RunConfig, RunHistory } from "../run/schemas.ts";

type Settings = RunConfig["settings"];

/** Options of `lenet5 train`; settings that are not given come from the recipe. */
export interface TrainOptions extends Partial<Omit<Settings, "learningRate" | "augment">> {
  readonly augment?: Augmentation["type"];
  readonly learningRate?: number;
  readonly data?: string;
  readonly out?: string;
  /** The folder of a run to continue. */
  readonly resume?: string;
  /** The folder for TensorBoard's event files. */
  readonly tensorboard?: string;
  readonly log?: "jsonl";
  readonly json?: boolean;
}

/** A new run, or one to be continued, with everything that training needs. */
export interface Training {
  readonly run: Run;
  readonly data: OpenedData;
  readonly model: Model;
  /** Grows by one entry after each epoch. */
  readonly history: RunHistory;
  readonly recorders: Recorders;
}
