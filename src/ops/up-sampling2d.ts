import { GROUP_BYTES } from "../engine/program.ts";
import type { Tape, Value } from "./tape.ts";

/** How the numbers of a larger image follow from those of a smaller one. */
export type Interpolation = "nearest" | "bilinear";

/** An image with `size` times as many rows and columns. */
export function enlarge(
  tape: Tape,
  x: Value,
  { size, interpolation }: { size: readonly [number, number]; interpolation: Interpolation },
): Value {
  const { builder, layout } = tape;
  const [H, W, channels] = x.shape as [number, number, number];
  const [OH, OW] = [H * size[0], W * size[1]];
  const y = tape.value([OH, OW, channels], x.needsGradient, { oneImage: true, curvature: true });
  // A plane is a channel of a block, or all channels of one image by itself.
  const places =
    layout === "image" ? { planes: 1, bytes: Math.ceil(channels / 4) * 16 } : { planes: channels, bytes: GROUP_BYTES };
  if (interpolation === "nearest") {
    const sizes = { ...places, H, W, SH: size[0], SW: size[1] };
    builder.call("repeatPositions", { x: x.buffer, y: y.buffer, ...sizes });
    // The derivative is 1: its square, for second derivatives, is the same.
    tape.record(y, (dy) => tape.give(x, (dx) => builder.call("repeatPositionsBackward", { dy, dx, ...sizes })));
    return y;
  }
  const rows = builder.constant(betweens(H, size[0]));
  const columns = builder.constant(betweens(W, size[1]));
  const sizes = { ...places, rows, columns, plane: H * W, W, OH, OW };
  builder.call("interpolate", { x: x.buffer, y: y.buffer, ...sizes });
  const squared = tape.curvature ? 1 : 0;
  tape.record(y, (dy) => tape.give(x, (dx) => builder.call("interpolateBackward", { dy, dx, ...sizes, squared })));
  return y;
}

/**
 * The two input positions around each output position, and the share of the second (its float32 bits): positions are the
 * middles of pixels, as in TensorFlow, and beyond the outermost one its value stays.
 */
function betweens(input: number, factor: number): Int32Array {
  const words = new Int32Array(3 * input * factor);
  const shares = new Float32Array(words.buffer);
  for (let i = 0; i < input * factor; i++) {
    const at = (i + 0.5) / factor - 0.5;
    const [low, high] = [Math.max(Math.floor(at), 0), Math.min(Math.ceil(at), input - 1)];
    words.set([low, high], 3 * i);
    shares[3 * i + 2] = low === high ? 0 : at - low;
  }
  return words;
}
