import type { Tape, Value } from "./tape.ts";

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
  const y = tape.value([croppedH, croppedW, channels], x.needsGradient, { curvature: true });
  // The wasm kernels of zero padding the other way round: `y` is the large image, `x` the small one.
  const sizes = { channels, H: croppedH, W: croppedW, paddedH: H, paddedW: W, top, left };
  tape.builder.call("crop", { y: x.buffer, x: y.buffer, ...sizes });
  tape.record(y, (dy) => tape.give(x, (dx) => tape.builder.call("pad", { x: dy, y: dx, ...sizes })));
  return y;
}
