import { InputError } from "../../core/errors.ts";
import { sizeOf } from "../../core/tensor.ts";
import type { Buffer } from "../../engine/pending-call.ts";
import { contentOf, type OpsTensor, operandOf } from "../../ops/operand.ts";
import { meanTo } from "../../ops/reductions.ts";
import { Tape, type Value } from "../../ops/tape.ts";
import type { LossCall, LossDefinition } from "./loss.ts";

/** A loss of one image, written with {@link ops}: its mean, if it is no single number. */
export type Formula<Config> = (target: OpsTensor, output: OpsTensor, config: Config) => OpsTensor;

/** A loss that is a formula; its gradient follows from it. */
export function formulaLoss<Config extends { readonly type: string }>(
  definition: Pick<LossDefinition<Config>, "create" | "targets" | "outputs">,
  formula: Formula<Config>,
): LossDefinition<Config> {
  return {
    ...definition,
    isFormula: true,
    emit: (call, gradient, config) =>
      emitFormula(call, gradient, config.type, (target, output) => formula(target, output, config)),
    emitCurvature(_, __, { type }) {
      throw new InputError(
        `fit: expected a loss with second derivatives for this optimizer, got "${type}", which has none: use another optimizer, such as "sgd"`,
      );
    },
  };
}

function emitFormula(
  { builder, outputs, targets, sampleWeights, results, classes }: LossCall,
  gradient: Buffer | 0,
  type: string,
  formula: (target: OpsTensor, output: OpsTensor) => OpsTensor,
): void {
  const tape = new Tape(builder);
  const given = (buffer: Buffer, needsGradient: boolean): Value => ({
    shape: [classes],
    buffer,
    groups: classes,
    needsGradient,
  });
  const output = given(outputs, true);
  const written = formula(operandOf(tape, given(targets, false)), operandOf(tape, output));
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
