import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Buffer } from "../engine/draft.ts";
import { cellsOf, loadImage, storeImage } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** The images of the block, times `scale`. */
export function loadImages(tape: Tape, shape: Shape, scale: number): Value {
  if (tape.layout === "image") return loadImage(tape, shape, scale);
  const { buffer: from, stride, bytesPerElement } = tape.builder.images;
  const y = tape.value(shape, false);
  const common = { from, to: y.buffer, ...cellsOf(shape), scale };
  if (bytesPerElement === 1) tape.builder.call("loadBytes", { ...common, stride });
  else tape.builder.call("loadFloats", common);
  return y;
}

/** Hands a value out of the program, as Keras lays it out. */
export function storeValue(tape: Tape, value: Value): void {
  if (tape.layout === "image") {
    storeImage(tape, value);
    return;
  }
  const to = tape.builder.output(sizeOf(value.shape));
  tape.builder.call("storeFloats", { from: value.buffer, to, ...cellsOf(value.shape) });
}

/** The targets of the block, [classes][16]: one-hot of class numbers, or given as one row of floats per image. */
export function loadTargets(tape: Tape, classes: number, sparse: boolean): Buffer {
  const { builder } = tape;
  const targets = builder.buffer(classes);
  if (sparse) builder.call("oneHot", { labels: builder.targets(0), targets, classes });
  else
    builder.call("loadFloats", { from: builder.targets(classes), to: targets, channels: classes, cells: 1, scale: 1 });
  return targets;
}
