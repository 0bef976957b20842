import type { Flip } from "../../augmentation/distortions.ts";
import type {
  Augmentation,
  EngineOptions,
  FitOptions,
  Model,
  OptimizerName,
  PictureStream,
  ReadDataOptions,
  RecipeName,
  TrainTest,
} from "../../index.ts";
import type { RunLock } from "../../runs/lock.ts";
import type { OpenedData } from "../data-source.ts";
import type { FittedImages } from "../fitted-data.ts";
import type { InputOptions } from "../input-options.ts";
import type { RunOrigin } from "../run-origin.ts";
import type { Fold } from "./fold.ts";

/** Options of `lenet5 train`; settings that are not given come from the recipe. */
export interface TrainOptions extends EngineOptions, ReadDataOptions, InputOptions {
  /** The name of a network, the path of a module that makes one, or that of a model file or a run to train on from. */
  readonly network?: string;
  readonly recipe?: RecipeName;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly optimizer?: OptimizerName;
  readonly learningRate?: number;
  readonly augment?: Augmentation["type"] | "none";
  readonly flip?: Flip;
  readonly seed?: number;
  readonly validationSplit?: number;
  readonly data?: string;
  /** The fold of a cross-validation whose images are for validation. */
  readonly fold?: Fold;
  /** MNIST, where its reading has begun already; undefined where it is not on this machine or damaged. */
  readonly mnist?: { readonly read: Promise<TrainTest | undefined> };
  /** Whether training images stay on the disk; default: where they are too large for the memory. */
  readonly stream?: boolean;
  readonly out?: string;
  /** The folder of a run to continue. */
  readonly resume?: string;
  /** Seconds between two checkpoints within an epoch. */
  readonly checkpointSeconds?: number;
  /** The folder for TensorBoard's event files. */
  readonly tensorboard?: string;
  readonly log?: "jsonl";
  readonly json?: boolean;
}

/** A new run, or one to be continued, with everything that training needs. */
export interface Training {
  readonly network: {
    /** As it was given: a name, or the path of a module. */
    readonly name: string;
    /** `LeNet-5 (C3 connected as in Table I)` */
    readonly phrase: string;
    /** The title of the report. */
    readonly title: string;
  };
  /** Without its training images, which may be a stream. */
  readonly data: Omit<OpenedData, "train">;
  /** The compiled model. */
  readonly model: Model;
  /** The data as the model takes them. */
  readonly train: FittedImages | PictureStream;
  readonly test: FittedImages;
  /** Number of images to train on, and for validation. */
  readonly trainImages: number;
  readonly validationImages: number;
  readonly fit: FitOptions & Required<Pick<FitOptions, "epochs" | "initialEpoch">>;
  /** The history of the epochs before `initialEpoch`. */
  readonly history?: {
    readonly epochs: readonly number[];
    readonly history: Readonly<Record<string, readonly (number | null)[]>>;
  };
  readonly origin: RunOrigin;
  /** The command that began a run which is continued. */
  readonly command?: string;
  /** The lock of the run's folder; who makes the training releases it. */
  readonly lock: RunLock;
  /** Lines for the user about decisions that they may not expect. */
  readonly notes: readonly string[];
  /** What looks wrong in the data, in lines that the report has too. */
  readonly problems: readonly string[];
}
