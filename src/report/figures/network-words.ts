import { counted, isNumber } from "../drawing/numbers.ts";
import type { LayerJson } from "../results.ts";

/** The operations of a layer in a few phrases: ["convolution 5×5", "60 of 96 kernels", "tanh"]. */
export function phrases({ type, config, outputShape }: LayerJson, inputChannels = 0): string[] {
  switch (type) {
    case "input":
    case "flatten":
      return [];
    case "conv2d":
      return [
        `convolution ${times(config.kernelSize)}`,
        ...stride(config.strides, [1, 1]),
        ...kernels(config.connections, inputChannels),
        ...activation(config.activation),
      ];
    case "averagePooling2d":
    case "maxPooling2d":
      return [
        `${type === "maxPooling2d" ? "max" : "average"} pooling ${times(config.poolSize)}`,
        ...stride(config.strides, config.poolSize),
      ];
    case "globalAveragePooling2d":
      return ["global average"];
    case "dense":
      return ["full connection", ...activation(config.activation)];
    case "activation":
      return activation(config.activation);
    case "dropout":
      return [`dropout ${config.rate}`];
    case "channelSlice": {
      const start = Number(config.start);
      const count = outputShape[outputShape.length - 1];
      return [count === 1 ? `channel ${start}` : `channels ${start}–${start + count - 1}`];
    }
    case "concatenate":
      return ["concatenated"];
    case "add":
      return ["sum"];
    default:
      return [
        `${spelled(type)} ${times(config.kernelSize ?? config.poolSize)}`.trim(),
        ...activation(config.activation),
      ];
  }
}

/** "6@28×28", "84 units"; one map is "32×32" */
export function sizeText({ outputShape }: LayerJson): string {
  const [rows, columns, maps] = outputShape;
  if (isUnits(outputShape)) return counted(outputShape[outputShape.length - 1], "unit");
  return `${maps > 1 ? `${maps}@` : ""}${rows}×${columns}`;
}

/** "6 maps of 28×28", "84 units"; an input is "32×32×1" */
export function sizeInWords({ type, outputShape }: LayerJson): string {
  const [rows, columns, maps] = outputShape;
  if (type === "input") return outputShape.join("×");
  if (isUnits(outputShape)) return counted(outputShape[outputShape.length - 1], "unit");
  return `${counted(maps, "map")} of ${rows}×${columns}`;
}

/** A vector, or maps of one position: drawn as a bar. */
export function isUnits(outputShape: readonly number[]): boolean {
  return outputShape.length !== 3 || outputShape[0] * outputShape[1] === 1;
}

/** "156 parameters, 122,304 connections" */
export function costs({ params, connections }: { params: number; connections: number }): string {
  return `${counted(params, "parameter")}, ${counted(connections, "connection")}`;
}

/** [5, 5] -> "5×5" */
function times(sizes: unknown): string {
  return Array.isArray(sizes) ? sizes.join("×") : "";
}

/** Rows and columns of a unit's receptive field; undefined for a layer without a window. */
export function windowOf({ config }: LayerJson): readonly [number, number] | undefined {
  return pair(config.kernelSize) ?? pair(config.poolSize);
}

/** Positions that the window moves from one unit to the next. */
export function stridesOf({ config }: LayerJson): readonly [number, number] {
  return pair(config.strides) ?? [1, 1];
}

function pair(sizes: unknown): readonly [number, number] | undefined {
  return Array.isArray(sizes) && sizes.length === 2 && sizes.every(isNumber) ? (sizes as [number, number]) : undefined;
}

function stride(strides: unknown, usual: unknown): string[] {
  if (!pair(strides) || times(strides) === times(usual)) return [];
  const [rows, columns] = strides as [number, number];
  return [`stride ${rows === columns ? rows : times(strides)}`];
}

function kernels(connections: unknown, inputChannels: number): string[] {
  if (!Array.isArray(connections) || inputChannels === 0) return [];
  return [`${connections.flat().length} of ${connections.length * inputChannels} kernels`];
}

function activation(name: unknown): string[] {
  if (typeof name !== "string" || name === "linear") return [];
  return [name === "relu" ? "ReLU" : spelled(name)];
}

/** "batchNormalization" -> "batch normalization", "zeroPadding2d" -> "zero padding" */
function spelled(name: string): string {
  return name.replace(/2d$/, "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
