import { FollowerKind } from "./follower.ts";
import type { Tape, Value } from "./tape.ts";

/**
 * A window that moves over each map. `top` rows and `left` columns of padding come before the map; padding is ignored.
 */
export interface Window {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly output: readonly [number, number];
  readonly top: number;
  readonly left: number;
}

/** Max pooling as the operation that follows another. */
export const maxPooling = new FollowerKind<Window>();

/** Average pooling by windows of 2x2 that fill the image, as the operation that follows another. */
export const averageOfPairs = new FollowerKind<Window>();

/** Whether windows of 2x2 fill an image of H x W without overlap. */
export function isPairs({ size, strides, output, top, left }: Window, [H, W]: readonly [number, number]): boolean {
  const fills = H === 2 * output[0] && W === 2 * output[1] && top === 0 && left === 0;
  return fills && [...size, ...strides].every((each) => each === 2);
}

/** The sizes of a pooling as its wasm kernels read them. */
export function poolingShape({ builder }: Tape, x: Value, { size, strides, output, top, left }: Window) {
  const [H, W] = x.shape as [number, number, number];
  const [[PH, PW], [SH, SW], [OH, OW]] = [size, strides, output];
  return builder.record("PoolingShape", { H, W, PH, PW, SH, SW, OH, OW, top, left });
}

/** The mean or the maximum of each window. */
export function pool(tape: Tape, x: Value, kind: "average" | "max", window: Window): Value {
  const { builder } = tape;
  const channels = x.shape[2]!;
  const shape = poolingShape(tape, x, window);
  const y = tape.value([...window.output, channels], x.needsGradient, { oneImage: true, curvature: true });
  const io = { x: x.buffer, y: y.buffer, shape, channels };
  const largest = kind === "max" ? 1 : 0;
  if (tape.layout === "image") builder.call("imagePooling", { ...io, largest });
  else builder.call(kind === "max" ? "maxPooling" : "averagePooling", io);
  tape.record(y, (dy) =>
    tape.give(x, (dx) => {
      if (tape.layout === "image") builder.call("imagePoolingBackward", { ...io, dy, dx, largest });
      else if (kind === "max") builder.call("maxPoolingBackward", { ...io, dy, dx });
      else builder.call("averagePoolingBackward", { dy, dx, shape, channels, squared: tape.curvature ? 1 : 0 });
    }),
  );
  return y;
}
