import type { Buffer } from "../engine/pending-call.ts";
import type { Tape, Value } from "./tape.ts";

/** Rows of zeros above and below an image, and columns of zeros to its left and right. */
export interface Padding {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/** Pads an image with zeros. */
export function pad(tape: Tape, x: Value, padding: Padding): Value {
  const { top, bottom, left, right } = padding;
  if (top + bottom + left + right === 0) return x;
  const [H, W, channels] = x.shape as [number, number, number];
  const [paddedH, paddedW] = [H + top + bottom, W + left + right];
  const y = tape.value([paddedH, paddedW, channels], x.needsGradient, { oneImage: true, curvature: true });
  const border = { channels, H, W, paddedH, paddedW, top, left };
  padBuffer(tape, x.buffer, y.buffer, border);
  tape.record(y, (dy) => tape.give(x, (dx) => cropBuffer(tape, dy, dx, border)));
  return y;
}

/** An image of H x W inside one of paddedH x paddedW, from row `top` and column `left` on. */
interface Border {
  readonly channels: number;
  readonly H: number;
  readonly W: number;
  readonly paddedH: number;
  readonly paddedW: number;
  readonly top: number;
  readonly left: number;
}

/** Writes the small image x into zeros: the large image y. */
export function padBuffer({ builder, layout }: Tape, x: Buffer, y: Buffer, border: Border): void {
  if (layout === "image") builder.call("imageSpread", { x, y, ...border, SH: 1, SW: 1 });
  else builder.call("pad", { x, y, ...border });
}

/** Writes the inner part of the large image y: the small image x. */
export function cropBuffer({ builder, layout }: Tape, y: Buffer, x: Buffer, border: Border): void {
  const { paddedH: _, ...needed } = border;
  if (layout === "image") builder.call("imageCrop", { y, x, ...needed });
  else builder.call("crop", { y, x, ...border });
}
