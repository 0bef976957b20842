import { InputError, shown } from "../core/errors.ts";
import { checkedOptions, type OptionsOf, optional, text } from "../core/options.ts";
import type { Layer, SymbolicTensor } from "../layers/layer.ts";
import { isLayerType } from "../layers/registry.ts";
import { allNames, graphOf, listOf } from "../model/graph.ts";
import type { Model } from "../model/model.ts";
import type { OneOrMore } from "../model/model-options.ts";
import { layerCode, literal } from "./layer-code.ts";

const modelCodeOptions = {
  /** The module that exports the model's custom layers, each by the name of its type. Required where it has any. */
  customObjects: optional(text, undefined),
  /**
   * A model file, by its path from where the program will run, whose weights the code loads; it then also says how
   * pictures are prepared and what the classes are called, where the model has that. Default: the weights are new.
   */
  weights: optional(text, undefined),
};

/** Options of {@link modelCode}. */
export interface ModelCodeOptions extends OptionsOf<typeof modelCodeOptions> {}

/**
 * A TypeScript module that builds a model of the same architecture with the library's functions, and exports it as
 * `net`: layer by layer, with the options that are not defaults. Its weights are new, unless `weights` names a file that
 * the model's `save` has written.
 * @throws InputError for what is no model, a model with custom layers where their module is not given, and unknown options
 */
export function modelCode(model: Model<OneOrMore, OneOrMore>, given: ModelCodeOptions = {}): string {
  if (typeof model !== "object" || model === null || !("outputs" in model))
    throw new InputError(`modelCode: expected a model, got ${shown(model)}`);
  const { customObjects, weights } = checkedOptions("modelCode", modelCodeOptions, given);
  const { inputs, tensors, layers } = graphOf(listOf(model.inputs), listOf(model.outputs));
  const types = [...new Set(layers.map(({ type }) => type))];
  const custom = types.filter((type) => !isLayerType(type));
  if (custom.length > 0 && customObjects === undefined) {
    throw new InputError(
      `modelCode customObjects: expected the module that exports the custom layer "${custom[0]}", such as "./layers.ts"`,
    );
  }
  const needsName = named(layers);
  const known = types.filter(isLayerType);
  const take = identifiers([...known, "bitmaps", "model", "net", "tableI"]);
  const makers = new Map<string, string>(known.map((type) => [type, type]));
  for (const type of custom) makers.set(type, take(type, isIdentifier(type) ? type : undefined));
  const code = new Map(
    layers.map((layer) => [layer, layerCode(layer, makers.get(layer.type)!, { withName: needsName(layer) })]),
  );
  const imported = new Set(["model", ...known, ...[...code.values()].flatMap(({ imports }) => imports)]);
  const variables = new Map<SymbolicTensor, string>();
  const shared = new Map<Layer, string>();
  const lines: string[] = [];
  for (const tensor of tensors) {
    const { layer } = tensor;
    const made = code.get(layer)!.text;
    if (!shared.has(layer) && tensors.some((other) => other.layer === layer && other !== tensor)) {
      shared.set(layer, take(`${layer.name} layer`));
      lines.push(`const ${shared.get(layer)} = ${made};`);
    }
    const read = tensor.inputs.map((input) => variables.get(input)!);
    const called = `${shared.get(layer) ?? made}(${read.length === 1 ? read[0] : `[${read.join(", ")}]`})`;
    variables.set(tensor, take(layer.name));
    lines.push(`const ${variables.get(tensor)} = ${inputs.includes(tensor) ? made : called};`);
  }
  const own = custom.map((type) => renamed(type, makers.get(type)!));
  const ends = (list: OneOrMore) =>
    "shape" in list ? variables.get(list) : `[${list.map((tensor) => variables.get(tensor)).join(", ")}]`;
  const name = model.name === "model" ? "" : `, name: ${JSON.stringify(model.name)}`;
  return [
    importing([...imported], "lenet5"),
    ...(own.length > 0 ? [importing(own, customObjects!)] : []),
    "",
    ...lines,
    "",
    `export const net = model({ inputs: ${ends(model.inputs)}, outputs: ${ends(model.outputs)}${name} });`,
    ...(weights === undefined ? [] : loading(weights, model.reading)),
    "",
  ].join("\n");
}

/** The lines that give the model its weights and its reading. Weights come first: others would be trusted otherwise. */
function loading(weights: string, reading: Model["reading"]): string[] {
  const load = `await net.loadWeights(${JSON.stringify(weights)});`;
  return reading === undefined ? [load] : [load, `net.reading = ${literal(reading, "")};`];
}

/** Says which layers have their name as an option: all but those that get it anyway. */
function named(layers: readonly Layer[]): (layer: Layer) => boolean {
  const isAutomatic = ({ type, name }: Layer) => name === type || new RegExp(`^${type}_\\d+$`).test(name);
  const again = allNames(layers.map((layer) => ({ type: layer.type, name: isAutomatic(layer) ? "" : layer.name })));
  const areSame = layers.every(({ name }, i) => again[i] === name);
  return (layer) => !areSame || !isAutomatic(layer);
}

function importing(names: readonly string[], module: string): string {
  return `import { ${names.toSorted().join(", ")} } from ${JSON.stringify(module)};`;
}

function isIdentifier(name: string): boolean {
  return /^[A-Za-z_]\w*$/.test(name);
}

/** An export under another name in an import. */
function renamed(name: string, local: string): string {
  return name === local ? name : `${isIdentifier(name) ? name : JSON.stringify(name)} as ${local}`;
}

const RESERVED =
  "arguments await break case catch class const continue debugger default delete do else enum eval export extends false finally for function if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof undefined var void while with yield";

/**
 * Makes identifiers of names: "C1" is c1, "left half" is leftHalf, where no other is wanted; one that is taken gets a
 * number.
 */
function identifiers(taken: readonly string[]): (name: string, wanted?: string) => string {
  const known = new Set([...taken, ...RESERVED.split(" ")]);
  return (name, wanted) => {
    const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
    const joined = words.map((word, i) => (i === 0 ? word[0]!.toLowerCase() : word[0]!.toUpperCase()) + word.slice(1));
    const plain = joined.join("") || "x";
    const base = wanted ?? (/^\d/.test(plain) ? `x${plain}` : plain);
    let made = base;
    for (let number = 1; known.has(made); number++) made = `${base}${number}`;
    known.add(made);
    return made;
  };
}
