import type { Buffer } from "../engine/pending-call.ts";
import { GROUP_BYTES } from "../engine/program.ts";
import { positionsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/** Channels (or features) `start` to `start + count - 1`. */
export function slice(tape: Tape, x: Value, start: number, count: number): Value {
  const { channels, positions } = positionsOf(x.shape);
  const y = tape.value([...x.shape.slice(0, -1), count], x.needsGradient, { oneImage: true, curvature: true });
  const place = { first: start, channels };
  copyChannels(tape, { buffer: x.buffer, ...place }, { buffer: y.buffer, first: 0, channels: count }, count, positions);
  tape.record(y, (dy) =>
    tape.give(x, (dx) => {
      tape.builder.call("clear", { y: dx, count: x.groups });
      copyChannels(tape, { buffer: dy, first: 0, channels: count }, { buffer: dx, ...place }, count, positions);
    }),
  );
  return y;
}

/** Channels of a buffer of `channels` channels, from `first` on. */
interface Channels {
  readonly buffer: Buffer;
  readonly first: number;
  readonly channels: number;
}

/** Copies `count` channels. In a block, they are one part of the buffer. */
export function copyChannels(tape: Tape, from: Channels, to: Channels, count: number, positions: number): void {
  const { builder, layout } = tape;
  if (layout === "image") {
    const [x, y] = [from.buffer, to.buffer];
    const { channels, first } = from;
    builder.call("imageChannels", { x, y, first, at: to.first, count, channels, width: to.channels, positions });
    return;
  }
  const part = ({ buffer, first }: Channels) => ({ buffer, offset: first * positions * GROUP_BYTES });
  builder.call("copy", { x: part(from), y: part(to), count: count * positions });
}
