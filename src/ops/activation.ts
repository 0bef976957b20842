import { type Shape, sizeOf } from "../core/tensor.ts";
import type { Buffer } from "../engine/draft.ts";
import { cellsOf } from "./image.ts";
import type { Tape, Value } from "./tape.ts";

/**
 * linear; relu max(x, 0); sigmoid 1 / (1 + e^-x); tanh; scaledTanh 1.7159 tanh(2x/3), for which f(1) = 1 (LeCun et
 * al. 1998, appendix A); softmax over the last axis.
 */
export const activationNames = ["linear", "relu", "sigmoid", "tanh", "scaledTanh", "softmax"] as const;
export type ActivationName = (typeof activationNames)[number];

const tanhs = {
  tanh: { amplitude: 1, slope: 1 },
  scaledTanh: { amplitude: 1.7159, slope: 2 / 3 },
};

/** Applies an activation; `inPlace` where nothing else reads x, before or after. */
export function activation(tape: Tape, x: Value, name: ActivationName, inPlace: boolean): Value {
  if (name === "linear") return x;
  const { builder } = tape;
  const y = tape.value(x.shape, x.needsGradient, inPlace ? x.buffer : undefined);
  const count = tape.cells(x.shape);
  forward();
  tape.record(y, (dy) =>
    inPlace ? tape.pass(x, dy, (dx) => backward(dy, dx)) : tape.give(x, (dx) => backward(dy, dx)),
  );
  return y;

  function forward(): void {
    const io = { x: x.buffer, y: y.buffer };
    if (name === "softmax" && tape.layout === "image") builder.call("imageSoftmax", { ...io, ...cellsOf(x.shape) });
    else if (name === "softmax") builder.call("softmax", { ...io, ...lastAxis(x.shape) });
    else if (name === "tanh" || name === "scaledTanh") builder.call("tanh", { ...io, count, ...tanhs[name] });
    else if (name !== "linear") builder.call(name, { ...io, count });
  }

  function backward(dy: Buffer, dx: Buffer): void {
    if (name !== "softmax") tape.derivative(dy, dx, elementwise);
    else {
      tape.needsBlocks("softmaxBackward");
      builder.call(tape.curvature ? "softmaxCurvature" : "softmaxBackward", {
        y: y.buffer,
        dy,
        dx,
        ...lastAxis(x.shape),
      });
    }
  }

  function elementwise(dy: Buffer, dx: Buffer): void {
    const io = { y: y.buffer, dy, dx, count };
    if (name === "tanh" || name === "scaledTanh") builder.call("tanhBackward", { ...io, ...tanhs[name] });
    else if (name === "relu") builder.call("reluBackward", io);
    else if (name === "sigmoid") builder.call("sigmoidBackward", io);
  }
}

/** Channels come first in a block, so the last axis is the outer one there. */
function lastAxis(shape: Shape): { features: number; cells: number } {
  const features = shape[shape.length - 1]!;
  return { features, cells: sizeOf(shape) / features };
}
