/** An image for which a unit's output grows: gradient ascent that keeps the image such that something can be seen. */
import type { Model } from "lenet5";
import type { Unit } from "../state/view.ts";
import type { Pleased } from "./breaking.ts";

/** The largest change of a pixel in a step; how much of its ink an image keeps; how much neighbours are mixed. */
const STEP = 0.25;
const KEEP = 0.99;
const MIX = 0.06;

/**
 * Some steps of an image, 0 to 1, uphill for a unit, or downhill where the unit is a distance of the output. A number is
 * the seed of a first image. Without weight decay and smoothing, the image would be noise that no eye can read.
 */
export async function ascended(net: Model, unit: Unit, from: Float32Array | number, steps: number): Promise<Pleased> {
  const { shape } = net.inputs;
  const layer = net.getLayer(unit.layer);
  const place = layer.output.shape.length === 1 ? [unit.column] : [unit.row, unit.column, unit.map];
  const isOutput = layer === net.outputs.layer;
  const sign = isOutput && net.outputsDistances ? -1 : 1;
  const logits = isOutput && (layer.config.activation === "softmax" || layer.type === "softmax");
  let image = typeof from === "number" ? firstImage(shape, from) : from;
  let value = 0;
  for (let step = 0; step < steps; step++) {
    const { gradient } = await net.inputGradient({ shape, data: image }, { layer: unit.layer, unit: place, logits });
    const smooth = smoothed(gradient.data, shape, 0.8);
    const largest = smooth.reduce((most, each) => Math.max(most, Math.abs(each)), 1e-12);
    const moved = image.map((pixel, i) => KEEP * pixel + (sign * STEP * smooth[i]!) / largest);
    image = smoothed(moved, shape, MIX).map((pixel) => Math.min(1, Math.max(0, pixel)));
  }
  ({ value } = await net.inputGradient({ shape, data: image }, { layer: unit.layer, unit: place }));
  return { image, shape, value };
}

/** Faint noise. */
function firstImage(shape: readonly number[], seed: number): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 0.1 * (state / 2 ** 32);
  });
}

/** Each number mixed with the mean of its four neighbours. */
function smoothed(values: Float32Array, [rows = 1, columns = 1, channels = 1]: readonly number[], share: number) {
  const made = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      for (let channel = 0; channel < channels; channel++) {
        const at = (r: number, c: number) =>
          values[
            (Math.min(rows - 1, Math.max(0, r)) * columns + Math.min(columns - 1, Math.max(0, c))) * channels + channel
          ]!;
        const around = (at(row - 1, column) + at(row + 1, column) + at(row, column - 1) + at(row, column + 1)) / 4;
        made[(row * columns + column) * channels + channel] = (1 - share) * at(row, column) + share * around;
      }
    }
  }
  return made;
}
