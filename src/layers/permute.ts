import { InputError, shown } from "../core/errors.ts";
import { type OptionsOf, required } from "../core/options.ts";
import { batchShapeText, type Shape } from "../core/tensor.ts";
import { rearrange } from "../ops/rearrange.ts";
import { defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

const options = {
  /** Which axis of the input each axis of the output is, counted from 1 without the batch: `[2, 1, 3]` transposes. */
  dims: required(permutation),
};

/** Options of {@link permute}. */
export interface PermuteOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * The axes of a tensor in another order. Input: a tensor with as many axes as `dims` has numbers; no weights.
 * https://keras.io/api/layers/reshaping_layers/permute/
 * @throws InputError for numbers that are not 1 to the number of the input's axes, each once
 */
export const permute: LayerMaker<PermuteOptions> = defineLayer("permute", options, ({ dims }, inputs, complain) => {
  const input = single(inputs, complain);
  if (dims.length !== input.length) {
    complain(`expected dims of ${input.length} axes, as the input ${batchShapeText(input)} has, got [${dims}]`);
  }
  const shape = dims.map((axis) => input[axis - 1]!);
  // Elements of the input from one place to the next, on each of its axes and then on each of the output's.
  const strides = input.map((_, axis) => input.slice(axis + 1).reduce((product, size) => product * size, 1));
  const steps = dims.map((axis) => strides[axis - 1]!);
  const sourceOf = (index: number): number => {
    let rest = index;
    let source = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      source += (rest % shape[axis]!) * steps[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return source;
  };
  return {
    outputShape: shape,
    weights: [],
    connections: 0,
    macs: 0,
    emit: (tape, [x]) => rearrange(tape, x!, shape, sourceOf),
  };
});

function permutation(what: string, given: Shape): Shape {
  const isOrder = Array.isArray(given) && given.length > 0 && given.every((_, axis) => given.includes(axis + 1));
  if (isOrder) return given;
  throw new InputError(`${what}: expected the numbers of the axes from 1 on, each once, got ${shown(given)}`);
}
