import { type Buffer, moved, pendingCall } from "../engine/pending-call.ts";
import { GROUP_BYTES } from "../engine/program.ts";
import type { Variable } from "../engine/variable.ts";
import type { Tape, Value } from "./tape.ts";

interface DenseOptions {
  readonly kernel: Variable;
  readonly bias?: Variable;
  readonly inputs: number;
  readonly outputs: number;
}

/** y = x kernel + bias on a vector. The kernel is used as [inputs][outputs], whatever its shape is. */
export function dense(tape: Tape, x: Value, options: DenseOptions): Value {
  if (tape.layout === "image") return denseOfImage(tape, x, options);
  const { builder } = tape;
  const { kernel, bias, inputs, outputs } = options;
  const y = tape.value([outputs], true, { curvature: true });
  const order = pairs(outputs, inputs, (output, input) => input * outputs + output);
  const w = builder.packed(kernel, order);
  builder.call("dense", { x: x.buffer, w, bias: bias ? builder.variable(bias) : 0, y: y.buffer, inputs, outputs });
  tape.record(y, (dy) => {
    if (tape.learns(kernel)) kernelGradient(tape, tape.factor(x), dy, options);
    if (bias) {
      tape.giveWeight(bias, (db, accumulate) =>
        builder.call("biasGradient", { dy, db, filters: outputs, positions: 1, accumulate }),
      );
    }
    tape.give(x, (dx) => {
      const order = pairs(inputs, outputs, (input, output) => input * outputs + output);
      const transposed = tape.backwardWeights(kernel, order);
      builder.call("dense", { x: dy, w: transposed, bias: 0, y: dx, inputs: outputs, outputs: inputs });
    });
  });
  return y;
}

/** Inputs of a piece of the gradient of the kernel: with 8 blocks of images, half of a 32 KiB first-level cache. */
const ROWS = 32;

function kernelGradient({ builder }: Tape, x: Buffer, dy: Buffer, { kernel, inputs, outputs }: DenseOptions): void {
  const transposed = builder.buffer(Math.ceil(outputs / 8) * 8);
  builder.call("transposeOutputs", { dy, transposed, outputs });
  builder.gradientOfBatch(kernel, {
    reads: [x, transposed],
    write: (dw, accumulate, blocks) =>
      Array.from({ length: Math.ceil(inputs / ROWS) }, (_, i) =>
        pendingCall("denseBackwardKernel", {
          x: { buffer: x, offset: i * ROWS * GROUP_BYTES },
          transposed,
          dw: moved(dw, i * ROWS * outputs * 4),
          inputs: Math.min(ROWS, inputs - i * ROWS),
          outputs,
          ...blocks,
          accumulate,
        }),
      ),
  });
}

/** One image by itself; its wasm kernels read the weights in their own order. */
function denseOfImage(tape: Tape, x: Value, options: DenseOptions): Value {
  const { builder } = tape;
  const { kernel, bias, inputs, outputs } = options;
  // The wasm kernel stores whole tiles of 32 outputs.
  const y = tape.value([outputs], true, { oneImage: true }, builder.buffer(Math.ceil(outputs / 32) * 2));
  const w = builder.variable(kernel);
  const sizes = { inputs, outputs };
  builder.call("imageDense", { x: x.buffer, w, bias: bias ? builder.variable(bias) : 0, y: y.buffer, ...sizes });
  tape.record(y, (dy) => {
    tape.giveWeight(kernel, (dw, accumulate) =>
      builder.call("imageDenseBackwardKernel", { x: x.buffer, dy, dw, ...sizes, accumulate }),
    );
    if (bias) {
      tape.giveWeight(bias, (db, accumulate) =>
        builder.call("imageBiasGradient", { dy, db, filters: outputs, positions: 1, accumulate }),
      );
    }
    tape.give(x, (dx) => builder.call("imageDenseBackwardInput", { dy, w, dx, ...sizes }));
  });
  return y;
}

/** [results / 2][sources][2]: the weights in the order of tiles of two results, -1 where the last has no partner. */
function pairs(results: number, sources: number, index: (result: number, source: number) => number): Int32Array {
  const order = new Int32Array(Math.ceil(results / 2) * sources * 2);
  let at = 0;
  for (let result = 0; result < results; result += 2) {
    for (let source = 0; source < sources; source++) {
      order[at++] = index(result, source);
      order[at++] = result + 1 < results ? index(result + 1, source) : -1;
    }
  }
  return order;
}
