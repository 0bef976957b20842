/**
 * The largest layers and models. Memory of WebAssembly has 32-bit addresses; what is larger than these limits can never
 * run, so that it is refused before any memory is taken for it.
 */
import { InputError } from "../core/errors.ts";
import { batchShapeText, sizeOf } from "../core/tensor.ts";
import type { BuiltLayer, Layer, WeightSpec } from "./layer.ts";

/** Throws an InputError in the layer's name. */
type Complain = (message: string) => never;

/** The most weights of a model: 1.1 GB of float32. A program has several copies of them in its memory. */
const MAX_WEIGHTS = 2 ** 28;
/** The most numbers of an output for one image: 16 images, the smallest block, take 4.3 GB. */
const MAX_OUTPUTS = 2 ** 26;
/** The most multiply-adds for one image: some minutes on one core. */
const MAX_MACS = 1e12;

/** @throws InputError in the layer's name for weights or an output that are too large to run */
export function checkLayerSize({ weights, outputShape, macs }: BuiltLayer, complain: Complain): void {
  checkWeightSizes(weights, complain);
  const numbers = sizeOf(outputShape);
  if (!(numbers <= MAX_OUTPUTS))
    complain(
      `expected an output of at most ${counted(MAX_OUTPUTS)} numbers (16 images take ${gigabytes(64 * MAX_OUTPUTS)}), got ${batchShapeText(outputShape)} (${gigabytes(64 * numbers)}): use a smaller image or smaller layers`,
    );
  if (!(macs <= MAX_MACS))
    complain(
      `expected at most ${counted(MAX_MACS)} multiply-adds for an image, got ${macs.toPrecision(2)}: use a smaller image or smaller layers`,
    );
}

/** @throws InputError in the layer's name for a weight that is too large to run */
export function checkWeightSizes(weights: readonly Pick<WeightSpec, "name" | "shape">[], complain: Complain): void {
  for (const { name, shape } of weights) {
    const numbers = sizeOf(shape);
    if (!(numbers <= MAX_WEIGHTS))
      complain(
        `expected a ${name} of at most ${counted(MAX_WEIGHTS)} numbers (${gigabytes(4 * MAX_WEIGHTS)}), got [${shape.join(", ")}] (${gigabytes(4 * numbers)}): use a smaller layer`,
      );
  }
}

/** @throws InputError for layers that together are too large to run */
export function checkModelSize(calls: ReadonlyMap<Layer, readonly unknown[]>): void {
  let [weights, macs] = [0, 0];
  for (const [{ built }, { length }] of calls) {
    for (const { shape } of built.weights) weights += sizeOf(shape);
    macs += built.macs * length;
  }
  if (weights > MAX_WEIGHTS)
    throw new InputError(
      `model: expected at most ${counted(MAX_WEIGHTS)} weights (${gigabytes(4 * MAX_WEIGHTS)}), got ${counted(weights)} (${gigabytes(4 * weights)}): use fewer or smaller layers`,
    );
  if (macs > MAX_MACS)
    throw new InputError(
      `model: expected at most ${counted(MAX_MACS)} multiply-adds for an image, got ${macs.toPrecision(2)}: use a smaller image or smaller layers`,
    );
}

function counted(numbers: number): string {
  return numbers.toLocaleString("en-US");
}

function gigabytes(bytes: number): string {
  return `${Number((bytes / 1e9).toPrecision(2)).toLocaleString("en-US")} GB`;
}
