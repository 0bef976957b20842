import type { Tape, Value } from "./tape.ts";
import { cropBuffer, padBuffer } from "./zero-padding2d.ts";

/** An image without rows above and below, and columns left and right. */
export function crop(
  tape: Tape,
  x: Value,
  cropping: { top: number; bottom: number; left: number; right: number },
): Value {
  const { top, bottom, left, right } = cropping;
  if (top + bottom + left + right === 0) return x;
  const [H, W, channels] = x.shape as [number, number, number];
  const [croppedH, croppedW] = [H - top - bottom, W - left - right];
  const y = tape.value([croppedH, croppedW, channels], x.needsGradient, { oneImage: true, curvature: true });
  // Zero padding the other way round: x is the large image, y the small one.
  const border = { channels, H: croppedH, W: croppedW, paddedH: H, paddedW: W, top, left };
  cropBuffer(tape, x.buffer, y.buffer, border);
  tape.record(y, (dy) => tape.give(x, (dx) => padBuffer(tape, dy, dx, border)));
  return y;
}
