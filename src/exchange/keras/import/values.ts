import { InputError, shown } from "../../../core/errors.ts";
import { constraint } from "../../../layers/constraints/table.ts";
import { elu } from "../../../layers/elu.ts";
import { initializer } from "../../../layers/initializers.ts";
import type { Layer } from "../../../layers/layer.ts";
import { leakyRelu } from "../../../layers/leaky-relu.ts";
import { relu } from "../../../layers/relu.ts";
import { rescaling } from "../../../layers/rescaling.ts";
import { type ActivationName, activationNames } from "../../../ops/activations/table.ts";
import { Config } from "./config.ts";
import { isObject, type Json, property } from "./json.ts";
import type { Common, Place } from "./place.ts";
import type { View } from "./view.ts";

/** What an activation of Keras is in ours: a name that a layer takes, and layers that follow. */
export interface Activation {
  readonly name: ActivationName;
  readonly after: readonly ((common: Common) => Layer)[];
}

const LINEAR: Activation = { name: "linear", after: [] };

/** Other names of activations that some Keras has written. */
const synonyms: Readonly<Record<string, ActivationName>> = {
  swish: "silu",
  hard_swish: "hard_silu",
  softmax_v2: "softmax",
  log_softmax_v2: "log_softmax",
};

/** An activation as a config has it: a name, a function as an object, or a layer. @throws InputError for any other */
export function activationOf(place: Place, given: unknown): Activation {
  if (given === undefined || given === null) return LINEAR;
  if (isObject(given)) return ofObject(place, given);
  // Before Keras 3, and in TensorFlow.js: clip(0.2 x + 0.5, 0, 1).
  if (given === "hard_sigmoid" && (place.age.keras < 3 || place.age.tfjs)) {
    const line = (common: Common) => rescaling({ ...common, scale: 0.2, offset: 0.5 });
    return { name: "linear", after: [line, (common) => relu({ ...common, maxValue: 1 })] };
  }
  if (typeof given === "string") {
    const name = Object.hasOwn(synonyms, given) ? synonyms[given]! : given;
    const known = activationNames.find((each) => each === name && each !== "scaled_tanh");
    if (known) return { name: known, after: [] };
    // The activation of the 1998 network, which an export of ours registers.
    if (name === "lenet5>scaled_tanh") return { name: "scaled_tanh", after: [] };
  }
  const names = activationNames.filter((name) => name !== "scaled_tanh").join(", ");
  return place.fail(`expected an activation of ${names}, got ${shown(given)}`);
}

function ofObject(place: Place, given: Json): Activation {
  const { class_name: className, config } = given;
  if (typeof className !== "string") return place.fail(`expected an activation, got ${shown(given)}`);
  if (className.toLowerCase() === "function") {
    const own = given.registered_name === "lenet5>scaled_tanh" ? "lenet5>scaled_tanh" : config;
    return activationOf(place, own);
  }
  if (className === "Activation") return activationOf(place, property(config, "activation"));
  const options = new Config(`${place.what}: its activation`, isObject(config) ? config : {});
  if (className === "Softmax" && options.number(["axis"], -1) === -1) return { name: "softmax", after: [] };
  const make = rectifierOf(options, className);
  if (make) return { name: "linear", after: [make] };
  return place.fail(`its activation is of class "${className}", which is not supported`);
}

/** An activation that is a layer without weights; undefined for other classes. */
export function rectifierOf(config: Config, className: string): ((common: Common) => Layer) | undefined {
  switch (className) {
    case "LeakyReLU": {
      const negativeSlope = config.number(["negative_slope", "alpha"], 0.3);
      return (common) => leakyRelu({ ...common, negativeSlope });
    }
    case "ELU": {
      const alpha = config.number(["alpha"], 1);
      return (common) => elu({ ...common, alpha });
    }
    case "ThresholdedReLU": {
      const threshold = config.number(["theta"], 1);
      return (common) => relu({ ...common, threshold });
    }
    case "ReLU": {
      const maxValue = config.value("max_value") === undefined ? undefined : config.number(["max_value"]);
      const [negativeSlope, threshold] = [config.number(["negative_slope"], 0), config.number(["threshold"], 0)];
      return (common) => relu({ ...common, negativeSlope, threshold, ...(maxValue !== undefined && { maxValue }) });
    }
    default:
      return undefined;
  }
}

/** The activation's layers after a layer that has its name. @throws InputError for a softmax along columns */
export function activated(place: Place, view: View, { name, after }: Activation): View {
  if (name === "softmax" || name === "log_softmax") checkLastAxis(place, view);
  let { tensor } = view;
  for (const make of after) tensor = place.layer(make, "activation")(tensor);
  return { ...view, tensor };
}

/** Keras's softmax goes along its last axis, which has to be our last one. */
export function checkLastAxis(place: Place, { order }: View): void {
  if (order === "channelsFirst" || order === "oneChannel")
    place.fail("a softmax along the columns of an image is not supported");
}

/** Regularizers, constraints and initializers of weights, by our options. A note names those that are unknown. */
export function weightOptions(
  config: Config,
  place: Place,
  weights: readonly string[],
  { hasInitializers = true } = {},
): Json {
  const options: Record<string, unknown> = {};
  const old: Readonly<Record<string, string>> = { kernel: "W", bias: "b" };
  const put = (option: string, names: readonly string[], convert: (value: unknown) => unknown) => {
    const value = config.value(...names);
    if (value === undefined) return;
    const converted = attempt(() => convert(value));
    if (converted !== undefined) options[option] = converted;
    else place.note(`layer "${place.kerasName}": its ${names[0]} ${shown(value)} was left out: it is not supported.`);
  };
  for (const weight of weights) {
    put(`${weight}Regularizer`, [`${weight}_regularizer`, `${old[weight] ?? weight}_regularizer`], regularizerOf);
    // Of kernels of Keras 1, the axes are others.
    put(`${weight}Constraint`, [`${weight}_constraint`, `${old[weight] ?? weight}_constraint`], (value) =>
      place.age.keras < 2 && weight === "kernel" ? undefined : constraintOf(value),
    );
    const drawn = attempt(() => initializerOf(config.value(`${weight}_initializer`)));
    if (drawn !== undefined && hasInitializers) options[`${weight}Initializer`] = drawn;
  }
  put("activityRegularizer", ["activity_regularizer"], regularizerOf);
  return options;
}

function attempt<Result>(make: () => Result): Result | undefined {
  try {
    return make();
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}

/** Class and options of a value that Keras keeps as an object, of any age, or as a name. */
function tagged(value: unknown): { name: string; config: Json } | undefined {
  if (typeof value === "string") return { name: value.toLowerCase().replaceAll("_", ""), config: {} };
  if (!isObject(value)) return undefined;
  const name = value.class_name ?? value.name;
  const config = isObject(value.config) ? value.config : value;
  return typeof name === "string" ? { name: name.toLowerCase().replaceAll("_", ""), config } : undefined;
}

function regularizerOf(value: unknown): unknown {
  const { name, config } = tagged(value) ?? {};
  if (!config || !["l1", "l2", "l1l2", "weightregularizer", "l1l2regularizer", "activityregularizer"].includes(name!))
    return undefined;
  if (typeof value === "string") return name === "l1l2" ? { l1: 0.01, l2: 0.01 } : name;
  return { l1: Number(config.l1 ?? 0), l2: Number(config.l2 ?? 0) };
}

function constraintOf(value: unknown): unknown {
  const { name, config = {} } = tagged(value) ?? {};
  const axis = config.axis === undefined ? {} : { axis: config.axis };
  const given = (() => {
    switch (name) {
      case "maxnorm":
        return { type: "maxNorm", maxValue: config.max_value ?? config.m ?? 2, ...axis };
      case "nonneg":
        return { type: "nonNeg" };
      case "unitnorm":
        return { type: "unitNorm", ...axis };
      case "minmaxnorm": {
        const { min_value: minValue = 0, max_value: maxValue = 1, rate = 1 } = config;
        return { type: "minMaxNorm", minValue, maxValue, rate, ...axis };
      }
      default:
        return undefined;
    }
  })();
  return given && constraint("constraint", given as never);
}

const initializers: Readonly<Record<string, (config: Json) => unknown>> = {
  zeros: () => "zeros",
  ones: () => "ones",
  constant: ({ value }) => ({ constant: value }),
  randomuniform: ({ minval = -0.05, maxval = 0.05 }) => ({ uniform: [minval, maxval] }),
  randomnormal: ({ mean = 0, stddev = 0.05 }) => ({ normal: [mean, stddev] }),
  truncatednormal: ({ mean = 0, stddev = 0.05 }) => ({ truncatedNormal: [mean, stddev] }),
  orthogonal: ({ gain = 1 }) => ({ orthogonal: gain }),
  variancescaling: varianceScaling,
  ...Object.fromEntries(
    ["glorot", "he", "lecun"].flatMap((family) =>
      ["uniform", "normal"].map((kind) => [family + kind, () => `${family}_${kind}`] as const),
    ),
  ),
};

function varianceScaling({ scale = 1, mode = "fan_in", distribution = "truncated_normal" }: Json): unknown {
  // Keras 2's "normal" is cut at two standard deviations.
  const kind = distribution === "normal" ? "truncated_normal" : distribution;
  if (scale === 1 && mode === "fan_avg" && kind === "uniform") return "glorot_uniform";
  return { varianceScaling: scale, mode, distribution: kind };
}

function initializerOf(value: unknown): unknown {
  const { name, config = {} } = tagged(value) ?? {};
  if (name === undefined || !Object.hasOwn(initializers, name)) return undefined;
  return initializer("initializer", initializers[name]!(config) as never);
}
