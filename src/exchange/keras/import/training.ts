import { InputError } from "../../../core/errors.ts";
import type { TrainingState } from "../../../model/core.ts";
import type { Model } from "../../../model/model.ts";
import type { OneOrMore } from "../../../model/model-options.ts";
import { definitionOf, type Optimizer } from "../../../training/optimizers/table.ts";
import { optimizerPlaces } from "../optimizer-state.ts";
import { compileOptionsOf } from "./compile-options.ts";
import { formOf, type NeededLayer, type NeededWeight } from "./needs.ts";
import type { FoundWeights, NamedWeight } from "./weights.ts";

/** What a file says of how its model was trained. */
export interface SavedTraining {
  /** Optimizer, loss and metrics: `compile_config` of Keras 3, `training_config` of Keras 1 and 2. */
  readonly config: unknown;
  /** The variables of the optimizer, in the order of the file. */
  readonly variables: readonly NamedWeight[];
}

/** Compiles a model as it was in the file, where both know how, and says what was left out. */
export function restoreTraining(
  model: Model<OneOrMore, OneOrMore>,
  { config, variables }: SavedTraining,
  { needed, found, notes }: { needed: readonly NeededLayer[]; found: FoundWeights; notes: Set<string> },
): void {
  const training = attempt((): TrainingState => {
    model.compile(compileOptionsOf(config, notes) as never);
    return model.training!;
  }, notes);
  if (!training) return;
  const state = slotsIn(variables, trainedIn(needed, found), training.optimizer);
  if (!state) {
    if (variables.length > 1)
      notes.add(
        `The state of the optimizer was left out: its ${variables.length} variables are not those of ${training.optimizer.type} here.`,
      );
    return;
  }
  training.iterations = state.iterations;
  for (const [slot, data] of state.slots) training.memory.set(slot, data);
}

/** Leaves out a part of the training state that this library does not have, with a note. */
function attempt<Result>(make: () => Result, notes: Set<string>): Result | undefined {
  try {
    return make();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    notes.add(`Optimizer and loss of the file were left out (${error.message}): compile the model.`);
    return undefined;
  }
}

interface Trained {
  readonly path: string;
  readonly given: NamedWeight;
  readonly weight: NeededWeight;
}

/** The weights that are trained, in Keras's order. */
function trainedIn(needed: readonly NeededLayer[], found: FoundWeights): Trained[] {
  return needed.flatMap((layer) =>
    layer.weights.flatMap((weight, i): Trained[] => {
      const given = found.get(layer)?.[i];
      const { to, trains } = weight;
      return trains && to && given ? [{ path: `${to.layer.name}/${to.weight}`, given, weight }] : [];
    }),
  );
}

/**
 * The slots of an optimizer among its variables. First comes the number of steps, then numbers such as the learning rate.
 * The slots of a weight stand together, or each slot has those of all weights after one another; undefined where neither
 * fits.
 */
function slotsIn(
  variables: readonly NamedWeight[],
  trained: readonly Trained[],
  optimizer: Optimizer,
): { iterations: number; slots: Map<string, Float32Array> } | undefined {
  const inOrder = slotsInOrder(variables, trained, optimizer);
  if (inOrder) return inOrder;
  const [first] = variables;
  const iterations = first && isNumber(first) ? first.data[0]! : 0;
  if (!Number.isInteger(iterations) || iterations < 0) return undefined;
  const names = definitionOf(optimizer).slots(optimizer as never);
  // Keras 2 without amsgrad keeps a single 0 for each weight.
  const tensors = variables.filter((variable) => !isNumber(variable) && !isFiller(variable, trained));
  // Some versions keep a momentum of 0 all the same.
  const isEmpty = names.length === 0 || (tensors.length === 0 && iterations === 0);
  if (isEmpty) return { iterations, slots: new Map() };
  if (tensors.length !== names.length * trained.length) return undefined;
  const [width, count] = [names.length, trained.length];
  const together = (slot: number, i: number) => tensors[i * width + slot]!;
  const apart = (slot: number, i: number) => tensors[slot * count + i]!;
  const fits = (at: typeof together) =>
    names.every((_, slot) => trained.every(({ given }, i) => at(slot, i).shape.join() === given.shape.join()));
  const orders = [together, apart].filter(fits);
  const at = orders.length === 2 && width > 1 && areApartByName(tensors, count) ? apart : orders[0];
  if (!at) return undefined;
  const slots = new Map<string, Float32Array>();
  names.forEach((name, slot) => {
    trained.forEach(({ path, given, weight }, i) => {
      const { data } = at(slot, i);
      const { convert } = formOf(path, weight, given.shape);
      slots.set(`${name}/${path}`, convert ? convert(data) : data);
    });
  });
  const areFinite = [...slots.values()].every((data) => data.every(Number.isFinite));
  return areFinite ? { iterations, slots } : undefined;
}

/** The slots in Keras 3's own order, with those of averages and sums of gradients; undefined where a shape differs. */
function slotsInOrder(
  variables: readonly NamedWeight[],
  trained: readonly Trained[],
  optimizer: Optimizer,
): { iterations: number; slots: Map<string, Float32Array> } | undefined {
  const [first, second] = variables;
  const iterations = first && isNumber(first) ? first.data[0]! : Number.NaN;
  const hasRate = second !== undefined && isNumber(second);
  const unfrozen = new Map(
    trained.flatMap((each) => (each.weight.to!.layer.trainable ? [[each.path, each] as const] : [])),
  );
  const places = optimizerPlaces({ optimizer, trained: [...unfrozen.values()], hasRate });
  if (!Number.isInteger(iterations) || iterations < 0 || places.length !== variables.length) return undefined;
  const slots = new Map<string, Float32Array>();
  for (const [i, place] of places.entries()) {
    const { shape, data } = variables[i]!;
    if (typeof place === "string") {
      if (shape.length > 0) return undefined;
      continue;
    }
    const { given, weight } = unfrozen.get(place.path)!;
    if (shape.join() !== given.shape.join() || !data.every(Number.isFinite)) return undefined;
    const { convert } = formOf(place.path, weight, shape);
    slots.set(`${place.slot}/${place.path}`, convert ? convert(data) : data);
  }
  return { iterations, slots };
}

function isNumber({ shape }: NamedWeight): boolean {
  return shape.length === 0;
}

function isFiller({ shape, data }: NamedWeight, trained: readonly Trained[]): boolean {
  return shape.join() === "1" && data[0] === 0 && !trained.some(({ given }) => given.shape.join() === "1");
}

/** Whether names such as "Adam/conv2d/kernel/m:0" show that each slot has those of all weights after one another. */
function areApartByName(tensors: readonly NamedWeight[], count: number): boolean {
  const kindOf = (name: string) =>
    name
      .replace(/:\d+$/, "")
      .split(/[/_]/)
      .filter((part) => !/^\d+$/.test(part));
  const ends = tensors.map(({ name }) => kindOf(name).at(-1));
  return count > 1 && ends[0] === ends[1] && new Set(ends).size > 1;
}
