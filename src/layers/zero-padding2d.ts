import { InputError, shown, wholeNumber } from "../core/errors.ts";
import { type OptionsOf, optional } from "../core/options.ts";
import { pad } from "../ops/zero-padding2d.ts";
import { defineLayer, type LayerMaker, type LayerOptions, singleImage } from "./define-layer.ts";

type Pair = readonly [number, number];

/** `[[top, bottom], [left, right]]` */
type Sides = readonly [Pair, Pair];

const options = {
  /**
   * Rows and columns of zeros: a number for all sides, `[rows, columns]`, or `[[top, bottom], [left, right]]`; default
   * 1.
   */
  padding: optional(sides, 1),
};

/** Options of {@link zeroPadding2d}. */
export interface ZeroPadding2dOptions extends LayerOptions, OptionsOf<typeof options> {}

/**
 * Zeros around an image. Input: `[N, rows, columns, channels]`; output:
 * `[N, top + rows + bottom, left + columns + right, channels]`; no weights.
 * https://keras.io/api/layers/reshaping_layers/zero_padding2d/
 * @throws InputError for a padding that is none of the three forms, or negative
 */
export const zeroPadding2d: LayerMaker<ZeroPadding2dOptions> = defineLayer(
  "zeroPadding2d",
  options,
  ({ padding: [[top, bottom], [left, right]] }, inputs, complain) => {
    const [H, W, channels] = singleImage(inputs, complain);
    return {
      outputShape: [H + top + bottom, W + left + right, channels],
      weights: [],
      connections: 0,
      macs: 0,
      emit: (tape, [x]) => pad(tape, x!, { top, bottom, left, right }),
    };
  },
);

function sides(what: string, given: number | Pair | Sides): Sides {
  const axes: readonly unknown[] = Array.isArray(given) ? given : [given, given];
  const pairs = axes.map((axis): readonly unknown[] => (Array.isArray(axis) ? axis : [axis, axis]));
  if (pairs.length !== 2 || pairs.some((pair) => pair.length !== 2)) {
    throw new InputError(
      `${what}: expected a number, [rows, columns] or [[top, bottom], [left, right]], got ${shown(given)}`,
    );
  }
  return pairs.map((pair) => pair.map((size) => wholeNumber(what, size as number, 0))) as unknown as Sides;
}
