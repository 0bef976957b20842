import { InputError, shown } from "../core/errors.ts";
import { type OptionsOf, required } from "../core/options.ts";
import { batchShapeText, type Shape, sizeOf } from "../core/tensor.ts";
import { rearrange } from "../ops/rearrange.ts";
import { type Complain, defineLayer, type LayerMaker, type LayerOptions, single } from "./define-layer.ts";

const options = {
  /**
   * The size of each axis, without the batch: one to three whole numbers. One of them may be -1: what the others leave.
   */
  targetShape: required(target),
};

/** Options of {@link reshape}. */
export interface ReshapeOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * The same elements, in the same row-major order (channels last), with other axes. Input: one tensor of any shape;
 * output: `[N, ...targetShape]`; no weights. https://keras.io/api/layers/reshaping_layers/reshape/
 * @throws InputError for a shape with more than three axes, and one of another number of elements than the input's
 */
export const reshape: LayerMaker<ReshapeOptions> = defineLayer(
  "reshape",
  options,
  ({ targetShape }, inputs, complain) => {
    const shape = completed(targetShape, single(inputs, complain), complain);
    return {
      outputShape: shape,
      weights: [],
      connections: 0,
      macs: 0,
      emit: (tape, [x]) => rearrange(tape, x!, shape, (index) => index),
    };
  },
);

function completed(target: Shape, input: Shape, complain: Complain): Shape {
  const size = sizeOf(input);
  const known = sizeOf(target.filter((axis) => axis !== -1));
  const shape = target.map((axis) => (axis === -1 ? Math.floor(size / known) : axis));
  if (sizeOf(shape) !== size) {
    complain(
      `expected a targetShape of ${size} elements, as the input ${batchShapeText(input)} has, got ${JSON.stringify(target)}`,
    );
  }
  return shape;
}

function target(what: string, given: Shape): Shape {
  const isShape =
    Array.isArray(given) &&
    given.length >= 1 &&
    given.length <= 3 &&
    given.every((axis) => Number.isSafeInteger(axis) && (axis >= 1 || axis === -1)) &&
    given.filter((axis) => axis === -1).length <= 1;
  if (isShape) return given;
  throw new InputError(
    `${what}: expected one to three whole numbers of at least 1, one of which may be -1, got ${shown(given)}`,
  );
}
