import { power } from "../core/elementary.ts";
import { InputError, shown } from "../core/errors.ts";
import {
  type Check,
  type ConfigOf,
  checkedOptions,
  choice,
  finite,
  type OptionSpec,
  type OptionsOf,
  optional,
  positive,
  required,
} from "../core/options.ts";
import type { Random } from "../core/random.ts";
import { type Shape, sizeOf } from "../core/tensor.ts";
import { orthogonalMatrix } from "./orthogonal.ts";

/** Connections into and out of a unit, which determine the range of the initial weights. */
export interface Fans {
  /** Inputs of a unit (fan in). */
  readonly in: number;
  /** Units that read an input (fan out). */
  readonly out: number;
  /** The fan in of the unit that the weight at an index belongs to, where units differ; "lecun1998_uniform" uses it. */
  readonly inOf?: (index: number) => number;
}

/** Fills a list with initial values. */
type Draw = (random: Random, values: Float32Array) => void;

/** The weight that is drawn. */
interface Drawn {
  readonly shape: Shape;
  readonly fans: Fans;
}

/**
 * Initializers without parameters. glorot, he and lecun are Keras's: the variance is 2 / (fan in + fan out), 2 / fan in
 * and 1 / fan in; "uniform" draws from +-sqrt(3 variance), "normal" from a normal distribution cut at two standard
 * deviations. The others are those of {@link parametric} with Keras's defaults.
 * https://keras.io/api/layers/initializers/
 */
const named = {
  zeros: () => always(0),
  ones: () => always(1),
  random_uniform: () => uniform({ uniform: [-0.05, 0.05] }),
  random_normal: () => normal({ normal: [0, 0.05] }),
  truncated_normal: () => truncatedNormal({ truncatedNormal: [0, 0.05] }),
  orthogonal: ({ shape }) => orthogonal({ orthogonal: 1 }, { shape }),
  glorot_uniform: ({ fans }) => uniformOf(2 / (fans.in + fans.out)),
  glorot_normal: ({ fans }) => cutNormalOf(2 / (fans.in + fans.out)),
  he_uniform: ({ fans }) => uniformOf(2 / fans.in),
  he_normal: ({ fans }) => cutNormalOf(2 / fans.in),
  lecun_uniform: ({ fans }) => uniformOf(1 / fans.in),
  lecun_normal: ({ fans }) => cutNormalOf(1 / fans.in),
  /** +-2.4 / fan in, biases as well (LeCun et al. 1998, appendix A). */
  lecun1998_uniform: ({ fans }) => overFanIn({ overFanIn: 2.4, power: 1 }, { fans }),
} satisfies Record<string, (weight: Drawn) => Draw>;

const constantOptions = {
  /** The value of every weight. */
  constant: required(finite),
};

const uniformOptions = {
  /** Weights are drawn evenly from low to high. */
  uniform: required(range),
};

const normalOptions = {
  /** The mean and the standard deviation of a normal distribution. */
  normal: required(meanAndDeviation),
};

const truncatedNormalOptions = {
  /** The mean and the standard deviation of a normal distribution, which is cut at two standard deviations. */
  truncatedNormal: required(meanAndDeviation),
};

const varianceScalingOptions = {
  /** The variance times the fan that `mode` names; above 0. */
  varianceScaling: required(positive),
  /** The fan: the inputs of a unit (default), the units that read an input, or the mean of both. */
  mode: optional(choice(["fan_in", "fan_out", "fan_avg"]), "fan_in"),
  /** Default "truncated_normal": cut at two standard deviations, with the wanted variance after the cut. */
  distribution: optional(choice(["truncated_normal", "untruncated_normal", "uniform"]), "truncated_normal"),
};

const orthogonalOptions = {
  /**
   * The factor of an orthogonal matrix (Saxe et al. 2013, https://arxiv.org/abs/1312.6120). A weight is taken as the
   * matrix [product of all axes but the last][last axis]; the shorter of its rows and columns are orthogonal.
   */
  orthogonal: required(finite),
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
  uniform: member(uniformOptions, uniform),
  normal: member(normalOptions, normal),
  truncatedNormal: member(truncatedNormalOptions, truncatedNormal),
  varianceScaling: member(varianceScalingOptions, varianceScaling),
  orthogonal: member(orthogonalOptions, orthogonal),
  overFanIn: member(overFanInOptions, overFanIn),
} satisfies Record<string, Member>;

/**
 * How a weight gets its initial values: a name, `{ constant: 0.25 }`, `{ uniform: [low, high] }`,
 * `{ normal: [mean, deviation] }`, `{ truncatedNormal: [mean, deviation] }`, `{ orthogonal: gain }`,
 * `{ varianceScaling: 2, mode: "fan_out", distribution: "uniform" }`, or `{ overFanIn: 2.4, power: 0.5 }` for numbers
 * drawn evenly from +-2.4 / (fan in)^0.5.
 */
export type Initializer =
  | keyof typeof named
  | OptionsOf<typeof constantOptions>
  | OptionsOf<typeof uniformOptions>
  | OptionsOf<typeof normalOptions>
  | OptionsOf<typeof truncatedNormalOptions>
  | OptionsOf<typeof varianceScalingOptions>
  | OptionsOf<typeof orthogonalOptions>
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
  const names = Object.keys(named).map((name) => `"${name}"`);
  const objects = Object.keys(parametric).map((kind) => `{ ${kind}: ... }`);
  throw new InputError(`${what}: expected ${[...names, ...objects].join(", ")}, got ${shown(given)}`);
};

/** A new array with the initial values of a weight. */
export function initialValue(
  initializer: Initializer | GivenValues,
  shape: Shape,
  fans: Fans,
  random: Random,
): Float32Array {
  if (typeof initializer !== "string" && "values" in initializer) return Float32Array.from(initializer.values);
  const values = new Float32Array(sizeOf(shape));
  drawOf(initializer, { shape, fans })(random, values);
  return values;
}

function drawOf(initializer: Initializer, weight: Drawn): Draw {
  return typeof initializer === "string"
    ? named[initializer](weight)
    : parametric[parametricOf(initializer)!].draw(initializer, weight);
}

function parametricOf(given: unknown): keyof typeof parametric | undefined {
  if (typeof given !== "object" || given === null) return undefined;
  return (Object.keys(parametric) as (keyof typeof parametric)[]).find((kind) => kind in given);
}

interface Member {
  complete(what: string, given: unknown): unknown;
  draw(complete: unknown, weight: Drawn): Draw;
}

function member<Spec extends OptionSpec>(spec: Spec, draw: (config: ConfigOf<Spec>, weight: Drawn) => Draw): Member {
  const complete = (what: string, given: unknown) => checkedOptions(what, spec, given as OptionsOf<Spec>);
  return { complete, draw: (given, weight) => draw(complete("initializer", given), weight) };
}

/** Draws one value after the other. */
function each(draw: (random: Random, index: number) => number): Draw {
  return (random, values) => {
    for (let i = 0; i < values.length; i++) values[i] = draw(random, i);
  };
}

function always(value: number): Draw {
  return (_, values) => values.fill(value);
}

function uniformOf(variance: number): Draw {
  const limit = Math.sqrt(3 * variance);
  return uniform({ uniform: [-limit, limit] });
}

/** The standard deviation of a unit normal distribution cut at +-2. */
const CUT_DEVIATION = 0.8796256610342398;

function cutNormalOf(variance: number): Draw {
  return truncatedNormal({ truncatedNormal: [0, Math.sqrt(variance) / CUT_DEVIATION] });
}

function uniform({ uniform: [low, high] }: ConfigOf<typeof uniformOptions>): Draw {
  return (random, values) => random.uniforms(values, low, high);
}

function normal({ normal: [mean, deviation] }: ConfigOf<typeof normalOptions>): Draw {
  return each((random) => mean + deviation * random.normal());
}

function truncatedNormal({ truncatedNormal: [mean, deviation] }: ConfigOf<typeof truncatedNormalOptions>): Draw {
  return each((random) => {
    for (;;) {
      const value = random.normal();
      if (Math.abs(value) <= 2) return mean + deviation * value;
    }
  });
}

/** https://keras.io/api/layers/initializers/#variancescaling-class */
function varianceScaling(config: ConfigOf<typeof varianceScalingOptions>, { fans }: Drawn): Draw {
  const fan = { fan_in: fans.in, fan_out: fans.out, fan_avg: (fans.in + fans.out) / 2 }[config.mode];
  const variance = config.varianceScaling / Math.max(1, fan);
  if (config.distribution === "uniform") return uniformOf(variance);
  return config.distribution === "truncated_normal"
    ? cutNormalOf(variance)
    : normal({ normal: [0, Math.sqrt(variance)] });
}

function orthogonal({ orthogonal: gain }: ConfigOf<typeof orthogonalOptions>, { shape }: Pick<Drawn, "shape">): Draw {
  const columns = shape[shape.length - 1] ?? 1;
  return (random, values) => {
    const matrix = orthogonalMatrix(sizeOf(shape) / columns, columns, random);
    for (let i = 0; i < values.length; i++) values[i] = gain * matrix[i]!;
  };
}

function overFanIn(config: ConfigOf<typeof overFanInOptions>, { fans }: Pick<Drawn, "fans">): Draw {
  return each((random, index) => {
    const limit = config.overFanIn / power(fans.inOf?.(index) ?? fans.in, config.power);
    return random.uniform(-limit, limit);
  });
}

function range(what: string, given: readonly [low: number, high: number]): readonly [low: number, high: number] {
  if (!Array.isArray(given) || given.length !== 2) {
    throw new InputError(`${what}: expected [low, high], got ${shown(given)}`);
  }
  return [finite(what, given[0]), finite(what, given[1])];
}

function meanAndDeviation(what: string, given: readonly [mean: number, deviation: number]): readonly [number, number] {
  if (!Array.isArray(given) || given.length !== 2 || !(given[1] >= 0)) {
    throw new InputError(`${what}: expected [mean, standard deviation of at least 0], got ${shown(given)}`);
  }
  return [finite(what, given[0]), finite(what, given[1])];
}
