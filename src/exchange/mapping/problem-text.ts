import { listed } from "../../core/errors.ts";
import type { Shape } from "../../core/tensor.ts";
import { fitsShape, type Problem } from "./assign.ts";
import type { Layout } from "./layouts.ts";
import type { Module } from "./modules.ts";
import type { WeightsFile } from "./named-tensor.ts";
import type { Place } from "./places.ts";

/** Why the tensors of a file do not fit a network, and what to do. */
export function problemText(
  { problem }: { problem: Problem },
  layout: Layout,
  places: readonly Place[],
  file: WeightsFile,
): string {
  const { kind, places: left, modules } = problem;
  if (kind === "two fit") {
    const example = `{ ${JSON.stringify([...modules[0]!.tensors.values()][0]!.name)}: ${JSON.stringify(left[0]!.slots[0]!.path)} }`;
    return `${listed(
      modules.map(({ name }) => name),
      "and",
    )} fit ${listed(
      left.map(({ name }) => name),
      "and",
    )} in more than one way: say which is which, the option map: ${example}`;
  }
  const bias = biasText(left, modules, layout);
  if (bias) return bias;
  const wanted = left.flatMap(({ slots }) =>
    slots.map((slot) => `${slot.path} ${shapeText(slot.form(layout).shapes[0]!)}`),
  );
  const got = modules.flatMap(({ tensors }) =>
    [...tensors.values()].map(({ name, shape }) => `${name} ${shapeText(shape)}`),
  );
  const all = `the file has ${file.tensors.length} tensors, the network ${places.flatMap(({ slots }) => slots).length} weights`;
  const parts = [
    ...(wanted.length > 0 ? [`nothing fits ${firstOf(wanted)} of the network`] : []),
    ...(got.length > 0 ? [`no place in the network for ${firstOf(got)} of the file`] : []),
  ];
  return `${parts.join("; ")} (${all}): give the network of this file`;
}

function firstOf(items: readonly string[]): string {
  return items.length > 8 ? `${items.slice(0, 7).join(", ")} and ${items.length - 7} more` : items.join(", ");
}

function shapeText(shape: Shape): string {
  return `[${shape.join(", ")}]`;
}

/** Whether the layers and modules that are left differ in their biases alone. */
export function biasText(places: readonly Place[], modules: readonly Module[], layout: Layout): string | undefined {
  const fitsKernel = (place: Place, module: Module) => {
    const slot = place.slots.find(({ role }) => role === "weight");
    const tensor = module.tensors.get("weight");
    return slot && tensor && !module.tensors.has("mean") && fitsShape(slot, tensor.shape, layout);
  };
  if (places.length === 0 || places.length !== modules.length) return undefined;
  const hasBias = (place: Place) => place.slots.some(({ role }) => role === "bias");
  const pairs = places.map((place) => [place, modules.find((module) => fitsKernel(place, module))] as const);
  const without = pairs.filter(([place, module]) => module && hasBias(place) && !module.tensors.has("bias"));
  const withBias = pairs.filter(([place, module]) => module && !hasBias(place) && module.tensors.has("bias"));
  const names = (list: typeof pairs) =>
    listed(
      list.map(([place]) => place.layer.name),
      "and",
    );
  if (without.length === places.length)
    return `it has no biases for ${names(without)}: give these layers useBias: false`;
  if (withBias.length === places.length) return `it has biases for ${names(withBias)}: give these layers useBias: true`;
  return undefined;
}
