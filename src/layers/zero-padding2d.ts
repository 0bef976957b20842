import { checkOptions, InputError, wholeNumber } from "../core/errors.ts";
import { pad } from "../ops/zero-padding2d.ts";
import { defineLayer, type Layer, type LayerOptions, singleImage } from "./layer.ts";

export interface ZeroPadding2dOptions extends LayerOptions {
  /** One number for all sides, `[rows, columns]`, or `[[top, bottom], [left, right]]`; default 1. */
  readonly padding?:
    | number
    | readonly [number, number]
    | readonly [readonly [number, number], readonly [number, number]];
}

/** Zeros around an image. https://keras.io/api/layers/reshaping_layers/zero_padding2d/ */
export function zeroPadding2d(options: ZeroPadding2dOptions = {}): Layer {
  checkOptions("[zeroPadding2d]", options, ["padding", "name"]);
  const given = options.padding ?? 1;
  const sides = (typeof given === "number" ? [given, given] : [...given]).map((side) =>
    typeof side === "number" ? [side, side] : [...side],
  );
  if (sides.length !== 2 || sides.some((pair) => pair.length !== 2)) {
    throw new InputError(
      `[zeroPadding2d] padding: expected a number, [rows, columns] or [[top, bottom], [left, right]], got ${JSON.stringify(given)}`,
    );
  }
  const [[top, bottom], [left, right]] = sides.map((pair) =>
    pair.map((size) => wholeNumber("[zeroPadding2d] padding", size, 0)),
  ) as [[number, number], [number, number]];
  const padding = [
    [top, bottom],
    [left, right],
  ];
  return defineLayer("zeroPadding2d", options, { padding }, (shapes, complain) => {
    const [H, W, channels] = singleImage(shapes, complain);
    return {
      outputShape: [H + top + bottom, W + left + right, channels],
      weights: [],
      connections: 0,
      macs: 0,
      emit: (tape, [x]) => pad(tape, x!, { top, bottom, left, right }),
    };
  });
}
