import { copyChannels } from "./channel-slice.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** All channels (or features) of the inputs, one input after the other. */
export function concatenate(tape: Tape, inputs: readonly Value[]): Value {
  const { builder } = tape;
  const shape = inputs[0]!.shape;
  const channels = inputs.map((input) => positionsOf(input.shape).channels);
  const width = channels.reduce((sum, own) => sum + own);
  const needsGradient = inputs.some((input) => input.needsGradient);
  const y = tape.value([...shape.slice(0, -1), width], needsGradient, { oneImage: true, curvature: true });
  const { positions } = positionsOf(y.shape);
  let end = 0;
  const parts = inputs.map((input, i) => {
    const at = end;
    end += channels[i]!;
    return { input, at, count: channels[i]! };
  });
  for (const { input, at, count } of parts) {
    const to = { buffer: y.buffer, first: at, channels: width };
    copyChannels(tape, { buffer: input.buffer, first: 0, channels: count }, to, count, positions);
  }
  tape.record(y, (dy) => {
    for (const { input, at, count } of parts) {
      tape.give(input, (dx) => {
        // The padding of a gradient is 0.
        if (tape.layout === "image") builder.call("clear", { y: dx, count: input.groups });
        const from = { buffer: dy, first: at, channels: width };
        copyChannels(tape, from, { buffer: dx, first: 0, channels: count }, count, positions);
      });
    }
  });
  return y;
}
