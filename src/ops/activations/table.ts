import { oneOf } from "../../core/errors.ts";
import type { Check } from "../../core/options.ts";
import type { Tape, Value } from "../tape.ts";
import type { Activation } from "./activation.ts";
import { activate } from "./apply.ts";
import { elu } from "./elu.ts";
import { exponential } from "./exponential.ts";
import { gelu } from "./gelu.ts";
import { hardSigmoid } from "./hard-sigmoid.ts";
import { hardSilu } from "./hard-silu.ts";
import { leakyRelu } from "./leaky-relu.ts";
import { linear } from "./linear.ts";
import { logSoftmax } from "./log-softmax.ts";
import { mish } from "./mish.ts";
import { relu } from "./relu.ts";
import { relu6 } from "./relu6.ts";
import { scaledTanh } from "./scaled-tanh.ts";
import { selu } from "./selu.ts";
import { sigmoid } from "./sigmoid.ts";
import { silu } from "./silu.ts";
import { softmax } from "./softmax.ts";
import { softplus } from "./softplus.ts";
import { softsign } from "./softsign.ts";
import { tanh } from "./tanh.ts";

/** Every activation by its name, which is Keras's where Keras has it; scaled_tanh is the 1998 paper's. */
export const activations = {
  linear,
  relu,
  leaky_relu: leakyRelu,
  relu6,
  elu,
  selu,
  gelu,
  silu,
  mish,
  softplus,
  softsign,
  exponential,
  sigmoid,
  hard_sigmoid: hardSigmoid,
  hard_silu: hardSilu,
  tanh,
  scaled_tanh: scaledTanh,
  softmax,
  log_softmax: logSoftmax,
} as const satisfies { readonly [name: string]: Activation };

/** The name of an activation, as configs and model files keep it. */
export type ActivationName = keyof typeof activations;

export const activationNames = Object.keys(activations) as readonly ActivationName[];

/** Keras's second names. */
const synonyms = { swish: "silu", hard_swish: "hard_silu" } as const satisfies Record<string, ActivationName>;

type Camel<Name extends string> = Name extends `${infer Word}_${infer Rest}`
  ? `${Word}${Capitalize<Camel<Rest>>}`
  : Name;
type Spelled = ActivationName | keyof typeof synonyms;

/**
 * An activation as the option `activation` of layers takes it: Keras's name, one of its second names ("swish",
 * "hard_swish"), or either in camelCase ("leakyRelu"). A layer's config keeps Keras's first name.
 */
export type ActivationOption = Spelled | Camel<Spelled>;

/** Every accepted spelling, with the name that is kept. */
const spellings: ReadonlyMap<unknown, ActivationName> = new Map(
  [...activationNames.map((name) => [name, name] as const), ...Object.entries(synonyms)].flatMap(([spelled, name]) => {
    const camel = spelled.replaceAll(/_[a-z]/g, (letter) => letter.slice(1).toUpperCase());
    return [[spelled, name] as const, [camel, name] as const];
  }),
);

/** An activation as an option. */
export const activationName: Check<ActivationOption, ActivationName> = (what, given) =>
  spellings.get(given) ?? oneOf(what, given, activationNames as readonly string[] as readonly never[]);

/** Applies an activation by its name. `inPlace` is only allowed where no other operation reads x. */
export function activation(tape: Tape, x: Value, name: ActivationName, inPlace: boolean): Value {
  return activate(tape, x, activations[name], inPlace);
}
