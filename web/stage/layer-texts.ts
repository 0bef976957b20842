/** What the stage says about layers: sizes by their formulas, counts, and what screen readers say. */
import type { LayerSummary } from "lenet5";
import { spokenValue } from "../state/numbers.ts";
import type { Unit } from "../state/view.ts";
import { type ShownLayer, singleIndex, valueIndex } from "./shown-layers.ts";

/** The name of a layer for people: of the first and the last, what they are. */
export function layerTitle({ kind, title }: Pick<ShownLayer, "kind" | "title">): string {
  return kind === "input" ? "Input" : kind === "output" ? "Output" : title;
}

/** A formula stays on its line. */
const SPACE = "\u00a0";

export const whole = (value: number): string => value.toLocaleString("en-US");

/** "6@28×28" as in the paper's Fig. 2; "84" for units, "10 probabilities" for the output. */
export function sizeText({ kind, maps, rows, columns, summary }: ShownLayer): string {
  if (kind === "output") return `${whole(maps * columns)} ${outputText(summary)}`;
  if (kind === "units") return whole(maps * columns);
  return maps > 1 ? `${maps}@${rows}×${columns}` : `${rows}×${columns}`;
}

function outputText({ type, config }: LayerSummary): string {
  if (type === "rbf") return "distances";
  return type === "softmax" || config.activation === "softmax" ? "probabilities" : "values";
}

/** The end of a range: 1, 1.72, 0.5. */
export function rangeText(range: number): string {
  return String(Number(range.toPrecision(3))).replace("-", "−");
}

/** How the size follows from the layer before, as "32 − 5 + 1 = 28"; "" where there is no such formula. */
export function formulaText({ summary, inputs }: ShownLayer): string {
  const [before] = inputs;
  if (summary.type === "dense" && before) return `sees all ${whole(before.outputShape.at(-1)!)}`;
  const axes = [0, 1].map((axis) => axisFormula(summary, before, axis)).filter((text) => text !== "");
  return [...new Set(axes)].join(", ");
}

function axisFormula(
  { type, config, outputShape }: LayerSummary,
  before: LayerSummary | undefined,
  axis: number,
): string {
  if (before?.outputShape.length !== 3 || outputShape.length !== 3) return "";
  const [from, to] = [before.outputShape[axis]!, outputShape[axis]!];
  const side = (name: string) => (config[name] as readonly number[] | undefined)?.[axis];
  const window = side(
    type === "conv2d" || type === "depthwiseConv2d" || type === "separableConv2d" ? "kernelSize" : "poolSize",
  );
  if (window === undefined) return "";
  const stride = side("strides") ?? 1;
  const covered = (window - 1) * (side("dilationRate") ?? 1) + 1;
  const spaced = (...parts: (string | number)[]) => parts.join(SPACE);
  if (config.padding === "same")
    return stride === 1 ? spaced("padded,", to) : spaced(from, "/", stride, from % stride === 0 ? "=" : "→", to);
  if (covered === stride) return spaced(from, "/", stride, from % stride === 0 ? "=" : "→", to);
  if (stride === 1) return spaced(from, "−", covered, "+", 1, "=", to);
  return spaced(`(${from}`, "−", `${covered})`, "/", stride, "+", 1, (from - covered) % stride === 0 ? "=" : "→", to);
}

const kinds: Readonly<Record<string, string>> = {
  input: "Input",
  conv2d: "Convolution",
  averagePooling2d: "Average pooling",
  maxPooling2d: "Max pooling",
  subsampling2d: "Subsampling",
  dense: "Dense",
  rbf: "RBF units",
  batchNormalization: "Batch normalization",
  globalAveragePooling2d: "Global average pooling",
  globalMaxPooling2d: "Global max pooling",
  relu: "ReLU",
};

/** The kind of a layer, for people: "Convolution", "Global max pooling2d". */
function kindText({ type }: LayerSummary): string {
  const spaced = type.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();
  return kinds[type] ?? spaced[0]!.toUpperCase() + spaced.slice(1);
}

/** A fact about a layer: a name and a text. */
export type Fact = readonly [name: string, text: string];

/** What is computed there: sizes, parameters and connections with their sums. */
export function layerFacts(layer: ShownLayer): Fact[] {
  const { summary, followers, inputs, table, maps, rows, columns } = layer;
  const { config, type, params, connections } = summary;
  const window = (config.kernelSize ?? config.poolSize) as readonly number[] | undefined;
  const activation = String(config.activation ?? "");
  const facts: (Fact | false)[] = [
    ["Layer", kindText(summary)],
    [
      "Size",
      layer.kind === "maps" || layer.kind === "input"
        ? `${count(maps, "map")} of ${rows} by ${columns}`
        : `${whole(maps * columns)} units`,
    ],
    window ? [config.kernelSize ? "Kernel" : "Window", window.join(" by ")] : false,
    formulaText(layer) !== "" && summary.type !== "dense" && ["Rows", formulaText(layer)],
    activation !== "" && activation !== "linear" && ["Activation", activation.replaceAll("_", " ")],
    ["Parameters", `${parameterSum(type, config, maps * columns, inputs[0], table)}${whole(params)}`],
    ...followers.map(followerFact),
    connections > 0 && ["Connections", whole(connections)],
  ];
  return facts.filter((fact) => fact !== false);
}

/** "Then": "Batch normalization, 64 parameters". */
function followerFact(follower: LayerSummary, i: number): Fact {
  const { type, config, params } = follower;
  const kind =
    type === "activation" ? `Activation ${String(config.activation).replaceAll("_", " ")}` : kindText(follower);
  return [i === 0 ? "Then" : "And then", params > 0 ? `${kind}, ${count(params, "parameter")}` : kind];
}

function count(number: number, what: string): string {
  return `${whole(number)} ${what}${number === 1 ? "" : "s"}`;
}

/** "6 × (25 + 1) = " of a convolution or a dense layer. */
function parameterSum(
  type: string,
  config: LayerSummary["config"],
  units: number,
  before: LayerSummary | undefined,
  table: ShownLayer["table"],
): string {
  if (!before || (config.groups ?? 1) !== 1) return "";
  const withBias = (weights: string) => (config.useBias === false ? weights : `(${weights} + 1)`);
  if (type === "dense") return `${whole(units)} × ${withBias(whole(before.outputShape[0]!))} = `;
  if (type === "subsampling2d") return `${whole(before.outputShape[2]!)} × 2 = `;
  if (type !== "conv2d") return "";
  const [rows, columns] = config.kernelSize as readonly [number, number];
  const filters = config.filters as number;
  if (table) {
    const kernels = table.reduce((sum, seen) => sum + seen.length, 0);
    return `${kernels} × ${rows * columns}${config.useBias === false ? "" : ` + ${filters}`} = `;
  }
  const inputs = before.outputShape[2]!;
  return `${filters} × ${withBias(`${inputs > 1 ? `${inputs} × ` : ""}${rows * columns}`)} = `;
}

/** "C3, map 7 of 16, 10 by 10. Largest 0.93, row 4, column 6; smallest minus 0.88, row 8, column 2. Sees S2 maps 1 to 4." */
export function mapText(
  layer: ShownLayer,
  map: number,
  values: ArrayLike<number> | undefined,
  classNames?: readonly string[],
): string {
  const { name, kind, maps, rows, columns, table, reads } = layer;
  const isSingle = kind === "units" || kind === "output";
  const size = isSingle
    ? `${whole(maps * columns)} units`
    : `${maps > 1 ? `map ${map + 1} of ${maps}, ` : ""}${rows} by ${columns}`;
  const parts = [`${layerTitle(layer)}, ${size}.`];
  if (values) {
    const units: Unit[] = isSingle
      ? Array.from({ length: maps * columns }, (_, i) => ({
          layer: name,
          map: maps > 1 ? i : 0,
          row: 0,
          column: maps > 1 ? 0 : i,
        }))
      : Array.from({ length: rows * columns }, (_, i) => ({
          layer: name,
          map,
          row: Math.floor(i / columns),
          column: i % columns,
        }));
    const valueAt = (unit: Unit) => values[valueIndex(layer, unit)]!;
    const [largest, smallest] = [1, -1].map((sign) =>
      units.reduce((best, unit) => (sign * valueAt(unit) > sign * valueAt(best) ? unit : best)),
    ) as [Unit, Unit];
    const at = (unit: Unit) =>
      isSingle ? singleText(layer, unit, classNames) : `row ${unit.row + 1}, column ${unit.column + 1}`;
    parts.push(
      `Largest ${spokenValue(valueAt(largest))}, ${at(largest)}; smallest ${spokenValue(valueAt(smallest))}, ${at(smallest)}.`,
    );
  }
  const seen = table?.[map];
  if (seen && reads[0]) parts.push(`Sees ${reads[0]} ${mapsText(seen)}.`);
  return parts.join(" ");
}

/** "maps 1 to 4", "maps 1, 5 and 6", "map 3": maps counted from 1. */
export function mapsText(maps: readonly number[]): string {
  const numbers = maps.map((map) => map + 1);
  if (numbers.length === 1) return `map ${numbers[0]}`;
  const isRun = numbers.every((number, i) => number === numbers[0]! + i);
  if (isRun && numbers.length > 2) return `maps ${numbers[0]} to ${numbers.at(-1)}`;
  return `maps ${numbers.slice(0, -1).join(", ")} and ${numbers.at(-1)}`;
}

/** Where a unit stands: "C3, map 7, row 5, column 3" or "F6, unit 12", counted from 1; "Output, class 3". */
export function unitText(layer: ShownLayer, unit: Unit, classNames?: readonly string[]): string {
  if (layer.kind === "units" || layer.kind === "output")
    return `${layerTitle(layer)}, ${singleText(layer, unit, classNames)}`;
  return `${layerTitle(layer)}, ${layer.maps > 1 ? `map ${unit.map + 1}, ` : ""}row ${unit.row + 1}, column ${unit.column + 1}`;
}

/** Classes have names, such as the digits from 0; units of other layers are counted from 1. */
function singleText(layer: ShownLayer, unit: Unit, classNames: readonly string[] | undefined): string {
  const at = singleIndex(layer, unit);
  const name = layer.kind === "output" ? classNames?.[at] : undefined;
  return name === undefined ? `unit ${at + 1}` : `class ${name}`;
}

/** A unit and its value, as a screen reader says it while arrows move. */
export function spokenUnit(
  layer: ShownLayer,
  unit: Unit,
  value: number | undefined,
  classNames?: readonly string[],
): string {
  const text = unitText(layer, unit, classNames);
  return value === undefined ? text : `${text}: ${spokenValue(value)}`;
}
