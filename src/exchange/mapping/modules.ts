import { naturalOrder } from "../../core/natural-order.ts";
import type { NamedTensor } from "./named-tensor.ts";
import type { Role } from "./places.ts";

/** Tensors of a file that belong to one layer: `conv1.weight` and `conv1.bias`. */
export interface Module {
  /** What their names have in common: `conv1`; "" for a file of one layer. */
  readonly name: string;
  readonly tensors: ReadonlyMap<Role, NamedTensor>;
}

/** The last words of tensors' names, by what they mean. */
const words: ReadonlyMap<string, Role> = new Map(
  Object.entries({
    weight: "weight weights kernel kernels gamma scale alpha slope coefficient centres w",
    bias: "bias biases beta offset b",
    mean: "running_mean moving_mean mean",
    variance: "running_var running_variance moving_variance moving_var variance var",
  }).flatMap(([role, names]) => names.split(" ").map((name) => [name, role] as const)),
);

/** Keras's names of the parts of a separable convolution. */
const parts: ReadonlyMap<string, string> = new Map([
  ["depthwise_kernel", "depthwise"],
  ["pointwise_kernel", "pointwise"],
]);

const ending = new RegExp(
  `^(.*?)[._]?(${[...words.keys()].sort((a, b) => b.length - a.length).join("|")})(\\d*)$`,
  "i",
);

/**
 * The modules of a file, in the order of their first tensors or, where that order says nothing, of their names as people
 * number them. A tensor whose name has no known ending is a module by itself, unless `known` are names of weights of the
 * network's own layers.
 */
export function modulesOf(tensors: readonly NamedTensor[], inOrder: boolean, known: ReadonlySet<string>): Module[] {
  const modules = new Map<string, Map<Role, NamedTensor>>();
  const loose = new Set<string>();
  for (const tensor of tensors) {
    const { module, role, isLoose = false } = readName(tensor, known);
    if (isLoose) loose.add(module);
    const found = modules.get(module) ?? new Map<Role, NamedTensor>();
    modules.set(module, found);
    // Two tensors of one role cannot be one module.
    if (found.has(role)) modules.set(tensor.name, new Map([[role, tensor]]));
    else found.set(role, tensor);
  }
  for (const [name, found] of [...modules]) {
    // The bias of a separable convolution is that of its second part.
    const second = modules.get(`${name}.pointwise`);
    const bias = found.get("bias");
    if (!second || found.size !== 1 || !bias) continue;
    second.set("bias", bias);
    modules.delete(name);
  }
  const list = [...modules].map(([name, found]) => ({ name, tensors: found }));
  if (!inOrder) list.sort((a, b) => naturalOrder(a.name, b.name));
  return paired(list, loose);
}

/** Joins a kernel with the bias after it, where their names do not say that they belong together: param_0 and param_1. */
function paired(modules: readonly Module[], loose: ReadonlySet<string>): Module[] {
  const made: Module[] = [];
  for (const module of modules) {
    const before = made.at(-1);
    const kernel = before && loose.has(before.name) && before.tensors.size === 1 && before.tensors.get("weight");
    const bias = loose.has(module.name) && module.tensors.get("bias");
    if (kernel && bias && bias.shape.length === 1 && [kernel.shape[0], kernel.shape.at(-1)].includes(bias.shape[0]))
      made[made.length - 1] = { name: before.name, tensors: new Map([...before.tensors, ["bias", bias]]) };
    else made.push(module);
  }
  return made;
}

function readName(
  { name, shape }: NamedTensor,
  known: ReadonlySet<string>,
): { module: string; role: Role; isLoose?: boolean } {
  const steps = name.replace(/:\d+$/, "").split(/[./]/);
  const last = steps.at(-1)!;
  const path = steps.slice(0, -1);
  const part = parts.get(last);
  if (part !== undefined) return { module: [...path, part].join("."), role: "weight" };
  if (known.has(last)) return { module: path.join("."), role: last };
  const [, stem = "", word, digits = ""] = ending.exec(last) ?? [];
  // "w" and "b" end many words: as a role they stand alone, or after a "_", or before a number.
  const isWord =
    word !== undefined && (word.length > 1 || stem === "" || /[._]$/.test(last.slice(0, -1 - digits.length)));
  const role = isWord ? words.get(word.toLowerCase()) : undefined;
  if (role !== undefined)
    return { module: [...path, ...(stem + digits === "" ? [] : [stem + digits])].join("."), role };
  return { module: steps.join("."), role: shape.length > 1 ? "weight" : "bias", isLoose: true };
}

/** A name without its numbers: modules of one such name are in the order of their numbers. */
export function stemOf({ name }: Module): string {
  return name.replaceAll(/\d+/g, "#");
}
