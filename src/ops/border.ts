/** Inputs and outputs of a program: conversion between the arrays of the library's users and blocks. */
import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Buffer } from "../engine/pending-call.ts";
import type { Place } from "../engine/program.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** The images of the block (or the one image) for input number `input`, times their scale. */
export function loadImages(tape: Tape, input: number, shape: Shape): Value {
  const scale = { runtime: "scale", input } as const;
  const { builder } = tape;
  const { buffer: from, stride, bytesPerElement } = builder.inputs[input]!;
  const { channels, positions } = positionsOf(shape);
  const y = tape.value(shape, tape.byInputs, { oneImage: true });
  tape.record(y, () => {});
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

/** A target of the program as the losses read it. `scores`, [classes][16]: one-hot from class numbers, or the rows. */
export interface LoadedTarget {
  readonly scores: Buffer;
  /** [16]: the loss's weight times each image's sample weight, divided by the number of images in the batch. */
  readonly sampleWeights: Buffer;
  /** [16][2]: each image's loss, and the rank of its true class. */
  readonly results: Place;
}

/** A further target of the program: a class number or a row of `classes` floats for each image. */
export function loadTarget(tape: Tape, classes: number, kind: "classes" | "rows", lossWeight: number): LoadedTarget {
  const { builder } = tape;
  const { labels, sampleWeights, results } = builder.target(kind === "classes" ? 0 : classes, lossWeight);
  const scores = builder.buffer(classes);
  if (kind === "classes") builder.call("oneHot", { labels, targets: scores, classes });
  else builder.call("loadFloats", { from: labels, to: scores, channels: classes, positions: 1, scale: 1 });
  return { scores, sampleWeights, results };
}
