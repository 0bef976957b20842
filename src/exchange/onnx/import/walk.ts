import { InputError } from "../../../core/errors.ts";
import type { NodeProto, TensorProto } from "../../../formats/onnx/schema.ts";
import { readTensor } from "../../../formats/onnx/tensor.ts";
import { type NeededGraph, quoted } from "./graph.ts";
import { Node, type Setting, whereOf } from "./node.ts";
import type { Rule } from "./operators/rule.ts";
import { operators, supported } from "./operators/table.ts";
import type { patternsOf } from "./patterns.ts";
import type { Activation, Value } from "./value.ts";

/**
 * Computes the values of a graph: constants, and the layers of the network.
 * @returns the values with the names of `outputs`
 * @throws InputError for an operator that is not supported, and for what a rule refuses
 */
export function walked(
  graph: NeededGraph,
  inputs: ReadonlyMap<string, Activation>,
  outputs: readonly string[],
  patterns: ReturnType<typeof patternsOf>,
  setting: Setting,
): readonly Value[] {
  const { file, uses } = setting;
  const values = new Map<string, Value>(inputs);
  const read = (name: string): Value => {
    const value = values.get(name) ?? ofInitializer(graph.initializers.get(name), setting);
    values.set(name, value);
    if (value.kind === "constant") return value;
    return { ...value, isOnlyUse: value.isOnlyUse && uses.get(name) === 1 };
  };
  for (const proto of graph.nodes) {
    const pattern = patterns.get(proto);
    const rule = pattern?.rule ?? ruleOf(proto, file);
    const node = new Node(
      proto,
      (pattern?.inputs ?? proto.input).map((name) => (name === "" ? undefined : read(name))),
      setting,
    );
    const made = [ruled(rule, node, whereOf(file, proto))].flat() as readonly Value[];
    if (!pattern) node.finish();
    proto.output.forEach((name, i) => {
      const value = made[i];
      if (value) values.set(name, value);
      else if (name !== "" && uses.has(name)) node.refuse(`its output number ${i + 1} is not supported`);
    });
  }
  return outputs.map(read);
}

/** Puts the node in front of what a layer refuses. */
function ruled(rule: Rule, node: Node, where: string): Value | readonly Value[] {
  try {
    return rule(node);
  } catch (error) {
    if (!(error instanceof InputError) || error.message.startsWith(where)) throw error;
    const file = `${node.setting.file}: `;
    const problem = error.message.startsWith(file) ? error.message.slice(file.length) : error.message;
    throw new InputError(`${where}: ${problem}`, { cause: error });
  }
}

function ruleOf(proto: NodeProto, file: string): Rule {
  const { opType, domain } = proto;
  const isStandard = domain === "" || domain === "ai.onnx";
  if (isStandard && Object.hasOwn(operators, opType)) return operators[opType as keyof typeof operators];
  const from = isStandard ? "" : ` of ${quoted(domain)}`;
  throw new InputError(
    `${whereOf(file, proto)}: the operator ${opType.slice(0, 40)}${from} is not supported; supported are ${supported}: export the model without it, or take a tensor before it with the option output`,
  );
}

function ofInitializer(tensor: TensorProto | undefined, { file, external }: Setting): Value {
  if (!tensor) throw new InputError(`${file}: expected a graph whose values come before they are read`);
  const refuse = (problem: string): never => {
    throw new InputError(`${file}: tensor ${quoted(tensor.name)}: ${problem}`);
  };
  const location = tensor.externalData.find(({ key }) => key === "location")?.value ?? "";
  return { ...readTensor(tensor, refuse, external.get(location)), kind: "constant", name: tensor.name };
}
