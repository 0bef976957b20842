import { InputError } from "../../../core/errors.ts";
import type { Shape } from "../../../core/tensor.ts";
import type { Layer } from "../../../layers/layer.ts";
import type { LayerWeights } from "../../assemble.ts";
import { formOf, type NeededLayer, type NeededWeight } from "./needs.ts";

/** A weight of a file. */
export interface NamedWeight {
  /** Its name in the file: "conv2d/kernel:0". */
  readonly name: string;
  readonly shape: Shape;
  readonly data: Float32Array;
}

/** The weights of one layer of a file, or of a whole model within the model, in the file's order. */
export interface WeightGroup {
  readonly name: string;
  readonly weights: readonly NamedWeight[];
}

/** For each layer that needs weights, those of the file, in the order of its needs. */
export type FoundWeights = ReadonlyMap<NeededLayer, readonly (NamedWeight | undefined)[]>;

/**
 * Finds the weights of layers in a file that has them in groups: by the names of the groups, else in their order.
 * @param where the file's name in errors
 * @throws InputError where the groups do not fit the layers
 */
export function foundInGroups(
  where: string,
  needed: readonly NeededLayer[],
  groups: readonly WeightGroup[],
  notes: Set<string>,
): FoundWeights {
  const units = unitsOf(needed);
  const filled = groups.filter(({ weights }) => weights.length > 0);
  const byName = new Map(filled.map((group) => [group.name, group]));
  const isNamed = [...units].every(([name, layers]) => fits(layers, byName.get(name)));
  const found = new Map<NeededLayer, readonly (NamedWeight | undefined)[]>();
  if (isNamed) {
    for (const [name, layers] of units) put(where, layers, byName.get(name)!, found);
    const unused = filled.filter(({ name }) => !units.has(name)).map(({ name }) => `"${name}"`);
    if (unused.length > 0) notes.add(`The network has no layers for some weights of the file: ${unused.join(", ")}.`);
    return found;
  }
  if (filled.length !== units.size) {
    const layers = [...units.keys()].map((name) => `"${name}"`).join(", ");
    const theirs = filled.map(({ name }) => `"${name}"`).join(", ");
    throw new InputError(
      `${where}: expected weights of ${units.size} layers (${layers}), got ${filled.length} (${theirs || "none"})`,
    );
  }
  [...units.values()].forEach((layers, i) => {
    put(where, layers, filled[i]!, found);
  });
  const pairs = [...units.keys()].map((name, i) => `${filled[i]!.name} to ${name}`).join(", ");
  notes.add(`The weights were matched in their order, since the names of the layers are others: ${pairs}.`);
  return found;
}

/** The layers by the outermost model or layer that they belong to. */
function unitsOf(needed: readonly NeededLayer[]): Map<string, NeededLayer[]> {
  const units = new Map<string, NeededLayer[]>();
  for (const layer of needed) {
    const name = layer.models[0]?.name ?? layer.name;
    units.set(name, [...(units.get(name) ?? []), layer]);
  }
  return units;
}

function weightsOf(layers: readonly NeededLayer[]): { layer: NeededLayer; weight: NeededWeight }[] {
  return layers.flatMap((layer) => layer.weights.map((weight) => ({ layer, weight })));
}

function fits(layers: readonly NeededLayer[], group: WeightGroup | undefined): boolean {
  if (!group) return false;
  const all = weightsOf(layers);
  const optional = all.filter(({ weight }) => !weight.to).length;
  return group.weights.length <= all.length && group.weights.length >= all.length - optional;
}

/** Gives the weights of a group to the layers of a unit. */
function put(
  where: string,
  layers: readonly NeededLayer[],
  group: WeightGroup,
  found: Map<NeededLayer, readonly (NamedWeight | undefined)[]>,
): void {
  if (!fits(layers, group)) {
    const wanted = weightsOf(layers).map(({ weight }) => weight.name);
    const got = group.weights.map(({ name }) => name);
    throw new InputError(
      `${where}: layer "${layers[0]!.models[0]?.name ?? layers[0]!.name}": expected the weights ${wanted.join(", ")}, got ${got.length} in "${group.name}" (${got.slice(0, 8).join(", ")})`,
    );
  }
  const all = weightsOf(layers);
  // A model keeps those of all its layers that are trained, then the others.
  const isModel = layers.some(({ models }) => models.length > 0);
  const ordered = isModel
    ? [...all.filter(({ weight }) => weight.trains), ...all.filter(({ weight }) => !weight.trains)]
    : all;
  const named = byNames(ordered, group, isModel);
  const given = new Map(ordered.map(({ weight }, i) => [weight, named?.[i] ?? group.weights[i]]));
  for (const layer of layers)
    found.set(
      layer,
      layer.weights.map((weight) => given.get(weight)),
    );
}

/** The weights in the order of their needs by their names, where these say it; undefined where they do not. */
function byNames(
  ordered: readonly { layer: NeededLayer; weight: NeededWeight }[],
  { weights }: WeightGroup,
  isModel: boolean,
): NamedWeight[] | undefined {
  const found = ordered.map(({ layer, weight }) =>
    weights.filter(({ name }) => {
      const parts = name.replace(/:\d+$/, "").split("/");
      return parts.at(-1) === weight.name && (!isModel || parts.includes(layer.name));
    }),
  );
  if (found.some((each) => each.length !== 1)) return undefined;
  const list = found.map(([only]) => only!);
  return new Set(list).size === list.length ? list : undefined;
}

/**
 * The weights of our layers from those of the file.
 * @throws InputError for one that is missing, or has another shape
 */
export function takenWeights(
  where: string,
  found: FoundWeights,
  fixed: ReadonlyMap<Layer, LayerWeights>,
): Map<Layer, LayerWeights> {
  const taken = new Map<Layer, LayerWeights>(fixed);
  for (const [{ name, weights }, given] of found) {
    weights.forEach((weight, i) => {
      const { to } = weight;
      if (!to) return;
      const what = `${where}: layer "${name}"`;
      const from = given[i];
      if (!from) throw new InputError(`${what}: expected a weight "${weight.name}", got none`);
      const { convert } = formOf(what, weight, from.shape);
      const data = convert ? convert(from.data) : from.data;
      taken.set(to.layer, { ...taken.get(to.layer), [to.weight]: { shape: to.shape, data } });
    });
  }
  return taken;
}
