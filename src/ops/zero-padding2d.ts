import type { Tape, Value } from "./tape.ts";

/** Pads an image with zeros: rows above and below, columns left and right. */
export function pad(
  tape: Tape,
  x: Value,
  padding: { top: number; bottom: number; left: number; right: number },
): Value {
  const { top, bottom, left, right } = padding;
  if (top + bottom + left + right === 0) return x;
  const [H, W, channels] = x.shape as [number, number, number];
  const [paddedH, paddedW] = [H + top + bottom, W + left + right];
  const y = tape.value([paddedH, paddedW, channels], x.needsGradient, { curvature: true });
  const sizes = { channels, H, W, paddedH, paddedW, top, left };
  tape.builder.call("pad", { x: x.buffer, y: y.buffer, ...sizes });
  tape.record(y, (dy) => tape.give(x, (dx) => tape.builder.call("crop", { y: dy, x: dx, ...sizes })));
  return y;
}
