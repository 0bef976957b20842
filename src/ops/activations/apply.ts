import type { Buffer } from "../../engine/pending-call.ts";
import { positionsOf } from "../image.ts";
import type { Tape, Value } from "../tape.ts";
import type { AcrossChannels, Activation, Elementwise } from "./activation.ts";

/** Applies an activation. `inPlace` is only allowed where no other operation reads x. */
export function activate(tape: Tape, x: Value, kind: Activation, inPlace: boolean): Value {
  if (kind.type === "identity") return x;
  return kind.type === "elementwise" ? elementwise(tape, x, kind, inPlace) : acrossChannels(tape, x, kind, inPlace);
}

function elementwise(tape: Tape, x: Value, kind: Elementwise, allowed: boolean): Value {
  const { builder } = tape;
  const count = tape.groups(x.shape);
  const support = { oneImage: true, curvature: true };
  const keepsInput = kind.backwardReads === "x" && tape.differentiates && x.needsGradient;
  const inPlace = allowed && !keepsInput;
  const y = tape.value(x.shape, x.needsGradient, support, inPlace ? x.buffer : undefined);
  kind.forward(builder, { x: x.buffer, y: y.buffer, count });
  recordBackward(tape, x, y, inPlace, (dy, dx) =>
    tape.derivative(dy, dx, (from, to) => {
      const gradients = { dy: from, dx: to, count };
      if (kind.backwardReads === "x") kind.backward(builder, { x: x.buffer, ...gradients });
      else kind.backward(builder, { y: y.buffer, ...gradients });
    }),
  );
  return y;
}

function acrossChannels(tape: Tape, x: Value, kind: AcrossChannels, inPlace: boolean): Value {
  const { builder } = tape;
  const sizes = positionsOf(x.shape);
  const [forward, backward] =
    tape.layout === "image"
      ? [kind.forwardOfImage, kind.backwardOfImage]
      : [kind.forward, tape.curvature ? kind.curvature : kind.backward];
  const needsBackward = tape.differentiates && x.needsGradient;
  const oneImage = forward !== "none" && !(needsBackward && backward === "none");
  const support = { oneImage, curvature: true };
  const y = tape.value(x.shape, x.needsGradient, support, inPlace ? x.buffer : undefined);
  if (forward !== "none") forward(builder, { x: x.buffer, y: y.buffer, ...sizes });
  recordBackward(tape, x, y, inPlace, (dy, dx) => {
    if (backward !== "none") backward(builder, { y: y.buffer, dy, dx, ...sizes });
  });
  return y;
}

function recordBackward(tape: Tape, x: Value, y: Value, inPlace: boolean, write: (dy: Buffer, dx: Buffer) => void) {
  tape.record(y, (dy) => (inPlace ? tape.pass(x, dy, (dx) => write(dy, dx)) : tape.give(x, (dx) => write(dy, dx))));
}
