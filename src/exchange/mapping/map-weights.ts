import { InputError, listed, shown } from "../../core/errors.ts";
import { type Numbers, sizeOf, type Tensor } from "../../core/tensor.ts";
import { graphOf, listOf } from "../../model/graph.ts";
import type { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import { type Assignment, assign, fitsShape, type How, type Problem } from "./assign.ts";
import { reshapedVector } from "./feature-order.ts";
import { type Layout, layouts } from "./layouts.ts";
import { type Module, modulesOf } from "./modules.ts";
import type { MappedTensor, NamedTensor, WeightsFile } from "./named-tensor.ts";
import type { WeightMap } from "./options.ts";
import { type Place, placesOf, type Slot } from "./places.ts";
import { biasText, problemText } from "./problem-text.ts";

interface MapOptions {
  readonly layout?: Layout | undefined;
  readonly map?: WeightMap | undefined;
}

/** A copy of a network with the weights of a file. */
export interface Mapped {
  readonly model: Model<OneOrMore, OneOrMore>;
  readonly mapping: readonly MappedTensor[];
  readonly notes: readonly string[];
}

/**
 * Puts the tensors of a file into a copy of the network: by name where the names fit, else by shape and order. Every
 * tensor of the file has a place, and every weight of the network a tensor: all else is refused.
 * @throws InputError where something is left over, where two ways fit, and for numbers that are not finite
 */
export async function mapWeights(
  weights: WeightsFile,
  network: Model<OneOrMore, OneOrMore>,
  { layout: chosen, map = {} }: MapOptions = {},
): Promise<Mapped> {
  const { file } = weights;
  const fail = (problem: string) => new InputError(`${file}: ${problem}`);
  const graph = graphOf(listOf(network.inputs), listOf(network.outputs));
  const places = placesOf(graph);
  const { tensors, counters } = withoutCounters(weights.tensors);
  const pinned = pinnedBy(map, places, weights.tensors, fail);
  const given = { ...weights, tensors: tensors.filter(({ name }) => map[name] !== "" || !Object.hasOwn(map, name)) };
  const tiers = chosen ? [[chosen]] : (weights.layouts?.map((layout) => [layout]) ?? usualTiers(given.tensors));
  const tried = tiers.map((names) =>
    names.map((layout) => ({ layout, result: solved(places, given, pinned, layout) })),
  );
  const first = tried.map((all) => all.filter(({ result }) => "modules" in result)).find((all) => all.length > 0);
  if (!first) {
    const all = tried.flat();
    const asked =
      all.find(({ result }) => "problem" in result && result.problem.kind === "two fit") ??
      all.find(differsInBiases) ??
      closest(all);
    throw fail(problemText(asked.result as { problem: Problem }, asked.layout, places, given));
  }
  const [one, other] = first;
  if (other && !areSame(one!, other)) {
    throw fail(
      `its shapes fit both Keras's layout and PyTorch's: say which it is, the option layout: "keras" or "pytorch"`,
    );
  }
  const { modules, how } = one!.result as { modules: ReadonlyMap<Place, Module>; how: How };
  const isChannelsFirst = layouts[one!.layout].maps === "CHW";
  const reshaped = isChannelsFirst ? reshapedVector(graph) : undefined;
  if (reshaped) {
    throw fail(
      `layer "${reshaped}" of the network makes maps of features: their order in a file with channels first is not known`,
    );
  }
  const values = new Map<string, Tensor<Float32Array>>();
  const mapping: MappedTensor[] = [];
  for (const [place, module] of modules) {
    for (const slot of place.slots) {
      const tensor = module.tensors.get(slot.role)!;
      const data = arranged(await tensor.values(), tensor, slot, one!.layout, fail);
      values.set(slot.path, { shape: slot.spec.shape, data });
      mapping.push({ tensor: tensor.name, shape: tensor.shape, weight: slot.path, weightShape: slot.spec.shape });
    }
  }
  const model = network.clone();
  model.setWeights(values);
  return {
    model,
    mapping,
    notes: [
      "The file does not name activations or layers: those of the given network are used.",
      howText(how, [...modules], one!.layout, !chosen && !weights.layouts),
      ...(counters.length > 0 ? [`Left out: counters of batches, such as "${counters[0]!.name}".`] : []),
      ...epsilonNotes(network, one!.layout),
    ],
  };
}

/** The layouts in the order in which they are tried. Where two of one step fit, the user is asked. */
function usualTiers(tensors: readonly NamedTensor[]): readonly (readonly Layout[])[] {
  const isKeras = tensors.some(({ name }) => /(^|[./])kernel(:\d+)?$/.test(name));
  return [isKeras ? ["keras"] : ["keras", "pytorch"], ["burn"], ["mlx"]];
}

/** Counters of batches, which batch normalization in PyTorch keeps and inference does not need. */
function withoutCounters(all: readonly NamedTensor[]): { tensors: NamedTensor[]; counters: NamedTensor[] } {
  const isCounter = ({ name, shape }: NamedTensor) => /(^|[./])num_batches_tracked$/.test(name) && sizeOf(shape) === 1;
  return { tensors: all.filter((tensor) => !isCounter(tensor)), counters: all.filter(isCounter) };
}

type Fail = (problem: string) => InputError;

/** The weights that the user's map names, with their tensors. */
function pinnedBy(
  map: WeightMap,
  places: readonly Place[],
  tensors: readonly NamedTensor[],
  fail: Fail,
): Map<Slot, NamedTensor> {
  const slots = new Map(places.flatMap((place) => place.slots.map((slot) => [slot.path, slot] as const)));
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const pinned = new Map<Slot, NamedTensor>();
  for (const [name, weight] of Object.entries(map)) {
    const tensor = byName.get(name);
    if (!tensor) throw fail(`map: expected ${listed(some(byName.keys()))}, got ${shown(name)}`);
    if (weight === "") continue;
    const slot = slots.get(weight);
    if (!slot) throw fail(`map "${name}": expected ${listed(some(slots.keys()))}, got ${shown(weight)}`);
    if (pinned.has(slot)) throw fail(`map: expected one tensor for "${weight}", got two`);
    pinned.set(slot, tensor);
  }
  return pinned;
}

/** The first names of many. */
function some(names: Iterable<string>): string[] {
  return [...names].slice(0, 20);
}

/** Fills the places that the user names, then the others. */
function solved(
  places: readonly Place[],
  { tensors, inOrder }: WeightsFile,
  pinned: ReadonlyMap<Slot, NamedTensor>,
  layout: Layout,
): Assignment {
  const own = new Set(
    places.flatMap(({ slots }) => slots.map(({ role }) => role)).filter((role) => !usualRoles.has(role)),
  );
  const modules = modulesOf(tensors, inOrder, own);
  const byTensor = new Map(
    modules.flatMap((module) => [...module.tensors.values()].map((each) => [each, module] as const)),
  );
  const taken = new Set(pinned.values());
  const chosen = new Map<Place, Module>();
  for (const place of places) {
    const named = place.slots.filter((slot) => pinned.has(slot));
    if (named.length === 0) continue;
    const found = new Map(named.map((slot) => [slot.role, pinned.get(slot)!]));
    // The other weights of the layer come with the one that is named.
    const rest = byTensor.get(pinned.get(named[0]!)!);
    for (const { role } of place.slots) {
      const tensor = rest?.tensors.get(role);
      if (!tensor || found.has(role) || taken.has(tensor)) continue;
      taken.add(tensor);
      found.set(role, tensor);
    }
    const module: Module = { name: rest?.name ?? "", tensors: found };
    const isWhole = place.slots.every((slot) => {
      const tensor = found.get(slot.role);
      return tensor && fitsShape(slot, tensor.shape, layout);
    });
    if (!isWhole) return { problem: { kind: "no fit", places: [place], modules: [module] } };
    chosen.set(place, module);
  }
  const left = modulesOf(
    tensors.filter((tensor) => !taken.has(tensor)),
    inOrder,
    own,
  );
  const others = places.filter((place) => !chosen.has(place));
  const result = assign(others, left, layout, inOrder);
  if ("problem" in result) return result;
  return { how: result.how, modules: new Map([...chosen, ...result.modules]) };
}

const usualRoles = new Set(["weight", "bias", "mean", "variance"]);

type Tried = { readonly layout: Layout; readonly result: Assignment };

function differsInBiases({ layout, result }: Tried): boolean {
  return "problem" in result && biasText(result.problem.places, result.problem.modules, layout) !== undefined;
}

/** The attempt that left least over. */
function closest(tried: readonly Tried[]): Tried {
  const left = ({ result }: Tried) =>
    "problem" in result ? result.problem.places.length + result.problem.modules.length : 0;
  return tried.reduce((best, each) => (left(each) < left(best) ? each : best));
}

/** Whether two layouts give the same weights. */
function areSame(one: Tried, other: Tried): boolean {
  if (!("modules" in one.result && "modules" in other.result)) return false;
  const others = other.result.modules;
  return [...one.result.modules].every(
    ([place, module]) =>
      others.get(place)!.name === module.name &&
      place.slots.every((slot) => {
        const [a, b] = [slot.form(one.layout), slot.form(other.layout)];
        return a.offsets.every((axis, i) => axis.every((offset, j) => offset === b.offsets[i]![j]));
      }),
  );
}

/** The numbers of a tensor in the order of the weight. */
function arranged(numbers: Numbers, tensor: NamedTensor, slot: Slot, layout: Layout, fail: Fail): Float32Array {
  const { shape, exists } = slot.spec;
  const size = sizeOf(shape);
  if (numbers.length !== size) throw fail(`tensor "${tensor.name}": expected ${size} numbers, got ${numbers.length}`);
  const { offsets } = slot.form(layout);
  const made = new Float32Array(size);
  const index = shape.map(() => 0);
  for (let i = 0; i < size; i++) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) at += offsets[axis]![index[axis]!]!;
    const value = Math.fround(numbers[at]!);
    if (!Number.isFinite(value)) throw fail(`tensor "${tensor.name}": expected finite numbers, got ${numbers[at]}`);
    if (value !== 0 && exists && !exists(i)) {
      throw fail(
        `tensor "${tensor.name}": it connects what "${slot.path.split("/")[0]}" of the network does not connect: give a network without a connectionTable there`,
      );
    }
    made[i] = value;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return made;
}

function howText(how: How, pairs: readonly (readonly [Place, Module])[], layout: Layout, isGuess: boolean): string {
  const names = pairs.map(([place, module]) => `${module.name || "(no name)"} to ${place.name}`);
  const layers = names.length > 12 ? [...names.slice(0, 11), `${names.length - 11} more`] : names;
  const found = isGuess ? ", which the shapes show" : "";
  return `Layers were found by ${how}, in the layout of ${titles[layout]}${found}: ${layers.join(", ")}.`;
}

const titles: Readonly<Record<Layout, string>> = { keras: "Keras", pytorch: "PyTorch", burn: "Burn", mlx: "MLX" };

/** The layers whose epsilon is Keras's default, in a network for a file of a program with another. */
function epsilonNotes({ layers }: Model<OneOrMore, OneOrMore>, layout: Layout): string[] {
  if (layout === "keras") return [];
  const others = layers.filter(({ type, config }) => /Normalization$/.test(type) && config.epsilon === 1e-3);
  if (others.length === 0) return [];
  const names = listed(
    others.slice(0, 6).map(({ name }) => name),
    "and",
  );
  return [
    `${names} of the network: epsilon is 0.001, Keras's default; PyTorch's is 0.00001, and the file does not say its own.`,
  ];
}
