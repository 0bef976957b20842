import { InputError } from "../../core/errors.ts";
import type { EngineOptions, Model, PretrainedOptions } from "../../index.ts";
import { type InputShape, SMALLEST } from "../../lenet5/input-shape.ts";

/** Everything about one network of the command line. */
export interface Network {
  /** The title of a report: `LeNet-5, C3 fully connected`. */
  readonly title: string;
  /** A phrase that completes `LeNet-5 (...)`: `C3 fully connected`. */
  readonly phrase: string;
  /** One line for `--help`. */
  readonly help: string;
  /** The trained weights that ship with the package, by the names that `pretrained` has for them. */
  readonly weights: readonly ShippedName[];
  /** An untrained network. */
  make(options: NetworkOptions): Promise<Model>;
}

export type ShippedName = NonNullable<PretrainedOptions["network"]>;

export interface NetworkOptions extends EngineOptions {
  /** The classes of the data; default: the ten digits. */
  readonly classNames?: readonly string[];
  /** The shape of the data's images, for networks that take any; default [32, 32, 1]. */
  readonly shape?: readonly number[];
  /** Seed of the initial weights. */
  readonly seed?: number;
}

/** The shape of the data for a network that takes images of 16x16 and more. @throws InputError for smaller ones */
export function inputShapeOf(shape: readonly number[]): InputShape {
  const [rows = 0, columns = 0, channels = 1] = shape;
  if (Math.min(rows, columns) >= SMALLEST) return [rows, columns, channels];
  throw new InputError(
    `--network: expected images of at least ${SMALLEST}x${SMALLEST}, got ${rows}x${columns}; enlarge them with --size 32, or give a network of your own`,
  );
}
