import { InputError } from "../../../core/errors.ts";
import type { Hdf5Dataset } from "../../../formats/hdf5/dataset.ts";
import type { Hdf5Group } from "../../../formats/hdf5/read.ts";
import type { NeededLayer } from "./needs.ts";
import { type FoundWeights, foundInGroups, type NamedWeight, type WeightGroup } from "./weights.ts";

/** Finds the weights of layers in an HDF5 file of any Keras. @throws InputError */
export function foundInFile(
  where: string,
  root: Hdf5Group,
  needed: readonly NeededLayer[],
  notes: Set<string>,
): FoundWeights {
  const weights = root.groups.get("model_weights") ?? root;
  if (isLegacy(weights)) return foundInGroups(where, needed, legacyGroups(where, weights), notes);
  return foundInTree(where, treeOf(root), needed);
}

/** Whether weights are in the layout of Keras 0 to 2: a group for each layer, by name. */
export function isLegacy(weights: Hdf5Group): boolean {
  return listOf(weights, "layer_names") !== undefined || weights.attributes.has("nb_layers");
}

/** The weights of each layer as Keras 0 to 2 keep them, and Keras 3 in .h5 files. */
export function legacyGroups(where: string, weights: Hdf5Group): WeightGroup[] {
  const names = listOf(weights, "layer_names") ?? numbered("layer", weights.attributes.get("nb_layers"));
  return names.map((name) => {
    const group = groupAt(weights, name);
    if (!group)
      throw new InputError(`${where}: expected a group "${name.slice(0, 60)}", got none: is the file damaged?`);
    const own = listOf(group, "weight_names") ?? numbered("param", group.attributes.get("nb_params"));
    const found = own.map((weight): NamedWeight => {
      const dataset = datasetAt(group, weight);
      if (dataset) return { name: weight, shape: dataset.shape, data: dataset.data };
      throw new InputError(
        `${where}: layer "${name}": expected a dataset "${weight.slice(0, 60)}" of numbers, got none`,
      );
    });
    return { name, weights: found };
  });
}

/** A list of texts, which may be cut into several attributes: names0, names1, ... */
function listOf({ attributes }: Hdf5Group, name: string): readonly string[] | undefined {
  const texts = (value: unknown): readonly string[] | undefined => {
    const list = typeof value === "string" ? [value] : value;
    if (!Array.isArray(list)) return undefined;
    return list.every((item) => typeof item === "string") ? list : [];
  };
  const whole = texts(attributes.get(name));
  if (whole) return whole;
  if (!attributes.has(`${name}0`)) return undefined;
  const parts: string[] = [];
  for (let i = 0; attributes.has(`${name}${i}`); i++) parts.push(...(texts(attributes.get(`${name}${i}`)) ?? []));
  return parts;
}

function numbered(name: string, count: unknown): string[] {
  return typeof count === "number" && count <= 10_000 ? Array.from({ length: count }, (_, i) => `${name}_${i}`) : [];
}

/** A group within another; its name may have slashes. */
function groupAt(from: Hdf5Group, path: string): Hdf5Group | undefined {
  if (path === "") return undefined;
  return path
    .split("/")
    .filter((part) => part !== "")
    .reduce<Hdf5Group | undefined>((group, part) => group?.groups.get(part), from);
}

function datasetAt(from: Hdf5Group, path: string): Hdf5Dataset | undefined {
  const at = path.lastIndexOf("/");
  const group = at < 0 ? from : (groupAt(from, path.slice(0, at)) ?? from);
  return group.datasets.get(path.slice(at + 1));
}

/** A saved object of Keras 2.12 and later, with its own weights and the objects in it. */
export interface SavedObject {
  /** Its name, where the file keeps it. */
  readonly name: string | undefined;
  /** By their numbers. */
  readonly weights: readonly NamedWeight[];
  readonly children: ReadonlyMap<string, SavedObject>;
}

interface Growing {
  name: string | undefined;
  readonly weights: Map<number, NamedWeight>;
  readonly children: Map<string, Growing>;
}

/** The most objects in each other: a name with backslashes may stand for thousands. */
const MAX_DEPTH = 100;

/** The objects of a file. On Windows, Keras 2 wrote backslashes into the names of groups. */
export function treeOf(root: Hdf5Group): SavedObject {
  const tree: Growing = { name: undefined, weights: new Map(), children: new Map() };
  const walk = (group: Hdf5Group, path: readonly string[]) => {
    const name = group.attributes.get("name");
    if (path.at(-1) === "vars" && typeof name === "string" && path.length <= MAX_DEPTH)
      objectAt(tree, path.slice(0, -1)).name = name;
    for (const [link, { shape, data }] of group.datasets) {
      const parts = [...path, ...partsOf(link)];
      const number = Number(parts.at(-1));
      if (parts.at(-2) !== "vars" || !Number.isInteger(number) || parts.length > MAX_DEPTH) continue;
      objectAt(tree, parts.slice(0, -2)).weights.set(number, { name: parts.join("/"), shape, data });
    }
    for (const [link, child] of group.groups) walk(child, [...path, ...partsOf(link)]);
  };
  walk(root, []);
  return grown(tree);
}

function partsOf(link: string): string[] {
  return link.split(/[\\/]/).filter((part) => part !== "");
}

function objectAt(tree: Growing, path: readonly string[]): Growing {
  let at = tree;
  for (const part of path) {
    const child = at.children.get(part) ?? { name: undefined, weights: new Map(), children: new Map() };
    at.children.set(part, child);
    at = child;
  }
  return at;
}

function grown({ name, weights, children }: Growing): SavedObject {
  const ordered = [...weights].sort(([a], [b]) => a - b).map(([, weight]) => weight);
  return {
    name,
    weights: ordered,
    children: new Map([...children].map(([part, child]) => [part, grown(child)] as const)),
  };
}

/** What a model keeps its layers under: Keras 3 and 2.12 to 2.15. */
const LAYERS = ["layers", "_layer_checkpoint_dependencies"];

/**
 * Finds the weights of layers in the tree of Keras 2.12 and later, where a layer is named after its class and its number
 * among those of the class.
 */
function foundInTree(where: string, model: SavedObject, needed: readonly NeededLayer[], depth = 0): FoundWeights {
  const children = LAYERS.map((name) => model.children.get(name)?.children).find((each) => each !== undefined);
  if (!children)
    throw new InputError(
      `${where}: expected weights in the layout of any Keras (layer_names, nb_layers or layers), got none`,
    );
  const found = new Map<NeededLayer, readonly (NamedWeight | undefined)[]>();
  for (const [className, units] of classesOf(needed, depth)) {
    const base = snakeCase(className);
    const saved = [...children]
      .map(([name, object]) => ({ object, number: numberOf(name, base) }))
      .filter(({ object, number }) => number !== undefined && isFilled(object))
      .sort((a, b) => a.number! - b.number!)
      .map(({ object }) => object);
    if (saved.length !== units.length) {
      throw new InputError(
        `${where}: expected weights of ${units.length} layers of class ${className} (${units.map(({ name }) => `"${name}"`).join(", ")}), got ${saved.length}`,
      );
    }
    const byName = units.map(({ name }) => saved.find((object) => object.name === name));
    const areNamed = !byName.includes(undefined) && new Set(byName).size === saved.length;
    units.forEach(({ layers, isModel }, i) => {
      const named = (areNamed ? byName : saved)[i]!;
      if (isModel)
        for (const [layer, weights] of foundInTree(where, named, layers, depth + 1)) found.set(layer, weights);
      else found.set(layers[0]!, named.weights);
    });
  }
  return found;
}

interface Unit {
  readonly name: string;
  readonly isModel: boolean;
  readonly layers: NeededLayer[];
}

/** The layers and models of a model by their classes, each in the order of the file. */
function classesOf(needed: readonly NeededLayer[], depth: number): Map<string, Unit[]> {
  const classes = new Map<string, Unit[]>();
  for (const layer of needed) {
    const model = layer.models[depth];
    const { name, className } = model ?? layer;
    const units = classes.get(className) ?? [];
    classes.set(className, units);
    const same = units.find((unit) => unit.name === name);
    if (same) same.layers.push(layer);
    else units.push({ name, isModel: model !== undefined, layers: [layer] });
  }
  return classes;
}

/** Keras's name of a class in paths: `keras/src/utils/naming.py`. */
export function snakeCase(name: string): string {
  return name
    .slice(name.lastIndexOf(">") + 1)
    .replaceAll(/\W+/g, "")
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** The number of an object among those of a class: "conv2d" is 0, "conv2d_1" is 1; undefined for other classes. */
function numberOf(name: string, base: string): number | undefined {
  if (name === base) return 0;
  const number = name.startsWith(`${base}_`) ? name.slice(base.length + 1) : "";
  return /^\d+$/.test(number) ? Number(number) : undefined;
}

/** Whether an object or a layer in it has weights. */
function isFilled({ weights, children }: SavedObject): boolean {
  if (weights.length > 0) return true;
  return LAYERS.some((name) => [...(children.get(name)?.children.values() ?? [])].some(isFilled));
}

/** The variables of the optimizer, in the order of the file; empty where it has none. */
export function variablesOf(root: Hdf5Group): readonly NamedWeight[] {
  const legacy = root.groups.get("optimizer_weights");
  if (!legacy) return treeOf(root).children.get("optimizer")?.weights ?? [];
  const names = listOf(legacy, "weight_names") ?? [];
  return names.flatMap((name) => {
    const dataset = datasetAt(legacy, name);
    return dataset ? [{ name, shape: dataset.shape, data: dataset.data }] : [];
  });
}
