import type { Shape } from "../../../core/tensor.ts";
import type { Step, Work } from "./description.ts";

/** Numbers with their shape, channels last: the input, the result of a step, a weight. */
export interface Value {
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** What a step reads and writes. */
export interface StepValues {
  readonly inputs: readonly Value[];
  readonly output: Value;
  readonly weights: readonly Value[];
}

/** The step of one name. */
export type StepOf<Name extends Work["do"]> = Step & { readonly do: Name };

/** Prepares a step: what it returns computes the output from the inputs. */
export type Prepare<Name extends Work["do"]> = (step: StepOf<Name>, values: StepValues) => () => void;

/** [rows, columns, channels] of a shape: features are the channels of one position. */
export function imageShape(shape: Shape): [rows: number, columns: number, channels: number] {
  return [...Array<number>(Math.max(0, 3 - shape.length)).fill(1), ...shape] as [number, number, number];
}
