import { InputError, shown } from "../../../core/errors.ts";
import { isObject, type Json } from "./json.ts";

/**
 * The options of a layer, of any Keras: an option is asked for by all the names that it has had. A note
 * names the options that were not asked for.
 */
export class Config {
  /** `model.h5: layer "conv2d" (Conv2D)`. */
  readonly what: string;
  private readonly options: Json;
  private readonly asked = new Set<string>();

  constructor(what: string, options: Json) {
    this.what = what;
    this.options = options;
  }

  /** The value of an option by its names; undefined where it is absent or null. */
  value(...names: readonly string[]): unknown {
    for (const name of names) this.asked.add(name);
    const name = names.find((each) => Object.hasOwn(this.options, each) && this.options[each] !== null);
    return name === undefined ? undefined : this.options[name];
  }

  number(names: readonly string[], fallback?: number): number {
    const value = single(this.value(...names)) ?? fallback;
    if (typeof value === "number" && Number.isFinite(value)) return value;
    return this.fail(names[0]!, "a number", value);
  }

  whole(names: readonly string[], fallback?: number): number {
    const value = this.number(names, fallback);
    return Number.isInteger(value) ? value : this.fail(names[0]!, "a whole number", value);
  }

  flag(names: readonly string[], fallback: boolean): boolean {
    const value = this.value(...names) ?? fallback;
    if (typeof value === "boolean") return value;
    return value === 0 || value === 1 ? value === 1 : this.fail(names[0]!, "true or false", value);
  }

  text(names: readonly string[], fallback?: string): string {
    const value = this.value(...names) ?? fallback;
    return typeof value === "string" ? value : this.fail(names[0]!, "a text", value);
  }

  /** A number or two, for rows and columns. */
  pair(names: readonly string[], fallback?: readonly [number, number]): [number, number] {
    const value = this.value(...names) ?? fallback;
    const pair = typeof value === "number" ? [value, value] : value;
    if (Array.isArray(pair) && pair.length === 2 && pair.every(Number.isInteger)) return [pair[0], pair[1]];
    return this.fail(names[0]!, "a number or [rows, columns]", value);
  }

  /** Whole numbers; null for those that are not known. */
  shape(names: readonly string[]): (number | null)[] | undefined {
    const value = this.value(...names);
    return value === undefined ? undefined : (shapeOf(value) ?? this.fail(names[0]!, "a shape", value));
  }

  /** Leaves the options that nothing asked for unsaid: those of a layer that is left out. */
  ignoreRest(): void {
    for (const name of Object.keys(this.options)) this.asked.add(name);
  }

  /** The options that nothing asked for, without those that say nothing. */
  rest(): [name: string, value: unknown][] {
    return Object.entries(this.options).filter(
      ([name, value]) => !this.asked.has(name) && !harmless.has(name) && saysSomething(value),
    );
  }

  fail(option: string, expected: string, got: unknown): never {
    throw new InputError(`${this.what}: ${option}: expected ${expected}, got ${shown(got)}`);
  }
}

/** What does not change the result of a layer. */
const harmless = new Set([
  ...["name", "custom_name", "trainable", "dtype", "input_dtype", "cache_enabled", "autocast", "sparse", "ragged"],
  ...[
    "batch_input_shape",
    "batch_shape",
    "input_shape",
    "input_dim",
    "input_length",
    "batch_size",
    "shape",
    "optional",
  ],
  ...["kernel_initializer", "bias_initializer", "init", "weights", "seed", "rng_type", "fused", "synchronized"],
  ...["beta_initializer", "gamma_initializer", "moving_mean_initializer", "moving_variance_initializer"],
  ...["beta_init", "gamma_init", "beta_constraint", "gamma_constraint", "W_learning_rate_multiplier"],
  ...["renorm_clipping", "renorm_momentum"],
  ...["b_learning_rate_multiplier", "stack_size", "is_placeholder", "build_input_shape", "supports_masking"],
]);

function saysSomething(value: unknown): boolean {
  if (value === null || value === false || value === "" || value === 0) return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isObject(value) || Object.keys(value).length > 0;
}

/** A list of one value is that value: an axis is one of the two. */
function single(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? value[0] : value;
}

/** A shape in JSON, or in Keras 2.12's objects of TensorFlow's; undefined for anything else. */
export function shapeOf(value: unknown): (number | null)[] | undefined {
  const list = isObject(value) && Array.isArray(value.items) ? value.items : value;
  if (typeof list === "number") return Number.isInteger(list) ? [list] : undefined;
  if (!Array.isArray(list)) return undefined;
  return list.every((size) => size === null || Number.isInteger(size)) ? list : undefined;
}
