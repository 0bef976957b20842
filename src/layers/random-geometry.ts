import { InputError, shown } from "../core/errors.ts";
import { type Check, choice, finite, optional } from "../core/options.ts";
import { hash32 } from "../core/random.ts";
import type { Shape } from "../core/tensor.ts";
import {
  fillModes,
  type GeometryRanges,
  interpolations,
  type Range,
  type Resampling,
  randomGeometry,
} from "../ops/random-geometry.ts";
import { type Complain, singleImage } from "./define-layer.ts";
import type { BuiltLayer, Layer } from "./layer.ts";

/** Options of layers that resample images. */
export const resampling = {
  /**
   * What is outside of the image: "reflect" (default, `d c b a | a b c d | d c b a`), "wrap" (`a b c d | a b c d`),
   * "nearest" (`a a a | a b c d | d d d`) or "constant" (`fillValue`).
   */
  fillMode: optional(choice(fillModes), "reflect"),
  /** "bilinear" (default), or "nearest": each output pixel is one input pixel. */
  interpolation: optional(choice(interpolations), "bilinear"),
  /** What fillMode "constant" fills with, in the units of the input; default 0. */
  fillValue: optional(finite, 0),
};

/** A number f, for the range from -f to f, or [low, high]; all from `min` (or above it, if `open`) to 1. */
export function factor(min: number, open = false): Check<number | Range, Range> {
  const isInRange = (value: unknown): value is number =>
    typeof value === "number" && value <= 1 && (open ? value > min : value >= min);
  return (what, given) => {
    if (isInRange(given) && isInRange(-Math.abs(given))) return [-Math.abs(given), Math.abs(given)];
    if (Array.isArray(given) && given.length === 2 && given.every(isInRange) && given[0] <= given[1]) {
      return [given[0], given[1]];
    }
    const range = `${open ? "above" : "from"} ${min} ${open ? "and up " : ""}to 1`;
    throw new InputError(`${what}: expected a number or [low, high], ${range}, got ${shown(given)}`);
  };
}

/** Refuses a fillValue that would not be used. */
export function fillsWithItsValue<Config extends Resampling>(config: Config, what: string): Config {
  if (config.fillValue !== 0 && config.fillMode !== "constant") {
    throw new InputError(
      `${what} fillValue: only fillMode "constant" fills with it, got ${config.fillValue} with "${config.fillMode}"`,
    );
  }
  return config;
}

/** A layer that changes the geometry of images in training; `rangesOf` gives what is drawn for rows x columns. */
export function geometryLayer(
  rangesOf: (rows: number, columns: number) => GeometryRanges,
  config: Resampling,
  inputs: readonly Shape[],
  complain: Complain,
  layer: Layer,
): BuiltLayer {
  const shape = singleImage(inputs, complain);
  const ranges = rangesOf(shape[0], shape[1]);
  return {
    outputShape: shape,
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => randomGeometry(tape, x!, ranges, config, hash32(layer.name)),
  };
}

/** A range times a number. */
export function times([low, high]: Range, size: number): Range {
  return [low * size, high * size];
}

/** A range with a number added. */
export function plus([low, high]: Range, summand: number): Range {
  return [low + summand, high + summand];
}
