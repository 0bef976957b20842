import { sizeOf } from "../../../core/tensor.ts";
import { activate, eluOf, rectify } from "./activate.ts";
import { distances, merge, prelu, scale } from "./arithmetic.ts";
import { convolve } from "./convolve.ts";
import { convolveChannels, spread } from "./convolve-channels.ts";
import type { NetworkDescription, Work } from "./description.ts";
import { concatenate, cut, interpolate, permute, repeat, reshape } from "./move.ts";
import { normalize, normalizeLength } from "./normalize.ts";
import { pool } from "./pool.ts";
import type { Prepare, Value } from "./value.ts";
import { unpacked } from "./weights.ts";

const preparers: { readonly [Name in Work["do"]]: Prepare<Name> } = {
  convolve,
  convolveChannels,
  spread,
  pool,
  scale,
  activate,
  rectify,
  elu: eluOf,
  prelu,
  normalize,
  normalizeLength,
  cut,
  permute,
  repeat,
  interpolate,
  reshape,
  concatenate,
  merge,
  distances,
};

/** Computes the outputs for one image; the array is the same for each call. */
export type Network = (image: ArrayLike<number>, scale?: number) => Float32Array;

/** The network of a description. @param bytes its weights: see `packed` */
export function networkOf({ input, steps, weights }: NetworkDescription, bytes: Uint8Array): Network {
  const unpackedWeights = unpacked(weights, bytes);
  const empty = (shape: Value["shape"]): Value => ({ shape, data: new Float32Array(sizeOf(shape)) });
  const values = [empty(input)];
  const runs = steps.map((step) => {
    const inputs = step.from.map((from) => values[from]!);
    // Numbers that only get another shape stay where they are.
    const output = step.do === "reshape" ? { shape: step.shape, data: inputs[0]!.data } : empty(step.shape);
    values.push(output);
    const prepare = preparers[step.do] as Prepare<Work["do"]>;
    return prepare(step, { inputs, output, weights: unpackedWeights });
  });
  const [first, last] = [values[0]!.data, values.at(-1)!.data];
  return (image, scale = 1) => {
    for (let i = 0; i < first.length; i++) first[i] = image[i]! * scale;
    for (const run of runs) run();
    return last;
  };
}
