import { InputError, shown } from "../core/errors.ts";
import { batchShapeText, type Shape } from "../core/tensor.ts";
import type { Variable } from "../engine/variable.ts";
import type { Tape, Value } from "./tape.ts";
import { weightValue } from "./weights.ts";

/**
 * A tensor inside a layer or a loss, for one image: what the functions of {@link ops} take and return. It has a shape and
 * no numbers: they are computed when the model runs.
 */
export class OpsTensor {
  /** Without the batch axis: `[rows, columns, channels]` or `[features]`. */
  readonly shape: Shape;

  /** @internal */
  constructor(shape: Shape) {
    this.shape = shape;
  }
}

/** What an operand stands for. A weight becomes a value where it is not the kernel of a matrix product. */
interface Content {
  readonly tape: Tape;
  readonly weight?: Variable;
  value?: Value;
}

const contents = new WeakMap<OpsTensor, Content>();

/** An operand that stands for a value. */
export function operandOf(tape: Tape, value: Value): OpsTensor {
  const operand = new OpsTensor(value.shape);
  contents.set(operand, { tape, value });
  return operand;
}

/** An operand that stands for a weight, the same for every image. */
export function weightOperand(tape: Tape, weight: Variable): OpsTensor {
  const operand = new OpsTensor(weight.shape);
  contents.set(operand, { tape, weight });
  return operand;
}

/** The tape and the value of an operand. @throws InputError for anything else */
export function contentOf(what: string, given: unknown): { tape: Tape; value: Value } {
  const content = contents.get(given as OpsTensor);
  if (!content) {
    throw new InputError(
      `${what}: expected a tensor of the layer or loss${typeof given === "number" ? "" : " or a number"}, got ${shown(given)}`,
    );
  }
  content.value ??= weightValue(content.tape, content.weight!);
  return { tape: content.tape, value: content.value };
}

/** The weight of an operand. @throws InputError for an operand that is no weight */
export function weightOf(what: string, given: unknown): Variable {
  const weight = contents.get(given as OpsTensor)?.weight;
  if (weight) return weight;
  const got = given instanceof OpsTensor ? `a tensor ${batchShapeText(given.shape)}` : shown(given);
  throw new InputError(`${what}: expected a weight of the layer, got ${got}`);
}
