/** Inputs and outputs of a program: conversion between the arrays of the library's users and blocks. */
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Buffer } from "../engine/pending-call.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** The images of the block (or the one image), times `scale`. */
export function loadImages(tape: Tape, shape: Shape, scale: number): Value {
  const { builder } = tape;
  const { buffer: from, stride, bytesPerElement } = builder.images;
  const { channels, positions } = positionsOf(shape);
  const y = tape.value(shape, false, { oneImage: true });
  const io = { from, to: y.buffer, channels, positions, scale };
  if (tape.layout === "image") builder.call(bytesPerElement === 1 ? "imageOfBytes" : "imageOfFloats", io);
  else if (bytesPerElement === 1) builder.call("loadBytes", { ...io, stride });
  else builder.call("loadFloats", io);
  return y;
}

/** Makes a value an output of the program, in Keras's layout. */
export function storeValue(tape: Tape, value: Value): void {
  const { builder } = tape;
  const { channels, positions } = positionsOf(value.shape);
  const to = builder.output(sizeOf(value.shape));
  builder.call(tape.layout === "image" ? "imageValues" : "storeFloats", {
    from: value.buffer,
    to,
    channels,
    positions,
  });
}

/** The targets of the block, [classes][16]: one-hot from class numbers, or from one row of floats for each image. */
export function loadTargets(tape: Tape, classes: number, kind: "classes" | "rows"): Buffer {
  const { builder } = tape;
  const targets = builder.buffer(classes);
  if (kind === "classes") builder.call("oneHot", { labels: builder.targets(0), targets, classes });
  else
    builder.call("loadFloats", {
      from: builder.targets(classes),
      to: targets,
      channels: classes,
      positions: 1,
      scale: 1,
    });
  return targets;
}
