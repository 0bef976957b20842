/** The content of `sweep.json`, from which the page of a sweep is drawn. */
import type { Num } from "../results.ts";
import type { Validation } from "./validation.ts";

/** The results of `lenet5 sweep`: the content of `sweep.json`. */
export interface SweepJson {
  /** The version of lenet5. */
  readonly lenet5: string;
  /** The command line. */
  readonly command: string;
  /** The name of the sweep: that of its file. */
  readonly name: string;
  /** What is compared: a metric on the validation images. */
  readonly metric: "val_accuracy" | "val_loss";
  /** The images that it is measured on. */
  readonly validation: Validation;
  /** How trials were chosen, for people: "successive halving (eta 3) from random, seed 1". */
  readonly choice: string;
  /** Settings of every trial. */
  readonly fixed: Readonly<Record<string, SettingValue>>;
  /** Settings that vary, in the order of the file. */
  readonly varied: readonly VariedSetting[];
  /** The trials, the best first. */
  readonly trials: readonly TrialJson[];
  /** Trials that were planned. */
  readonly planned: number;
  /**
   * The number of the best trial: of those that trained for all their epochs; where there is none, so far, of those with
   * the most epochs. Null where none has a value.
   */
  readonly best: number | null;
  /**
   * The commands that train the best trial again, for all its epochs: one for each seed, one for all folds together. Empty
   * where no trial has a value.
   */
  readonly bestCommands: readonly string[];
}

/** The value of a setting: an option of `lenet5 train`. */
export type SettingValue = string | number | boolean;

/** A setting that varies. */
export interface VariedSetting {
  /** Its name on the command line, without the dashes. */
  readonly name: string;
  /** Its values, for people: "sgd, adam" or "0.001 to 0.1 (log)". */
  readonly values: string;
  /** Whether equal ratios count as equal. */
  readonly log: boolean;
}

/** A trial: settings, and how well they did. */
export interface TrialJson {
  /** The number of the trial, from 1. */
  readonly trial: number;
  /** The settings that vary; without those whose condition does not hold. */
  readonly settings: Readonly<Record<string, SettingValue>>;
  /**
   * "done": trained for all its epochs. "stopped": successive halving went on without it. "unfinished": the sweep ended
   * before. "failed": a training had no result.
   */
  readonly state: "done" | "stopped" | "unfinished" | "failed";
  /** The last epoch that all its trainings have. */
  readonly epochs: number;
  /** The epochs of its settings; null before its first one. */
  readonly plannedEpochs: number | null;
  /** The mean of the metric over its trainings after that epoch; null where there is none. */
  readonly value: Num;
  /** Its trainings, one for each seed or fold. */
  readonly trainings: readonly TrainingJson[];
  /** Why it failed, in one line. */
  readonly failure?: string;
}

/** A training of a trial. */
export interface TrainingJson {
  /** Its seed. */
  readonly seed: number;
  /** The fold whose images were for validation, from 1; absent without folds. */
  readonly fold?: number;
  /** The metric on the validation images by epoch. */
  readonly values: readonly Num[];
  /** The time of training and validation. */
  readonly seconds: Num;
  /** The parameters of its network. */
  readonly parameters: number | null;
}
