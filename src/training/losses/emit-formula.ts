import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/tensor.ts";
import type { Buffer } from "../../engine/pending-call.ts";
import { blockConvolutions } from "../../ops/conv2d/block-convolutions.ts";
import { contentOf, operandOf } from "../../ops/operand.ts";
import { ops } from "../../ops/ops.ts";
import { meanTo } from "../../ops/reductions.ts";
import { Tape, type Value } from "../../ops/tape.ts";
import type { Formula } from "./formula.ts";
import type { LossCall } from "./loss.ts";

/**
 * Writes each image's loss and, unless `gradient` is 0, the derivative by each output times the image's weight.
 * @throws InputError for a formula that does not depend on the outputs
 */
export function emitFormula<Config extends { readonly type: string }>(
  { builder, outputs, targets, sampleWeights, results, classes }: LossCall,
  gradient: Buffer | 0,
  formula: Formula<Config>,
  config: Config,
): void {
  const { type } = config;
  const tape = new Tape(builder, blockConvolutions);
  const given = (buffer: Buffer, needsGradient: boolean): Value => ({
    shape: [classes],
    buffer,
    groups: classes,
    needsGradient,
  });
  const output = given(outputs, true);
  const written = formula(ops, operandOf(tape, given(targets, false)), operandOf(tape, output), config);
  const { value } = contentOf(`loss "${type}"`, written);
  const loss =
    sizeOf(value.shape) === 1
      ? value
      : meanTo(
          tape,
          value,
          value.shape.map(() => 1),
        );
  if (!loss.needsGradient) throw new InputError(`loss "${type}": expected a loss that depends on the outputs`);
  builder.call("keepLosses", { losses: loss.buffer, results });
  if (gradient === 0) return;
  // Operations may change a gradient in place.
  const seed = builder.buffer(1);
  builder.call("copy", { x: sampleWeights, y: seed, count: 1 });
  tape.backward([[loss, seed]]);
  const dy = tape.gradientOf(output);
  if (!dy) throw new InputError(`loss "${type}": expected a loss that depends on the outputs`);
  builder.call("gradientOfWeighted", { dy, sampleWeights, y: gradient, count: classes });
}
