import { checkOptions, InputError, shown } from "../core/errors.ts";
import { flag } from "../core/options.ts";
import { batchShapeText, type Shape } from "../core/tensor.ts";

/** An axis, or axes, counted with the batch axis as 0, or from the last one as -1. */
export type ReductionAxis = number | readonly number[];

/** The axes of a sum, a mean or a maximum. */
export interface ReductionOptions {
  /**
   * The axis or axes, counted with the batch axis as in Keras: of `[N, rows, columns, channels]`, 1 is the rows and 3 or
   * -1 the channels. The batch axis, 0, cannot be reduced. Default: all others.
   */
  readonly axis?: ReductionAxis;
  /** true: a reduced axis stays with size 1; false (default): it is left out. Without any axis, `[1]` is left. */
  readonly keepdims?: boolean;
}

/** The axis of an operation that knows the last one only. */
export type LastAxis =
  | number
  | {
      /** -1, or the number of the last axis, counted with the batch axis as 0. */
      readonly axis?: number;
    };

type Operations = Readonly<Record<string, (...given: never[]) => unknown>>;

/**
 * The same operations, which refuse more arguments than they have: JavaScript would ignore them, and a habit from Keras
 * or NumPy would compute something else.
 */
export function exact<Table extends Operations>(table: Table): Table {
  const checked = Object.entries(table).map(([name, operation]) => {
    const call = (...given: never[]): unknown => {
      if (given.length <= operation.length) return operation(...given);
      const known = operation.length === 1 ? "1 argument" : `${operation.length} arguments at most`;
      throw new InputError(`ops.${name}: expected ${known}, got ${given.length}`);
    };
    return [name, call];
  });
  return Object.fromEntries(checked) as Table;
}

/** Options of a reduction: in an object, or one after the other as in Keras. @throws InputError for any others */
export function reductionOptions(
  what: string,
  given: ReductionAxis | ReductionOptions | undefined,
  keepdims: boolean | undefined,
): { axis: ReductionAxis | undefined; keepdims: boolean } {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    return { axis: given as ReductionAxis | undefined, keepdims: flag(`${what} keepdims`, keepdims ?? false) };
  checkOptions(what, given, ["axis", "keepdims"]);
  if (keepdims !== undefined)
    throw new InputError(`${what}: expected keepdims among the options { axis, keepdims }, got it after them`);
  const options = given as ReductionOptions;
  return { axis: options.axis, keepdims: flag(`${what} keepdims`, options.keepdims ?? false) };
}

/** The axes as indices into a shape without the batch axis; all of them by default. */
export function axesOf(what: string, shape: Shape, axis: ReductionAxis | undefined): Set<number> {
  if (axis === undefined) return new Set(shape.keys());
  const given: readonly unknown[] = Array.isArray(axis) ? axis : [axis];
  return new Set(
    given.map((each) => {
      const index = typeof each !== "number" ? -1 : each < 0 ? shape.length + each : each - 1;
      if (Number.isInteger(index) && index >= 0 && index < shape.length) return index;
      throw new InputError(
        `${what} axis: expected whole numbers from 1 to ${shape.length} or -1 to -${shape.length} of ${batchShapeText(shape)} without the batch axis, got ${shown(axis)}`,
      );
    }),
  );
}

/** @throws InputError unless the axis is the last one, which it is by default */
export function checkLastAxis(what: string, shape: Shape, given: LastAxis | undefined): void {
  const isOptions = typeof given === "object" && given !== null;
  if (isOptions) checkOptions(what, given, ["axis"]);
  const axis = isOptions ? given.axis : given;
  if (axis === undefined || axis === -1 || axis === shape.length) return;
  throw new InputError(
    `${what} axis: expected the last one, -1 or ${shape.length} of ${batchShapeText(shape)}, got ${shown(axis)}`,
  );
}
