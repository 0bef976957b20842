import { InputError, listed } from "../core/errors.ts";
import type { Random } from "../core/random.ts";
import { type Shape, sizeOf } from "../core/tensor.ts";

/**
 * How a weight starts, Keras's initializers under Keras's names. With scale 1 (glorot: the mean of both fans, lecun:
 * the fan in) or 2 (he: the fan in), the variance is scale / fan. "uniform" draws from +-sqrt(3 variance); "normal"
 * from a normal distribution cut at two standard deviations. https://keras.io/api/layers/initializers/
 * "lecun1998_uniform": +-2.4 / the fan in, biases as well (LeCun et al. 1998, appendix A).
 */
export const initializerNames = [
  "zeros",
  "ones",
  "glorot_uniform",
  "glorot_normal",
  "he_uniform",
  "he_normal",
  "lecun_uniform",
  "lecun_normal",
  "lecun1998_uniform",
] as const;

/** A name, or a range for uniform numbers, or a constant. */
export type Initializer =
  | (typeof initializerNames)[number]
  | { readonly uniform: readonly [low: number, high: number] }
  | { readonly constant: number };

/** Connections into and out of a unit; they set the spread of the starting weights. */
export interface Fans {
  readonly in: number;
  readonly out: number;
  /** Connections into the unit of the weight at an index, where units differ; "lecun1998_uniform" goes by these. */
  readonly inOf?: (index: number) => number;
}

/** The standard deviation of a unit normal distribution cut at +-2. */
const CUT_DEVIATION = 0.8796256610342398;

/** Fills a new array by the initializer, or with the numbers given. */
export function initialValue(
  initializer: Initializer | { values: readonly number[] },
  shape: Shape,
  fans: Fans,
  random: Random,
): Float32Array {
  const values = new Float32Array(sizeOf(shape));
  if (initializer === "zeros") return values;
  if (initializer === "ones") return values.fill(1);
  if (typeof initializer === "object") {
    if ("values" in initializer) return Float32Array.from(initializer.values);
    if ("constant" in initializer) return values.fill(initializer.constant);
    const [low, high] = initializer.uniform;
    return values.map(() => random.uniform(low, high));
  }
  if (initializer === "lecun1998_uniform") {
    return values.map((_, i) => {
      const limit = 2.4 / (fans.inOf?.(i) ?? fans.in);
      return random.uniform(-limit, limit);
    });
  }
  const [family, distribution] = initializer.split("_") as ["glorot" | "he" | "lecun", "uniform" | "normal"];
  const variance = { glorot: 2 / (fans.in + fans.out), he: 2 / fans.in, lecun: 1 / fans.in }[family];
  if (distribution === "uniform") {
    const limit = Math.sqrt(3 * variance);
    return values.map(() => random.uniform(-limit, limit));
  }
  const deviation = Math.sqrt(variance) / CUT_DEVIATION;
  return values.map(() => deviation * cutNormal(random));
}

function cutNormal(random: Random): number {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) <= 2) return value;
  }
}

/** Throws an InputError unless `initializer` is one that {@link initialValue} knows. */
export function checkInitializer(what: string, initializer: Initializer): Initializer {
  if (typeof initializer === "string") {
    if (!initializerNames.includes(initializer)) {
      throw new InputError(`${what}: expected ${listed(initializerNames)}, got "${initializer}"`);
    }
    return initializer;
  }
  const numbers = "constant" in initializer ? [initializer.constant] : initializer.uniform;
  const count = "constant" in initializer ? 1 : 2;
  if (!Array.isArray(numbers) || numbers.length !== count || !numbers.every(Number.isFinite)) {
    throw new InputError(
      `${what}: expected { uniform: [low, high] } or { constant: number }, got ${JSON.stringify(initializer)}`,
    );
  }
  return initializer;
}
