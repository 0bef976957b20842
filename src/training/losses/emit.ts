import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/tensor.ts";
import type { Buffer } from "../../engine/pending-call.ts";
import { loadTarget } from "../../ops/border.ts";
import { blockOfImage } from "../../ops/image.ts";
import type { Tape, Value } from "../../ops/tape.ts";
import { emitFormula } from "./emit-formula.ts";
import { definitionOf, type Loss } from "./table.ts";

/** How an output of the network is compared with its target. */
export interface Comparison {
  /** Undefined: only the true class is ranked. */
  readonly loss: Loss | undefined;
  /** The factor of the loss in the sum over all outputs. */
  readonly lossWeight: number;
  /** Whether `output` is the logits instead of the network's output. */
  readonly fromLogits: boolean;
  /** Whether the smallest output ranks first. */
  readonly outputsDistances: boolean;
}

/**
 * Writes the loss of one of the network's outputs and the rank of its true class. In training, returns the gradient by
 * the output (on a curvature tape, the second derivatives) for {@link Tape.backward}.
 */
export function emitLoss(
  tape: Tape,
  output: Value,
  { loss, lossWeight, fromLogits, outputsDistances }: Comparison,
): [Value, Buffer] | undefined {
  const { builder } = tape;
  const scores = tape.layout === "image" ? blockOfImage(tape, output) : output;
  const classes = sizeOf(output.shape);
  const kind = loss ? definitionOf(loss).targets : "classes";
  const { scores: targets, sampleWeights, results } = loadTarget(tape, classes, kind, lossWeight);
  const derivative = loss && builder.training ? builder.buffer(classes) : undefined;
  if (loss) {
    const definition = definitionOf(loss);
    const call = { builder, outputs: scores.buffer, fromLogits, targets, classes, sampleWeights, results };
    if (definition.formula) {
      if (tape.curvature) {
        throw new InputError(
          `fit: expected a loss with second derivatives for this optimizer, got "${loss.type}", which has none: use another optimizer, such as "sgd"`,
        );
      }
      emitFormula(call, derivative ?? 0, definition.formula, loss);
    } else if (tape.curvature && derivative) {
      const slopes = definition.emitCurvature(call, derivative, loss);
      if (slopes) tape.slopes.set(scores, slopes);
    } else {
      definition.emit(call, derivative ?? 0, loss);
    }
  }
  builder.call("rank", { scores: scores.buffer, targets, results, classes, smallest: outputsDistances ? 1 : 0 });
  return derivative && [scores, derivative];
}
