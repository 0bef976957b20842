import { InputError, shown } from "../../../core/errors.ts";
import { isObject, type Json, property } from "../../keras/import/json.ts";

/** A node of TensorFlow's graph as tfjs's converter writes it (`NodeDef` of protobuf in JSON). */
export interface GraphNode {
  readonly name: string;
  readonly op: string;
  /** The names of the nodes whose first output it reads. */
  readonly inputs: readonly string[];
  readonly attributes: Json;
  /** `model.json: node "conv/Relu" (_FusedConv2D)`, for errors. */
  readonly what: string;
}

const MAX_NODES = 20_000;

/** The nodes of a graph by name. @throws InputError for nodes that are none, and for two of one name */
export function nodesOf(file: string, topology: unknown): Map<string, GraphNode> {
  const list = property(topology, "node");
  if (!Array.isArray(list) || list.length > MAX_NODES)
    throw new InputError(`${file}: expected a graph of at most ${MAX_NODES} nodes, got ${shown(list)}`);
  const functions = property(property(topology, "library"), "function");
  if (Array.isArray(functions) && functions.length > 0)
    throw new InputError(`${file}: its graph has functions of its own, which are not supported: export it without`);
  const nodes = new Map<string, GraphNode>();
  for (const json of list) {
    const [name, op] = [property(json, "name"), property(json, "op")];
    if (typeof name !== "string" || typeof op !== "string")
      throw new InputError(`${file}: expected nodes with a name and an op, got ${shown(json)}`);
    const what = `${file}: node "${name.slice(0, 100)}" (${op.slice(0, 60)})`;
    if (nodes.has(name)) throw new InputError(`${what}: two nodes have this name`);
    const given = property(json, "input") ?? [];
    if (!Array.isArray(given) || !given.every((input) => typeof input === "string"))
      throw new InputError(`${what}: expected a list of names as input, got ${shown(given)}`);
    const attributes = property(json, "attr");
    nodes.set(name, {
      name,
      op,
      inputs: namesOf(what, given),
      attributes: isObject(attributes) ? attributes : {},
      what,
    });
  }
  return nodes;
}

/** The names without the number of the output, and without nodes that only have to run before. */
function namesOf(what: string, inputs: readonly string[]): string[] {
  return inputs
    .filter((input) => !input.startsWith("^"))
    .map((input) => {
      const [name, output = "0"] = input.split(":") as [string, string?];
      if (output !== "0")
        throw new InputError(`${what}: it reads output ${output} of "${name}", which is not supported`);
      return name;
    });
}

/** A number of a node: `{ i: "2" }` or `{ f: 0.3 }`. */
export function numberOf({ attributes, what }: GraphNode, name: string, fallback: number): number {
  const attribute = property(attributes, name);
  const value = property(attribute, "i") ?? property(attribute, "f");
  if (attribute === undefined) return fallback;
  // Protobuf leaves out a 0.
  const number = Number(value ?? 0);
  if (Number.isFinite(number)) return number;
  throw new InputError(`${what}: ${name}: expected a number, got ${shown(value)}`);
}

export function flagOf({ attributes }: GraphNode, name: string, fallback = false): boolean {
  const attribute = property(attributes, name);
  return attribute === undefined ? fallback : property(attribute, "b") === true;
}

/** A text of a node, in base64 as protobuf's bytes are. */
export function textOf({ attributes, what }: GraphNode, name: string, fallback: string): string {
  const value = property(property(attributes, name), "s");
  return value === undefined ? fallback : decoded(what, value);
}

export function textsOf({ attributes, what }: GraphNode, name: string): string[] {
  const list = property(property(property(attributes, name), "list"), "s");
  return Array.isArray(list) ? list.map((value: unknown) => decoded(what, value)) : [];
}

export function numbersOf({ attributes, what }: GraphNode, name: string): number[] {
  const list = property(property(property(attributes, name), "list"), "i");
  const numbers = Array.isArray(list) ? list.map(Number) : [];
  if (numbers.every(Number.isSafeInteger)) return numbers;
  throw new InputError(`${what}: ${name}: expected whole numbers, got ${shown(list)}`);
}

/** The sizes of a placeholder's axes; -1 for one that is open, undefined where the node does not say it. */
export function shapeOf({ attributes }: GraphNode): number[] | undefined {
  const shape = property(property(attributes, "shape"), "shape");
  const axes = property(shape, "dim");
  return Array.isArray(axes) ? axes.map((axis: unknown) => Number(property(axis, "size") ?? 0)) : undefined;
}

function decoded(what: string, value: unknown): string {
  if (typeof value === "string") {
    // Names of paddings and operators are written in letters that are base64 too, but are not decoded in old files.
    if (/^(SAME|VALID|EXPLICIT|NHWC|NCHW)$/.test(value)) return value;
    try {
      return atob(value);
    } catch {
      // refused below
    }
  }
  throw new InputError(`${what}: expected a text in base64, got ${shown(value)}`);
}
