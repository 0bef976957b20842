import { power } from "../core/elementary.ts";
import { InputError, listed, shown } from "../core/errors.ts";
import {
  type Check,
  type ConfigOf,
  checkedOptions,
  finite,
  type OptionSpec,
  type OptionsOf,
  optional,
  required,
} from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { type Shape, sizeOf } from "../core/tensor.ts";

/** Connections into and out of a unit, which determine the range of the initial weights. */
export interface Fans {
  /** Inputs of a unit (fan in). */
  readonly in: number;
  /** Units that read an input (fan out). */
  readonly out: number;
  /** The fan in of the unit that the weight at an index belongs to, where units differ; "lecun1998_uniform" uses it. */
  readonly inOf?: (index: number) => number;
}

/** The initial value of the weight at an index. Called once for each, in order. */
type Draw = (random: Random, index: number) => number;

/**
 * Initializers without parameters. glorot, he and lecun are Keras's: the variance is 2 / (fan in + fan out), 2 / fan in
 * and 1 / fan in; "uniform" draws from +-sqrt(3 variance), "normal" from a normal distribution cut at two standard
 * deviations. https://keras.io/api/layers/initializers/
 */
const named = {
  zeros: () => always(0),
  ones: () => always(1),
  glorot_uniform: (fans) => uniformOf(2 / (fans.in + fans.out)),
  glorot_normal: (fans) => normalOf(2 / (fans.in + fans.out)),
  he_uniform: (fans) => uniformOf(2 / fans.in),
  he_normal: (fans) => normalOf(2 / fans.in),
  lecun_uniform: (fans) => uniformOf(1 / fans.in),
  lecun_normal: (fans) => normalOf(1 / fans.in),
  /** +-2.4 / fan in, biases as well (LeCun et al. 1998, appendix A). */
  lecun1998_uniform: (fans) => overFanIn({ overFanIn: 2.4, power: 1 }, fans),
} satisfies Record<string, (fans: Fans) => Draw>;

const constantOptions = {
  /** The value of every weight. */
  constant: required(finite),
};

const uniformOptions = {
  /** Weights are drawn evenly from low to high. */
  uniform: required(range),
};

const overFanInOptions = {
  /** Weights are drawn evenly from +-overFanIn / (fan in)^power. */
  overFanIn: required(finite),
  /** Default 1. The 1998 network uses 1/2 (docs/paper.md). */
  power: optional(finite, 1),
};

/** Initializers with parameters, by their required option. */
const parametric = {
  constant: member(constantOptions, ({ constant }) => always(constant)),
  uniform: member(
    uniformOptions,
    ({ uniform: [low, high] }) =>
      (random) =>
        random.uniform(low, high),
  ),
  overFanIn: member(overFanInOptions, overFanIn),
} satisfies Record<string, Member>;

/**
 * How a weight gets its initial values: a name, `{ constant: 0.25 }`, `{ uniform: [-1, 1] }`, or
 * `{ overFanIn: 2.4, power: 0.5 }` for numbers drawn evenly from +-2.4 / (fan in)^0.5.
 */
export type Initializer =
  | keyof typeof named
  | OptionsOf<typeof constantOptions>
  | OptionsOf<typeof uniformOptions>
  | OptionsOf<typeof overFanInOptions>;

/** Initial values as numbers, one for each weight. */
export interface GivenValues {
  readonly values: readonly number[];
}

/** An initializer as an option: checked, complete with its defaults. */
export const initializer: Check<Initializer> = (what, given) => {
  if (typeof given === "string" && Object.hasOwn(named, given)) return given;
  const kind = parametricOf(given);
  if (kind) return parametric[kind].complete(what, given) as Initializer;
  const names = listed(Object.keys(named));
  throw new InputError(
    `${what}: expected ${names}, { constant: number }, { uniform: [low, high] } or { overFanIn: number, power: number }, got ${shown(given)}`,
  );
};

/** A new array with the initial values of a weight. */
export function initialValue(
  initializer: Initializer | GivenValues,
  shape: Shape,
  fans: Fans,
  random: Random,
): Float32Array {
  if (typeof initializer !== "string" && "values" in initializer) return Float32Array.from(initializer.values);
  const draw = drawOf(initializer, fans);
  return new Float32Array(sizeOf(shape)).map((_, index) => draw(random, index));
}

function drawOf(initializer: Initializer, fans: Fans): Draw {
  return typeof initializer === "string"
    ? named[initializer](fans)
    : parametric[parametricOf(initializer)!].draw(initializer, fans);
}

function parametricOf(given: unknown): keyof typeof parametric | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  return (Object.keys(parametric) as (keyof typeof parametric)[]).find((kind) => kind in given);
}

interface Member {
  complete(what: string, given: unknown): unknown;
  draw(complete: unknown, fans: Fans): Draw;
}

function member<Spec extends OptionSpec>(spec: Spec, draw: (config: ConfigOf<Spec>, fans: Fans) => Draw): Member {
  const complete = (what: string, given: unknown) => checkedOptions(what, spec, given as OptionsOf<Spec>);
  return { complete, draw: (given, fans) => draw(complete("initializer", given), fans) };
}

function always(value: number): Draw {
  return () => value;
}

function uniformOf(variance: number): Draw {
  const limit = Math.sqrt(3 * variance);
  return (random) => random.uniform(-limit, limit);
}

/** The standard deviation of a unit normal distribution cut at +-2. */
const CUT_DEVIATION = 0.8796256610342398;

function normalOf(variance: number): Draw {
  const deviation = Math.sqrt(variance) / CUT_DEVIATION;
  return (random) => deviation * cutNormal(random);
}

function cutNormal(random: Random): number {
  for (;;) {
    const value = random.normal();
    if (Math.abs(value) <= 2) return value;
  }
}

function overFanIn(config: ConfigOf<typeof overFanInOptions>, fans: Fans): Draw {
  return (random, index) => {
    const limit = config.overFanIn / power(fans.inOf?.(index) ?? fans.in, config.power);
    return random.uniform(-limit, limit);
  };
}

function range(what: string, given: readonly [low: number, high: number]): readonly [low: number, high: number] {
  if (!Array.isArray(given) || given.length !== 2) {
    throw new InputError(`${what}: expected [low, high], got ${shown(given)}`);
  }
  return [finite(what, given[0]), finite(what, given[1])];
}
