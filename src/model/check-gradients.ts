import { InputError, shown } from "../core/errors.ts";
import {
  type Check,
  checkedOptions,
  finite,
  flag,
  type OptionsOf,
  optional,
  positive,
  whole,
} from "../core/options.ts";
import { type Random, random } from "../core/random.ts";
import { type Shape, sizeOf } from "../core/tensor.ts";
import { defineLayer } from "../layers/custom-layer.ts";
import { copyOf } from "../layers/define-layer.ts";
import { input } from "../layers/input.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import { ops } from "../ops/ops.ts";
import type { AnyLossMaker } from "../training/losses/custom.ts";
import { defineLoss } from "../training/losses/define-loss.ts";
import { checkedLoss, definitionOf, type Loss, type LossName, takesLogitsByOption } from "../training/losses/table.ts";
import { sgd } from "../training/optimizers/sgd.ts";
import { type Model, model } from "./model.ts";

const shapes: Check<Shape | readonly Shape[]> = (what, given) => {
  const list = (Array.isArray(given?.[0]) ? given : [given]) as readonly Shape[];
  const fits = list.every((shape) => Array.isArray(shape) && shape.every((size) => Number.isInteger(size) && size > 0));
  if (list.length > 0 && fits) return given;
  throw new InputError(`${what}: expected a shape without the batch axis, or a list of shapes, got ${shown(given)}`);
};

const numberLists: Check<readonly (readonly number[])[]> = (what, given) => {
  if (Array.isArray(given) && given.every((list) => Array.isArray(list) && list.every(Number.isFinite))) return given;
  throw new InputError(`${what}: expected a list of numbers for each input, got ${shown(given)}`);
};

const options = {
  /**
   * Of a layer: the shape of its input without the batch axis, or a list of shapes; of a loss, its outputs. Default
   * [4, 5, 3] for a layer, [5] for a loss.
   */
  shape: optional(shapes, undefined),
  /** The numbers of each input, channels last. Default: random numbers from -1 to 1, or of a loss's probabilities. */
  inputs: optional(numberLists, undefined),
  /** Seed of random numbers. Default 0. */
  seed: optional(finite, 0),
  /** How many random directions are compared for each input and weight. Default 3. */
  directions: optional(whole(), 3),
  /** How far a number is moved. Default 1 / 256: with float32, smaller steps drown in rounding. */
  step: optional(positive, 1 / 256),
  /** The largest difference, as a share of the size of the gradient, that still fits. Default 0.01. */
  tolerance: optional(positive, 0.01),
  /** Whether a gradient that does not fit is thrown as an error. Default false. */
  throws: optional(flag, false),
};

/** Options of {@link checkGradients}. */
export interface GradientCheckOptions extends OptionsOf<typeof options> {}

/** How far the gradient of an input or a weight fits. */
export interface GradientPart {
  /** "input 0", or the name of a weight. */
  readonly name: string;
  /** The largest difference between backward and forward, as a share of the size of the gradient. */
  readonly error: number;
  /** Whether the error is within the tolerance. */
  readonly fits: boolean;
}

/** The result of {@link checkGradients}. */
export interface GradientCheck {
  /** Whether all gradients fit. */
  readonly fits: boolean;
  /** What was found, in words. */
  readonly text: string;
  /** One for each input and each weight that was compared. */
  readonly parts: readonly GradientPart[];
}

/**
 * Compares the gradient that training computes with differences of what it computes forward, for each input and each
 * trainable weight of a layer, or for the outputs of a loss, along random directions. A layer is copied: its weights and
 * its place in a model do not matter. Inputs should be some steps away from kinks, as relu has one at 0.
 * @throws InputError for something else than a layer or a loss, for inputs that do not fit, and with `throws` for a
 * gradient that does not
 */
export async function checkGradients(
  subject: Layer | Loss | LossName | AnyLossMaker,
  given: GradientCheckOptions = {},
): Promise<GradientCheck> {
  const config = checkedOptions("checkGradients", options, given);
  const numbers = random(config.seed, "checkGradients");
  const tested = isLayer(subject) ? ofLayer(subject, config, numbers) : ofLoss(subject, config, numbers);
  const parts: GradientPart[] = [];
  for (const [path, name] of tested.weights) {
    const error = await errorOf(tested, path, config, numbers);
    parts.push({ name, error, fits: error <= config.tolerance });
  }
  const wrong = parts.filter(({ fits }) => !fits);
  const percent = ({ name, error }: GradientPart) => `${name} (off by ${(100 * error).toPrecision(2)}%)`;
  const text =
    wrong.length === 0
      ? `${tested.name}: backward fits forward for ${parts.map(({ name }) => name).join(", ")}`
      : `${tested.name}: backward does not fit forward for ${wrong.map(percent).join(", ")}`;
  if (config.throws && wrong.length > 0) throw new InputError(text);
  return { fits: wrong.length === 0, text, parts };
}

type Config = ReturnType<typeof checkedOptions<typeof options>>;

/** A model in which the inputs of the tested layer or loss are weights, so that training computes their gradients. */
interface Tested {
  readonly name: string;
  readonly net: Model;
  /** One label for the only image. */
  readonly labels: readonly number[];
  readonly loss: Loss;
  /** The checked weights: their paths and what they are called. */
  readonly weights: readonly (readonly [path: string, name: string])[];
}

function isLayer(subject: unknown): subject is Layer {
  return typeof subject === "function" && "variables" in subject && "config" in subject;
}

/** A layer whose output is its weight, whatever the image is. */
function numbersLayer(shape: Shape, name: string, probabilities?: "softmax"): Layer {
  const make = defineLayer("numbers", {
    weights: () => ({ numbers: { shape } }),
    probabilities,
    call: (_, { weights }) => ops.multiply(weights.numbers!, 1),
  });
  return make({ name });
}

function ofLayer(layer: Layer, { shape = [4, 5, 3], inputs, seed }: Config, numbers: Random): Tested {
  const image = input({ shape: [1] });
  const list = (Array.isArray(shape[0]) ? shape : [shape]) as readonly Shape[];
  const values = valuesOf(list, inputs, () => numbers.uniform(-1, 1));
  const given = list.map((each, i) => numbersLayer(each, `given ${i}`)(image));
  const copy = copyOf(layer);
  const output: SymbolicTensor = copy(given.length === 1 ? given[0]! : given);
  const projection = defineLayer("projection", {
    weights: () => ({ factors: { shape: output.shape, trainable: false } }),
    call: (x, { weights }) => ops.sum(ops.multiply(x, weights.factors!)),
  })({ name: "projection" });
  const net = model({ inputs: image, outputs: projection(output), seed, threads: 1 });
  net.setWeights({
    ...Object.fromEntries(values.map((each, i) => [`given ${i}/numbers`, each])),
    "projection/factors": Array.from({ length: sizeOf(output.shape) }, () => numbers.normal()),
  });
  for (const [name, { value }] of layer.variables) net.setWeights({ [`${copy.name}/${name}`]: value });
  const own = [...copy.variables.values()].filter(({ trainable }) => trainable);
  const loss = defineLoss("itself", { call: (_, outputs) => outputs })();
  const weights = [
    ...list.map((_, i) => [`given ${i}/numbers`, `input ${i}`] as const),
    ...own.map(({ path }) => [path, `weight ${path.slice(path.indexOf("/") + 1)}`] as const),
  ];
  return { name: `[${layer.type}]`, net, labels: [0], loss, weights };
}

function ofLoss(subject: Loss | LossName | AnyLossMaker, { shape = [5], inputs }: Config, numbers: Random): Tested {
  const loss = checkedLoss("checkGradients", subject);
  const { targets, outputs } = definitionOf(loss);
  if (outputs === "distances")
    throw new InputError(
      `checkGradients: expected a layer, or a loss of other outputs than distances, got "${loss.type}"`,
    );
  const count = shape[0] as number;
  if (shape.length !== 1 || !Number.isInteger(count))
    throw new InputError(`checkGradients shape: expected [outputs] for a loss, got ${shown(shape)}`);
  const areProbabilities = outputs === "probabilities" && !takesLogitsByOption(loss);
  const [low, high] = areProbabilities ? [0.1, 0.9] : [-1, 1];
  const [values] = valuesOf([[count]], inputs, () => numbers.uniform(low, high));
  const image = input({ shape: [1] });
  const net = model({
    inputs: image,
    outputs: numbersLayer([count], "given", areProbabilities ? "softmax" : undefined)(image),
    threads: 1,
  });
  net.setWeights({ "given/numbers": values! });
  const labels =
    targets === "classes" ? [numbers.integer(count)] : Array.from({ length: count }, () => numbers.uniform(0, 1));
  return { name: `loss "${loss.type}"`, net, labels, loss, weights: [["given/numbers", "the outputs"]] };
}

function valuesOf(
  list: readonly Shape[],
  given: readonly (readonly number[])[] | undefined,
  draw: () => number,
): readonly (readonly number[])[] {
  const sizes = list.map(sizeOf);
  if (!given) return sizes.map((length) => Array.from({ length }, draw));
  if (given.length === sizes.length && given.every(({ length }, i) => length === sizes[i])) return given;
  throw new InputError(
    `checkGradients inputs: expected ${sizes.join(" and ")} numbers, got ${given.map(({ length }) => length).join(" and ")}`,
  );
}

/** After a step of sgd, the velocity is -learningRate x gradient; so small a rate does not change the weights. */
const LOOK = 2 ** -60;

/** The largest difference along some directions, as a share of the gradient's size. */
async function errorOf(tested: Tested, path: string, config: Config, numbers: Random): Promise<number> {
  const { net } = tested;
  const start = Float32Array.from(net.weights.get(path)!.data);
  await lossOf(tested);
  const gradient = Float64Array.from(net.training!.memory.get(`momentum/${path}`)!, (velocity) => -velocity / LOOK);
  const size = Math.sqrt(gradient.reduce((sum, g) => sum + g * g, 0));
  let worst = 0;
  for (let i = 0; i < config.directions; i++) {
    const signs = gradient.map(() => (numbers.uniform(-1, 1) < 0 ? -1 : 1));
    const lossAt = async (step: number) => {
      net.setWeights({ [path]: start.map((value, k) => value + step * signs[k]!) });
      return lossOf(tested);
    };
    const difference = ((await lossAt(config.step)) - (await lossAt(-config.step))) / (2 * config.step);
    const slope = gradient.reduce((sum, g, k) => sum + g * signs[k]!, 0);
    const error = Math.abs(slope - difference) / Math.max(size, Math.abs(difference), 1e-6);
    // NaN does not fit.
    worst = error <= worst ? worst : Number.isNaN(error) ? Number.POSITIVE_INFINITY : error;
  }
  net.setWeights({ [path]: start });
  return worst;
}

/** The loss of a training step that changes no weight. The same random numbers each time, since compile starts afresh. */
async function lossOf({ net, labels, loss }: Tested): Promise<number> {
  net.compile({ optimizer: sgd({ learningRate: LOOK, momentum: 0.5 }), loss });
  const images = { shape: [2, 1], data: new Float32Array(2) };
  const { history } = await net.fit({ images, labels: [...labels, ...labels] }, { batchSize: 2, verbose: 0 });
  return history.loss![0]!;
}
