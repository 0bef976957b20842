import { sizeOf } from "../../core/tensor.ts";
import type { Buffer } from "../../engine/pending-call.ts";
import { loadTargets } from "../../ops/border.ts";
import { blockOfImage } from "../../ops/image.ts";
import type { Tape, Value } from "../../ops/tape.ts";
import { definitionOf, type Loss } from "./table.ts";

/**
 * Writes the loss and the rank of the true class. In training, returns the gradient by the network's output (on a
 * curvature tape, the second derivatives) for {@link Tape.backward}. `output` is the network's output, or with
 * `fromLogits` its logits; with `outputsDistances` the smallest output ranks first.
 */
export function emitLoss(
  tape: Tape,
  output: Value,
  loss: Loss,
  { fromLogits, outputsDistances }: { fromLogits: boolean; outputsDistances: boolean },
): ReadonlyMap<Value, Buffer> {
  const { builder } = tape;
  const definition = definitionOf(loss);
  const scores = tape.layout === "image" ? blockOfImage(tape, output) : output;
  const classes = sizeOf(output.shape);
  const targets = loadTargets(tape, classes, definition.targets);
  const results = { space: "result", at: 0 } as const;
  const call = {
    builder,
    outputs: scores.buffer,
    fromLogits,
    targets,
    classes,
    sampleWeights: builder.sampleWeights,
    results,
  };
  const derivative = builder.training ? builder.buffer(classes) : undefined;
  if (tape.curvature && derivative) {
    const slopes = definition.emitCurvature(call, derivative, loss);
    if (slopes) tape.slopes.set(scores, slopes);
  } else {
    definition.emit(call, derivative ?? 0, loss);
  }
  builder.call("rank", { scores: scores.buffer, targets, results, classes, smallest: outputsDistances ? 1 : 0 });
  return new Map(derivative ? [[scores, derivative]] : []);
}
