import { cut, padEnd, padStart, widest } from "../core/columns.ts";
import { batchShapeText, type Shape, sizeOf } from "../core/tensor.ts";
import { visible } from "../core/visible.ts";
import type { Layer, LayerConfig } from "../layers/layer.ts";
import { callsOf, type Graph } from "./graph.ts";

/** Columns of a layer's name in the table. */
const MAX_NAME = 80;

/** A model in numbers. */
export interface Summary {
  /** The model's name. */
  readonly name: string;
  /** Weights, trained or not; those that a connection table leaves out do not count. */
  readonly params: number;
  /** Weights that training changes. */
  readonly trainableParams: number;
  /** Links between units, biases included, as the 1998 paper counts them. */
  readonly connections: number;
  /** Multiply-adds for one image. */
  readonly macs: number;
  /** The layers, each after those it reads. */
  readonly layers: readonly LayerSummary[];
}

/** A layer in numbers. */
export interface LayerSummary {
  /** The layer's name. */
  readonly name: string;
  /** The layer's type. */
  readonly type: string;
  /** Without the batch axis. */
  readonly outputShape: Shape;
  /** Weights, trained or not; those that a connection table leaves out do not count. */
  readonly params: number;
  /** Links between units, biases included, over all calls of the layer. */
  readonly connections: number;
  /** Multiply-adds for one image, over all calls of the layer. */
  readonly macs: number;
  /** Names of the layers whose outputs it reads. */
  readonly connectedTo: readonly string[];
  /** Its options, complete with their defaults. */
  readonly config: LayerConfig;
}

export function summaryOf(name: string, graph: Graph): Summary {
  const calls = callsOf(graph);
  const layers = graph.layers.map((layer): LayerSummary => {
    const own = calls.get(layer)!;
    return {
      name: layer.name,
      type: layer.type,
      outputShape: layer.built.outputShape,
      params: countParams(layer, () => true),
      connections: layer.built.connections * own.length,
      macs: layer.built.macs * own.length,
      connectedTo: own.flatMap((call) => call.inputs.map((input) => input.layer.name)),
      config: layer.config,
    };
  });
  const total = (key: "params" | "connections" | "macs") => layers.reduce((sum, layer) => sum + layer[key], 0);
  return {
    name,
    params: total("params"),
    trainableParams: graph.layers.reduce((sum, layer) => sum + countParams(layer, (trainable) => trainable), 0),
    connections: total("connections"),
    macs: total("macs"),
    layers,
  };
}

function countParams(layer: Layer, wanted: (trainable: boolean) => boolean): number {
  return layer.built.weights
    .filter((spec) => wanted(layer.trainable && (spec.trainable ?? true)))
    .reduce((sum, spec) => sum + (spec.count ?? sizeOf(spec.shape)), 0);
}

/**
 * The summary as Keras prints it, with connections and multiply-adds. Unless the model is a simple chain, the last
 * column lists the layers that each layer reads. A table that is wider than `lineLength` leaves out columns, the last
 * ones first (the totals below stay), and then cuts the layers' names.
 */
export function summaryText(summary: Summary, lineLength: number = Number.POSITIVE_INFINITY): string {
  const number = (value: number) => value.toLocaleString("en-US");
  const isChain = summary.layers.every(
    ({ connectedTo }, i) => connectedTo.join() === (summary.layers[i - 1]?.name ?? ""),
  );
  const titles = ["Layer (type)", "Output shape", "Params", "Connections", "Multiply-adds", "Connected to"];
  const rows = summary.layers.map((layer) => [
    `${shown(layer.name)} (${layer.type})`,
    batchShapeText(layer.outputShape),
    number(layer.params),
    number(layer.connections),
    number(layer.macs),
    connectedText(layer.connectedTo),
  ]);
  const widths = titles.map((title, i) => Math.max(title.length, widest(rows.map((row) => row[i]!))));
  const widthOf = (columns: readonly number[]) => columns.reduce((sum, column) => sum + widths[column]! + 2, -2);
  let columns = titles.map((_, i) => i).filter((column) => column < 5 || !isChain);
  for (const dispensable of [4, 3, 5, 2])
    if (widthOf(columns) > lineLength) columns = columns.filter((column) => column !== dispensable);
  const over = widthOf(columns) - lineLength;
  if (over > 0) widths[0] = Math.max(8, widths[0]! - over);
  const line = (cells: readonly string[]) =>
    columns
      .map((column) => {
        const [width, cell] = [widths[column]!, cut(cells[column]!, widths[column]!)];
        return column >= 2 && column <= 4 ? padStart(cell, width) : padEnd(cell, width);
      })
      .join("  ")
      .trimEnd();
  const rule = "─".repeat(widthOf(columns));
  return [
    `Model: "${shown(summary.name)}"`,
    rule,
    line(titles),
    rule,
    ...rows.map(line),
    rule,
    `Total params: ${number(summary.params)} (${sizeText(summary.params)})`,
    `Trainable params: ${number(summary.trainableParams)} (${sizeText(summary.trainableParams)})`,
    `Non-trainable params: ${number(summary.params - summary.trainableParams)}`,
    `Connections: ${number(summary.connections)}`,
    `Multiply-adds per image: ${number(summary.macs)}`,
    "",
  ].join("\n");
}

/** A name as the table shows it. */
function shown(name: string): string {
  return cut(visible(name), MAX_NAME);
}

function connectedText(names: readonly string[]): string {
  const some = names
    .slice(0, names.length > 4 ? 3 : 4)
    .map(shown)
    .join(", ");
  return names.length > 4 ? `${some} and ${names.length - 3} more` : some;
}

function sizeText(params: number): string {
  const kib = (params * 4) / 1024;
  return kib < 1024 ? `${kib.toFixed(2)} KB` : `${(kib / 1024).toFixed(2)} MB`;
}
