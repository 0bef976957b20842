import { drawsOf } from "./dropout.ts";
import type { Tape, Value } from "./tape.ts";

/** From the lowest to the highest number that is drawn. */
export type Range = readonly [low: number, high: number];

/** What is drawn for each image. */
export interface GeometryRanges {
  /** In turns; default 0. A positive angle turns the image counterclockwise. */
  readonly angle?: Range;
  /** Factors of the part of the image that is seen, around its centre; without `columns`, both are the same number. */
  readonly zoom?: { readonly rows: Range; readonly columns?: Range };
  /** In pixels, down and to the right; default 0. */
  readonly shift?: { readonly rows: Range; readonly columns: Range };
}

/** How points between pixels and outside of the image are read; the order of the modes is the kernel's. */
export const fillModes = ["constant", "nearest", "wrap", "reflect"] as const;
export const interpolations = ["bilinear", "nearest"] as const;

export interface Resampling {
  readonly fillMode: (typeof fillModes)[number];
  readonly interpolation: (typeof interpolations)[number];
  readonly fillValue: number;
}

/** In training, each image of the batch in a geometry of its own; x itself in inference. */
export function randomGeometry(
  tape: Tape,
  x: Value,
  { angle = [0, 0], zoom = { rows: [1, 1] }, shift = { rows: [0, 0], columns: [0, 0] } }: GeometryRanges,
  { fillMode, interpolation, fillValue }: Resampling,
  salt: number,
): Value {
  if (!tape.training) return x;
  const { builder } = tape;
  const [H, W, channels] = x.shape as [number, number, number];
  const y = tape.value(x.shape, x.needsGradient, {});
  const geometry = builder.buffer(6);
  const columns = zoom.columns ?? zoom.rows;
  builder.call("randomGeometry", {
    geometry,
    ...drawsOf(tape, salt),
    H,
    W,
    angleLow: angle[0],
    angleHigh: angle[1],
    zoomRowsLow: zoom.rows[0],
    zoomRowsHigh: zoom.rows[1],
    zoomColumnsLow: columns[0],
    zoomColumnsHigh: columns[1],
    tied: zoom.columns ? 0 : 1,
    shiftRowsLow: shift.rows[0],
    shiftRowsHigh: shift.rows[1],
    shiftColumnsLow: shift.columns[0],
    shiftColumnsHigh: shift.columns[1],
  });
  const how = {
    geometry,
    channels,
    H,
    W,
    nearest: interpolation === "nearest" ? 1 : 0,
    fill: fillModes.indexOf(fillMode),
    fillValue,
  };
  builder.call("resample", { x: x.buffer, y: y.buffer, ...how, backward: 0 });
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("resample", { x: dy, y: dx, ...how, backward: 1 })));
  return y;
}
