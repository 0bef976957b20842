import { InputError, inSingle, isFiniteSingle, shown } from "../core/errors.ts";
import { batchShapeText, type Shape, sizeOf } from "../core/tensor.ts";
import { type ActivationOption, activation as activate, activationName } from "./activations/table.ts";
import {
  axesOf,
  checkLastAxis,
  exact,
  type LastAxis,
  type ReductionAxis,
  type ReductionOptions,
  reductionOptions,
} from "./arguments.ts";
import * as arithmetic from "./arithmetic.ts";
import { broadcastShape } from "./broadcast.ts";
import { concatenate as join } from "./concatenate.ts";
import { dense } from "./dense.ts";
import * as elementwise from "./elementwise.ts";
import { contentOf, type OpsTensor, operandOf, weightOf } from "./operand.ts";
import * as reductions from "./reductions.ts";
import { rescale } from "./rescaling.ts";
import { reshapeValue } from "./reshape-values.ts";
import type { Tape, Value } from "./tape.ts";

/** The operations. */
export type Ops = typeof ops;

/** A tensor of the layer or loss, or a number. */
export type Operand = OpsTensor | number;

/**
 * The operations with which layers ({@link defineLayer}) and losses ({@link defineLoss}) are written, under the names of
 * https://keras.io/api/ops/. They take tensors of the layer or loss and numbers. Each knows its derivative, so that what
 * is written with them trains as the library's own layers do, with the same bits for any number of threads. Of two
 * shapes, an axis of size 1 or a missing one is repeated, as in NumPy: `[channels]` and `[rows, columns, 1]` fit
 * `[rows, columns, channels]`. Shapes have no batch axis.
 * @throws InputError for shapes that do not fit each other, and for more arguments than an operation has
 */
export const ops = exact({
  /** a + b. */
  add: (a: Operand, b: Operand): OpsTensor =>
    binary("ops.add", a, b, {
      values: arithmetic.addValues,
      right: (tape, x, c) => rescale(tape, x, 1, c),
      left: (tape, c, x) => rescale(tape, x, 1, c),
    }),
  /** a - b. */
  subtract: (a: Operand, b: Operand): OpsTensor =>
    binary("ops.subtract", a, b, {
      values: arithmetic.subtract,
      right: (tape, x, c) => rescale(tape, x, 1, -c),
      left: (tape, c, x) => rescale(tape, x, -1, c),
    }),
  /** a b, element by element. */
  multiply: (a: Operand, b: Operand): OpsTensor =>
    binary("ops.multiply", a, b, {
      values: arithmetic.multiply,
      right: (tape, x, c) => rescale(tape, x, c, 0),
      left: (tape, c, x) => rescale(tape, x, c, 0),
    }),
  /** a / b. */
  divide: (a: Operand, b: Operand): OpsTensor =>
    binary("ops.divide", a, b, {
      values: arithmetic.divide,
      right: (tape, x, c) => rescale(tape, x, 1 / c, 0),
      left: (tape, c, x) => rescale(tape, elementwise.reciprocal(tape, x), c, 0),
    }),
  /** The larger of a and b. Of equal numbers, a gets the gradient; a number has none. */
  maximum: (a: Operand, b: Operand): OpsTensor =>
    binary("ops.maximum", a, b, {
      values: arithmetic.maximum,
      right: (tape, x, c) => elementwise.clip(tape, x, c, Number.POSITIVE_INFINITY),
      left: (tape, c, x) => elementwise.clip(tape, x, c, Number.POSITIVE_INFINITY),
    }),
  /** The smaller of a and b. Of equal numbers, a gets the gradient; a number has none. */
  minimum: (a: Operand, b: Operand): OpsTensor =>
    binary("ops.minimum", a, b, {
      values: arithmetic.minimum,
      right: (tape, x, c) => elementwise.clip(tape, x, Number.NEGATIVE_INFINITY, c),
      left: (tape, c, x) => elementwise.clip(tape, x, Number.NEGATIVE_INFINITY, c),
    }),
  /** -x. */
  negative: (x: OpsTensor): OpsTensor => unary("ops.negative", x, (tape, value) => rescale(tape, value, -1, 0)),
  /** |x|; its derivative at 0 is 0. */
  abs: (x: OpsTensor): OpsTensor => unary("ops.abs", x, elementwise.absolute),
  /** x^2. */
  square: (x: OpsTensor): OpsTensor => unary("ops.square", x, elementwise.square),
  /** The square root; NaN below 0. */
  sqrt: (x: OpsTensor): OpsTensor => unary("ops.sqrt", x, elementwise.squareRoot),
  /** e^x; infinite above 88.72. */
  exp: (x: OpsTensor): OpsTensor => unary("ops.exp", x, elementwise.exponential),
  /** ln x; -Infinity at 0, NaN below. */
  log: (x: OpsTensor): OpsTensor => unary("ops.log", x, elementwise.logarithm),
  /** 1 / x. */
  reciprocal: (x: OpsTensor): OpsTensor => unary("ops.reciprocal", x, elementwise.reciprocal),
  /** x^exponent, for an exponent that is a number; NaN for x < 0 unless the exponent is whole. */
  power: (x: OpsTensor, exponent: number): OpsTensor => {
    numberOf("ops.power exponent", exponent);
    return unary("ops.power", x, (tape, value) => elementwise.power(tape, value, exponent));
  },
  /** x, at least `min` and at most `max`. The derivative is 1 from min to max, both included, and 0 outside. */
  clip: (x: OpsTensor, min: number, max: number): OpsTensor => {
    if (typeof min !== "number" || typeof max !== "number" || !(min <= max))
      throw new InputError(`ops.clip: expected min <= max, got ${shown(min)} and ${shown(max)}`);
    return unary("ops.clip", x, (tape, value) => elementwise.clip(tape, value, min, max));
  },
  /** The sum over axes: `sum(x, { axis: 1 })`, or as in Keras `sum(x, 1)` and `sum(x, 1, true)` for keepdims. */
  sum: (x: OpsTensor, axis?: ReductionAxis | ReductionOptions, keepdims?: boolean): OpsTensor =>
    reduced("ops.sum", x, reductionOptions("ops.sum", axis, keepdims), reductions.sumTo),
  /** The mean over axes, which are given as for `sum`. */
  mean: (x: OpsTensor, axis?: ReductionAxis | ReductionOptions, keepdims?: boolean): OpsTensor =>
    reduced("ops.mean", x, reductionOptions("ops.mean", axis, keepdims), reductions.meanTo),
  /** The maximum over axes, which are given as for `sum`; equal maxima share the gradient. */
  max: (x: OpsTensor, axis?: ReductionAxis | ReductionOptions, keepdims?: boolean): OpsTensor =>
    reduced("ops.max", x, reductionOptions("ops.max", axis, keepdims), reductions.maximumTo),
  /** The minimum over axes, which are given as for `sum`; equal minima share the gradient. */
  min: (x: OpsTensor, axis?: ReductionAxis | ReductionOptions, keepdims?: boolean): OpsTensor =>
    reduced("ops.min", x, reductionOptions("ops.min", axis, keepdims), (tape, value, shape) =>
      rescale(tape, reductions.maximumTo(tape, rescale(tape, value, -1, 0), shape), -1, 0),
    ),
  /** x w: a vector `[features]` times a weight of the layer `[features, units]`; the result is `[units]`. */
  matmul: (x: OpsTensor, kernel: OpsTensor): OpsTensor => {
    const weight = weightOf("ops.matmul kernel", kernel);
    return unary("ops.matmul", x, (tape, value) => {
      const [inputs, outputs] = weight.shape;
      if (value.shape.length !== 1 || weight.shape.length !== 2 || value.shape[0] !== inputs) {
        throw new InputError(
          `ops.matmul: expected [features] and a weight [features, units], got [${value.shape.join(", ")}] and [${weight.shape.join(", ")}]`,
        );
      }
      return dense(tape, value, { kernel: weight, inputs: inputs!, outputs: outputs! });
    });
  },
  /** An activation by its name, such as "relu" or "tanh". */
  activation: (x: OpsTensor, name: ActivationOption): OpsTensor => activated("ops.activation", x, name),
  /** max(x, 0). */
  relu: (x: OpsTensor): OpsTensor => activated("ops.relu", x, "relu"),
  /** 1 / (1 + e^-x). */
  sigmoid: (x: OpsTensor): OpsTensor => activated("ops.sigmoid", x, "sigmoid"),
  /** tanh x. */
  tanh: (x: OpsTensor): OpsTensor => activated("ops.tanh", x, "tanh"),
  /** e^x / sum of e^x over the last axis. */
  softmax: (x: OpsTensor, axis?: LastAxis): OpsTensor => {
    checkLastAxis("ops.softmax", contentOf("ops.softmax", x).value.shape, axis);
    return activated("ops.softmax", x, "softmax");
  },
  /** The tensors one after the other along the last axis; the other axes must be equal. */
  concatenate: (tensors: readonly OpsTensor[], axis?: LastAxis): OpsTensor => {
    if (!Array.isArray(tensors) || tensors.length === 0)
      throw new InputError(`ops.concatenate: expected a list of tensors, got ${shown(tensors)}`);
    const given = tensors.map((tensor) => contentOf("ops.concatenate", tensor));
    const [first] = given;
    checkLastAxis("ops.concatenate", first!.value.shape, axis);
    for (const { value } of given) {
      if (value.shape.slice(0, -1).join() === first!.value.shape.slice(0, -1).join()) continue;
      throw new InputError(
        `ops.concatenate: expected tensors that differ in the last axis only, got ${given.map((each) => batchShapeText(each.value.shape)).join(" and ")}`,
      );
    }
    return operandOf(
      first!.tape,
      join(
        first!.tape,
        given.map(({ value }) => value),
      ),
    );
  },
  /** The same numbers in the same order with another shape, without the batch axis. */
  reshape: (x: OpsTensor, shape: Shape): OpsTensor =>
    unary("ops.reshape", x, (tape, value) => {
      const fits = Array.isArray(shape) && (shape.length === 1 || shape.length === 3);
      if (!fits || sizeOf(shape) !== sizeOf(value.shape)) {
        throw new InputError(
          `ops.reshape: expected [features] or [rows, columns, channels] of ${sizeOf(value.shape)} numbers, got ${shown(shape)}`,
        );
      }
      return reshapeValue(tape, value, shape);
    }),
  /** x, repeated along axes in which it has size 1, or which it has not. */
  broadcastTo: (x: OpsTensor, shape: Shape): OpsTensor =>
    unary("ops.broadcastTo", x, (tape, value) => {
      if (broadcastShape(value.shape, shape)?.join() !== shape.join())
        throw new InputError(
          `ops.broadcastTo: expected a shape that ${batchShapeText(value.shape)} can be repeated to, got ${batchShapeText(shape)}`,
        );
      return reductions.repeatTo(tape, value, shape);
    }),
});

function activated(what: string, x: OpsTensor, name: ActivationOption): OpsTensor {
  return unary(what, x, (tape, value) => activate(tape, value, activationName("ops.activation name", name), false));
}

function unary(what: string, x: OpsTensor, write: (tape: Tape, x: Value) => Value): OpsTensor {
  const { tape, value } = contentOf(what, x);
  return operandOf(tape, write(tape, value));
}

/** An operation on two values; with a constant in place of one, it has a cheaper one. */
interface BinaryRule {
  values(tape: Tape, a: Value, b: Value): Value;
  right(tape: Tape, a: Value, b: number): Value;
  left(tape: Tape, a: number, b: Value): Value;
}

function binary(what: string, a: Operand, b: Operand, rule: BinaryRule): OpsTensor {
  if (typeof a === "number") {
    const { tape, value } = contentOf(what, b);
    return operandOf(tape, rule.left(tape, numberOf(what, a), value));
  }
  const { tape, value } = contentOf(what, a);
  if (typeof b === "number") return operandOf(tape, rule.right(tape, value, numberOf(what, b)));
  const second = contentOf(what, b).value;
  if (!broadcastShape(value.shape, second.shape)) {
    throw new InputError(
      `${what}: expected shapes whose axes are equal or 1, got ${batchShapeText(value.shape)} and ${batchShapeText(second.shape)}`,
    );
  }
  return operandOf(tape, rule.values(tape, value, second));
}

function numberOf(what: string, given: number): number {
  if (isFiniteSingle(given)) return given;
  throw new InputError(`${what}: expected a finite number, got ${inSingle(given)}`);
}

function reduced(
  what: string,
  x: OpsTensor,
  { axis, keepdims }: ReturnType<typeof reductionOptions>,
  write: (tape: Tape, x: Value, shape: Shape) => Value,
): OpsTensor {
  return unary(what, x, (tape, value) => {
    const axes = axesOf(what, value.shape, axis);
    const small = value.shape.map((size, i) => (axes.has(i) ? 1 : size));
    const y = write(tape, value, small);
    if (keepdims) return y;
    const left = value.shape.filter((_, i) => !axes.has(i));
    if (left.length === 2) {
      throw new InputError(`${what}: expected keepdims: true where two axes are left, got ${batchShapeText(left)}`);
    }
    return small.length === 1 || left.length === small.length ? y : reshapeValue(tape, y, left.length ? left : [1]);
  });
}
