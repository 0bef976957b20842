import { InputError, shown } from "../core/errors.ts";
import { type Check, checkedOptions, type OptionsOf, optional, text } from "../core/options.ts";
import { batchShapeText } from "../core/tensor.ts";
import { activation } from "../layers/activation.ts";
import { average } from "../layers/average.ts";
import { input } from "../layers/input.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import { type Probabilities, probabilitiesOf } from "../layers/probabilities.ts";
import { rescaling } from "../layers/rescaling.ts";
import { activationOfLogits } from "../training/losses/table.ts";
import { copiedTensors } from "./clone.ts";
import { engineOptions } from "./engine-options.ts";
import { different, giveValues, graphOf } from "./graph.ts";
import { Model } from "./model.ts";
import { outputsDistances } from "./programs.ts";

const memberNames: Check<readonly string[]> = (what, given) => {
  const isName = (name: unknown) => typeof name === "string" && name !== "" && !name.includes("/");
  if (Array.isArray(given) && given.every(isName) && new Set(given).size === given.length) return [...given];
  throw new InputError(`${what}: expected a different text without "/" for each member, got ${shown(given)}`);
};

const ensembleOptions = {
  /** The name in summaries and files. Default "ensemble". */
  name: optional(text, "ensemble"),
  /**
   * A name for each member; the names of its layers begin with it: `first_C1`. Default: the names of the models, which
   * are numbered where they are the same: `lenet5`, `lenet5_1`.
   */
  names: optional(memberNames, undefined),
  ...engineOptions,
};

/** Options of {@link ensemble}. */
export interface EnsembleOptions extends OptionsOf<typeof ensembleOptions> {}

/**
 * A committee: one model that gives the mean of what its members give, `ensemble([first, second, third])`. The members
 * share the input; their layers are copied, with their weights. So it is saved as one file, and everything that takes a
 * model takes it. `committee.outputs.inputs` are the outputs of the members.
 *
 * The mean is that of probabilities: of a member that was compiled for logits, their softmax or sigmoid; of one that
 * gives squared distances y, as the network of 1998 does, the softmax of -y. Other outputs are averaged as they are.
 *
 * The committee is not compiled. `fit` would train all members together, on the loss of their mean. It reads pictures as
 * its members do; how far its answers can be trusted is not known until {@link fitConfidence} learns it.
 *
 * Averaged networks: Hansen and Salamon 1990, "Neural network ensembles".
 * @param models at least two, each with one input and one output, for images and classes that are the same for all
 * @throws InputError for fewer models, and for those that differ in the shape of input or output, in the names of their
 * classes, in how pictures are prepared, or in what their outputs are
 */
export function ensemble(models: readonly Model[], given: EnsembleOptions = {}): Model {
  checkModels(models);
  const {
    name,
    names = models.map((each) => each.name),
    ...engine
  } = checkedOptions("ensemble", ensembleOptions, given);
  if (names.length !== models.length)
    throw new InputError(`ensemble names: expected ${models.length}, one for each member, got ${names.length}`);
  const members = membersOf(models, names);
  checkAlike(members);
  const { shape, layer } = models[0]!.inputs;
  const image = input({ shape, name: layer.name });
  const copies = members.map((member) => copyOf(member, image));
  const mean = average({ name: "average" });
  const outputs = mean(copies.map(({ output }) => output));
  const added = copies.flatMap(({ layers }) => [...layers.keys()]);
  const all = [image.layer, mean, ...added];
  different(all.map((each) => each.name)).forEach((unique, i) => {
    all[i]!.name = unique;
  });
  const originals = new Map(copies.flatMap(({ layers }) => [...layers]));
  giveWeights(added, originals);
  const made = new Model({ inputs: image, outputs, name, ...engine });
  const { preparation, classNames } = models[0]!.reading ?? {};
  if (preparation || classNames)
    made.reading = { ...(preparation && { preparation }), ...(classNames && { classNames }) };
  return made;
}

interface Member {
  readonly model: Model;
  readonly name: string;
  /** What its outputs are, once distances and logits are probabilities; undefined for other numbers. */
  readonly kind: Probabilities | undefined;
}

function checkModels(models: readonly unknown[]): void {
  if (!Array.isArray(models) || models.length < 2) {
    const got = Array.isArray(models) ? models.length : shown(models);
    throw new InputError(`ensemble: expected at least two models in a list, got ${got}`);
  }
  models.forEach((member, i) => {
    if (!(member instanceof Model))
      throw new InputError(`ensemble: expected models, got ${shown(member)} as number ${i + 1}`);
    if (Array.isArray(member.inputs) || Array.isArray(member.outputs)) {
      throw new InputError(
        `ensemble: expected models with one input and one output, got several of number ${i + 1}, "${member.name}": make one of them with model({ inputs, outputs })`,
      );
    }
  });
}

/** A name of a layer may not have "/", and not more than 1,000 characters. */
function membersOf(models: readonly Model[], names: readonly string[]): Member[] {
  const unique = different(names.map((name) => name.replaceAll("/", "_").slice(0, 60)));
  return models.map((model, i) => ({ model, name: unique[i]!, kind: kindOf(model) }));
}

function kindOf({ outputs, training }: Model): Probabilities | undefined {
  if (outputsDistances(outputs)) return "softmax";
  const [units = 1] = outputs.shape.slice(-1);
  return probabilitiesOf(outputs) ?? activationOfLogits(training?.objectives[0]?.loss, units);
}

/** @throws InputError where a mean of the members would mean nothing */
function checkAlike(members: readonly Member[]): void {
  const facts = {
    "images of one shape": ({ model }: Member) => batchShapeText(model.inputs.shape),
    "outputs of one shape": ({ model }: Member) => batchShapeText(model.outputs.shape),
    "the same classes": ({ model }: Member) => JSON.stringify(model.reading?.classNames ?? "no names"),
    "pictures prepared in the same way": ({ model }: Member) =>
      JSON.stringify(model.reading?.preparation ?? "not known"),
    "outputs of one kind": ({ kind }: Member) => (kind === undefined ? "other numbers" : `probabilities of a ${kind}`),
  };
  const [first, ...others] = members as [Member, ...Member[]];
  for (const [wanted, of] of Object.entries(facts)) {
    const other = others.find((member) => of(member) !== of(first));
    if (!other) continue;
    const [one, two] = [first, other].map((member) => `${of(member).slice(0, 250)} of "${member.name}"`);
    throw new InputError(`ensemble: expected members with ${wanted}, got ${one} and ${two}`);
  }
}

interface Copy {
  readonly output: SymbolicTensor;
  /** The layers of the copy, each with the layer whose weights it gets; undefined for one that has none. */
  readonly layers: ReadonlyMap<Layer, Layer | undefined>;
}

/** The member's layers again, from `image` to probabilities where that is what its outputs are about. */
function copyOf({ model, name, kind }: Member, image: SymbolicTensor): Copy {
  const { outputs, layers } = copiedTensors(graphOf([model.inputs], [model.outputs]), [image]);
  const copied = new Map<Layer, Layer | undefined>([...layers].map(([original, copy]) => [copy, original]));
  let output = outputs[0]!;
  const add = (layer: Layer) => {
    copied.set(layer, undefined);
    output = layer(output);
  };
  if (outputsDistances(output)) add(rescaling({ scale: -1, name: "negative" }));
  if (kind !== probabilitiesOf(output)) add(activation({ activation: kind!, name: "probabilities" }));
  for (const layer of copied.keys()) layer.name = `${name}_${layer.name}`.slice(0, 900);
  return { output, layers: copied };
}

function giveWeights(layers: readonly Layer[], originals: ReadonlyMap<Layer, Layer | undefined>): void {
  for (const layer of layers) {
    const variables = originals.get(layer)?.variables;
    giveValues([layer], (path) => variables!.get(path.slice(layer.name.length + 1))!.value.slice());
  }
}
