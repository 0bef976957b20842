import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Buffer, Part } from "../engine/draft.ts";
import { CELL } from "../engine/program.ts";
import { flattenImage } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** [rows, columns, channels] -> [rows x columns x channels], in that order. */
export function flatten(tape: Tape, x: Value): Value {
  if (x.shape.length === 1) return x;
  if (tape.layout === "image") return flattenImage(tape, x);
  const channels = x.shape[2]!;
  const cells = sizeOf(x.shape) / channels;
  const y = tape.value([sizeOf(x.shape)], x.needsGradient);
  tape.builder.call("transposeCells", { x: x.buffer, y: y.buffer, rows: channels, columns: cells });
  tape.record(y, (dy) =>
    tape.give(x, (dx) => tape.builder.call("transposeCells", { x: dy, y: dx, rows: cells, columns: channels })),
  );
  return y;
}

/** Zeros around an image: rows above and below, columns left and right. */
export function pad(
  tape: Tape,
  x: Value,
  padding: { top: number; bottom: number; left: number; right: number },
): Value {
  const { top, bottom, left, right } = padding;
  if (top + bottom + left + right === 0) return x;
  const [H, W, channels] = x.shape as [number, number, number];
  const [paddedH, paddedW] = [H + top + bottom, W + left + right];
  const y = tape.value([paddedH, paddedW, channels], x.needsGradient);
  const sizes = { channels, H, W, paddedH, paddedW, top, left };
  tape.builder.call("pad", { x: x.buffer, y: y.buffer, ...sizes });
  tape.record(y, (dy) => tape.give(x, (dx) => tape.builder.call("crop", { y: dy, x: dx, ...sizes })));
  return y;
}

/** Channels (or features) `start`, ..., `start + count - 1`. */
export function slice(tape: Tape, x: Value, start: number, count: number): Value {
  tape.needsBlocks("slice");
  const { builder } = tape;
  const channels = x.shape[x.shape.length - 1]!;
  const cells = sizeOf(x.shape) / channels;
  const y = tape.value([...x.shape.slice(0, -1), count], x.needsGradient);
  builder.call("copy", { x: part(x.buffer, start * cells), y: y.buffer, count: count * cells });
  tape.record(y, (dy) =>
    tape.give(x, (dx) => {
      builder.call("clear", { y: dx, count: channels * cells });
      builder.call("copy", { x: dy, y: part(dx, start * cells), count: count * cells });
    }),
  );
  return y;
}

/** All channels (or features) of the inputs, one input after the other. */
export function concatenate(tape: Tape, inputs: readonly Value[]): Value {
  tape.needsBlocks("concatenate");
  const { builder } = tape;
  const shape = inputs[0]!.shape;
  const channels = inputs.reduce((sum, input) => sum + input.shape[shape.length - 1]!, 0);
  const y = tape.value(
    [...shape.slice(0, -1), channels],
    inputs.some((input) => input.needsGradient),
  );
  const starts: number[] = [];
  let end = 0;
  for (const input of inputs) {
    starts.push(end);
    builder.call("copy", { x: input.buffer, y: part(y.buffer, end), count: sizeOf(input.shape) });
    end += sizeOf(input.shape);
  }
  tape.record(y, (dy) =>
    inputs.forEach((input, i) => {
      tape.give(input, (dx) => builder.call("copy", { x: part(dy, starts[i]!), y: dx, count: sizeOf(input.shape) }));
    }),
  );
  return y;
}

/** The same numbers in the same order under another shape; only where nothing else reads x. */
export function reshape(tape: Tape, x: Value, shape: Shape): Value {
  const y = tape.value(shape, x.needsGradient, x.buffer);
  tape.record(y, (dy) => tape.pass(x, dy, () => {}));
  return y;
}

function part(buffer: Buffer, cells: number): Part {
  return { buffer, offset: cells * CELL };
}
