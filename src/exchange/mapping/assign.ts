import type { Layout } from "./layouts.ts";
import { type Module, stemOf } from "./modules.ts";
import type { Place } from "./places.ts";

/** The module of the file for each place of the network, or why there is none. */
export type Assignment =
  | { readonly modules: ReadonlyMap<Place, Module>; readonly how: How }
  | { readonly problem: Problem };

/** What decided. */
export type How = "name" | "shape" | "order and shape";

export type Problem =
  /** These places and modules are left when all others have found theirs. */
  | { readonly kind: "no fit"; readonly places: readonly Place[]; readonly modules: readonly Module[] }
  /** Each of these modules fits each of these places, and nothing says which is which. */
  | { readonly kind: "two fit"; readonly places: readonly Place[]; readonly modules: readonly Module[] };

/**
 * Finds the module of each place: by name where every place finds one that fits; else by shape, and where several fit,
 * in order, if the order of the file or the numbers in the names tell it.
 */
export function assign(
  places: readonly Place[],
  modules: readonly Module[],
  layout: Layout,
  inOrder: boolean,
): Assignment {
  const byName = named(places, modules, layout);
  if (byName) return { modules: byName, how: "name" };
  if (places.length === modules.length && inOrder && places.every((place, i) => fits(place, modules[i]!, layout)))
    return { modules: new Map(places.map((place, i) => [place, modules[i]!])), how: howOf(places, modules, layout) };
  const found = new Map<Place, Module>();
  const left: { places: Place[]; modules: Module[] } = { places: [], modules: [] };
  let twoFit: Group | undefined;
  let how: How = "shape";
  for (const group of groupsOf(places, modules, layout)) {
    const isOrdered = inOrder || new Set(group.modules.map(stemOf)).size === 1;
    const isWhole = group.places.length === group.modules.length;
    if (isWhole && isOrdered && group.places.every((place, i) => fits(place, group.modules[i]!, layout))) {
      if (group.places.length > 1) how = "order and shape";
      for (const [i, place] of group.places.entries()) found.set(place, group.modules[i]!);
      continue;
    }
    const matchings = isWhole ? matchingsOf(group, layout) : [];
    if (matchings.length > 1) twoFit = group;
    if (matchings.length === 0) {
      const without = leftIn(group, layout);
      left.places.push(...without.places);
      left.modules.push(...without.modules);
    }
    for (const [place, module] of matchings[0] ?? []) found.set(place, module);
  }
  if (left.places.length + left.modules.length > 0) return { problem: { kind: "no fit", ...left } };
  if (twoFit) return { problem: { kind: "two fit", ...twoFit } };
  return { modules: found, how };
}

/** Whether the module's tensors are the weights of the place: the same roles, each with a shape that is one of its. */
export function fits(place: Place, module: Module, layout: Layout): boolean {
  return (
    module.tensors.size === place.slots.length &&
    place.slots.every((slot) => {
      const tensor = module.tensors.get(slot.role);
      return tensor !== undefined && fitsShape(slot, tensor.shape, layout);
    })
  );
}

/** Whether a tensor of the shape can be the weight. */
export function fitsShape(slot: Place["slots"][number], shape: readonly number[], layout: Layout): boolean {
  return slot
    .form(layout)
    .shapes.some((each) => each.length === shape.length && each.every((size, i) => size === shape[i]));
}

function howOf(places: readonly Place[], modules: readonly Module[], layout: Layout): How {
  const isOnly = places.every((place) => modules.filter((module) => fits(place, module, layout)).length === 1);
  return isOnly ? "shape" : "order and shape";
}

function named(places: readonly Place[], modules: readonly Module[], layout: Layout): Map<Place, Module> | undefined {
  if (places.length !== modules.length) return undefined;
  const found = new Map<Place, Module>();
  for (const place of places) {
    const own = modules.filter(({ name }) => isNamed(name, place.name));
    if (own.length !== 1 || !fits(place, own[0]!, layout)) return undefined;
    found.set(place, own[0]!);
  }
  return new Set(found.values()).size === places.length ? found : undefined;
}

/** Whether a module has the layer's name, perhaps after names of what it is part of: `net.C1` is C1. */
function isNamed(module: string, layer: string): boolean {
  const name = layer.replaceAll("/", ".");
  return module === name || module.endsWith(`.${name}`);
}

interface Group {
  readonly places: readonly Place[];
  readonly modules: readonly Module[];
}

/** Parts of the network and the file such that nothing of one fits anything of another. */
function groupsOf(places: readonly Place[], modules: readonly Module[], layout: Layout): Group[] {
  const groups: { places: Set<Place>; modules: Set<Module> }[] = [];
  const leftPlaces = new Set(places);
  const leftModules = new Set(modules);
  for (const start of places) {
    if (!leftPlaces.delete(start)) continue;
    const group = { places: new Set([start]), modules: new Set<Module>() };
    const waiting = [start];
    for (let place = waiting.pop(); place; place = waiting.pop()) {
      for (const module of leftModules) {
        if (!fits(place, module, layout)) continue;
        leftModules.delete(module);
        group.modules.add(module);
        for (const other of leftPlaces) {
          if (!fits(other, module, layout)) continue;
          leftPlaces.delete(other);
          group.places.add(other);
          waiting.push(other);
        }
      }
    }
    groups.push(group);
  }
  if (leftModules.size > 0) groups.push({ places: new Set(), modules: leftModules });
  return groups.map((group) => ({
    places: places.filter((place) => group.places.has(place)),
    modules: modules.filter((module) => group.modules.has(module)),
  }));
}

/** What has no partner in a group without a matching, at least the first of each side. */
function leftIn(group: Group, layout: Layout): Group {
  const taken = new Set<Module>();
  const places = group.places.filter((place) => {
    const module = group.modules.find((each) => !taken.has(each) && fits(place, each, layout));
    if (module) taken.add(module);
    return module === undefined;
  });
  return { places, modules: group.modules.filter((module) => !taken.has(module)) };
}

/** Up to two ways to give each place a module; more than some thousand steps count as two. */
function matchingsOf({ places, modules }: Group, layout: Layout): (readonly (readonly [Place, Module])[])[] {
  const found: (readonly (readonly [Place, Module])[])[] = [];
  const chosen: Module[] = [];
  let steps = 0;
  const search = (): void => {
    if (found.length > 1 || ++steps > 5000) return;
    const place = places[chosen.length];
    if (!place) {
      found.push(places.map((each, i) => [each, chosen[i]!] as const));
      return;
    }
    for (const module of modules) {
      if (chosen.includes(module) || !fits(place, module, layout)) continue;
      chosen.push(module);
      search();
      chosen.pop();
    }
  };
  search();
  return steps > 5000 ? [[], []] : found;
}
