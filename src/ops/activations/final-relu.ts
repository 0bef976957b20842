import { maxPooling, pool } from "../pooling2d.ts";
import type { Tape, Value } from "../tape.ts";
import { activate } from "./apply.ts";
import { relu } from "./relu.ts";

/**
 * ReLU at the end of a layer, and the max pooling that alone reads it: the maximum of a window first, which gives the
 * same and leaves ReLU fewer numbers. `inPlace` is only allowed where no other operation reads x.
 */
export function finalRelu(tape: Tape, x: Value, inPlace: boolean): Value {
  const window = tape.take(maxPooling);
  return window ? activate(tape, pool(tape, x, "max", window), relu, true) : activate(tape, x, relu, inPlace);
}
