import type { Augmentation, EngineOptions, FitOptions, Model, OptimizerName, PretrainedOptions } from "../../index.ts";

/** Everything that the command line knows of one network. */
export interface Network {
  /** The title of a report: `LeNet-5, C3 fully connected`. */
  readonly title: string;
  /** Which LeNet-5 it is, in a sentence: `the article's network`. */
  readonly phrase: string;
  /** One line for `--help`. */
  readonly help: string;
  /** How `lenet5 train` trains it when it is not told otherwise. */
  readonly recipe: Recipe;
  /** Options of an augmentation that differ from the library's defaults. */
  readonly augmentation: { readonly [Name in Augmentation["type"]]?: { readonly copies?: number } };
  /** The trained weights that ship with the package, by `pretrained`'s name; absent where none ship. */
  readonly weights?: ShippedName;
  /** An untrained network. */
  make(options: NetworkOptions): Promise<Model>;
}

export type ShippedName = NonNullable<PretrainedOptions["network"]>;

export interface NetworkOptions extends EngineOptions {
  /** The classes of the data; default the ten digits. */
  readonly classNames?: readonly string[];
  /** Seed of the initial weights. */
  readonly seed?: number;
}

export interface Recipe {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: OptimizerName;
  readonly shuffle: NonNullable<FitOptions["shuffle"]>;
}
