import { counted, isNumber } from "../drawing/numbers.ts";
import type { LayerJson } from "../results.ts";

/** The operations of a layer as phrases: ["convolution 5×5", "60 of 96 kernels", "tanh"]. */
export function phrases({ type, config, outputShape }: LayerJson, inputChannels = 0): string[] {
  const words = Object.hasOwn(layerWords, type) ? layerWords[type].words : otherWords;
  return words({ type, config, outputShape }, inputChannels);
}

/** How the diagram shows a layer. A layer of unknown type is drawn. */
export function roleOf({ type }: LayerJson): Role {
  return Object.hasOwn(layerWords, type) ? layerWords[type].role : "drawn";
}

/** "6@28×28" for maps, "32×32" for one map, "84 units". */
export function sizeText({ outputShape }: LayerJson): string {
  const [rows, columns, maps] = outputShape;
  if (isUnits(outputShape)) return counted(outputShape[outputShape.length - 1], "unit");
  return `${maps > 1 ? `${maps}@` : ""}${rows}×${columns}`;
}

/** "6 maps of 28×28", "84 units"; "32×32×1" for an input. */
export function sizeInWords({ type, outputShape }: LayerJson): string {
  const [rows, columns, maps] = outputShape;
  if (type === "input") return outputShape.join("×");
  if (isUnits(outputShape)) return counted(outputShape[outputShape.length - 1], "unit");
  return `${counted(maps, "map")} of ${rows}×${columns}`;
}

/** True for a vector and for maps of one position, which are drawn as a bar. */
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

/**
 * Rows and columns of a unit's receptive field, or of what a unit writes where the layer {@link spreads}; undefined for a
 * layer without a window.
 */
export function windowOf({ config }: LayerJson): readonly [number, number] | undefined {
  const [size, dilation] = [pair(config.kernelSize), pair(config.dilationRate)];
  if (size && dilation) return [(size[0] - 1) * dilation[0] + 1, (size[1] - 1) * dilation[1] + 1];
  return size ?? pair(config.poolSize) ?? pair(config.size);
}

/** Whether each unit of the layer before it writes a window of this layer, and not the other way round. */
export function spreads({ type }: LayerJson): boolean {
  return type === "conv2dTranspose" || type === "upSampling2d";
}

/** Strides of the window in rows and columns. */
export function stridesOf({ config }: LayerJson): readonly [number, number] {
  return pair(config.strides) ?? pair(config.size) ?? [1, 1];
}

function pair(sizes: unknown): readonly [number, number] | undefined {
  return Array.isArray(sizes) && sizes.length === 2 && sizes.every(isNumber) ? (sizes as [number, number]) : undefined;
}

function stride(strides: unknown, usual: unknown): string[] {
  if (!pair(strides) || times(strides) === times(usual)) return [];
  const [rows, columns] = strides as [number, number];
  return [`stride ${rows === columns ? rows : times(strides)}`];
}

function kernels(connectionTable: unknown, inputChannels: number): string[] {
  if (!Array.isArray(connectionTable) || inputChannels === 0) return [];
  return [`${connectionTable.flat().length} of ${connectionTable.length * inputChannels} kernels`];
}

function activation(name: unknown): string[] {
  if (typeof name !== "string" || name === "linear") return [];
  return [Object.hasOwn(acronyms, name) ? acronyms[name] : spelled(name.replaceAll("_", " "))];
}

/** Activations whose names are acronyms; the others are spelled as words. */
const acronyms: Readonly<Record<string, string>> = {
  relu: "ReLU",
  leaky_relu: "leaky ReLU",
  relu6: "ReLU6",
  elu: "ELU",
  selu: "SELU",
  gelu: "GELU",
  silu: "SiLU",
  hard_silu: "hard SiLU",
};

/** "batchNormalization" -> "batch normalization", "zeroPadding2d" -> "zero padding" */
function spelled(name: string): string {
  return name.replace(/2d$/, "").replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

type Words = (layer: Pick<LayerJson, "type" | "config" | "outputShape">, inputChannels: number) => string[];

/**
 * How the diagram shows a layer:
 * - "drawn": as maps or units;
 * - "arranging": drawn, but without a receptive field, since the layer only arranges tensors;
 * - "following": as text beside the layer before it (elementwise layers);
 * - "preparing": as text beside the layer after it.
 */
type Role = "drawn" | "arranging" | "following" | "preparing";

interface LayerWords {
  readonly role: Role;
  readonly words: Words;
}

/** How the diagram shows each layer type; `test/members.test.ts` demands an entry for each. */
export const layerWords: Readonly<Record<string, LayerWords>> = {
  input: { role: "drawn", words: () => [] },
  conv2d: {
    role: "drawn",
    words: ({ config }, inputChannels) => [
      ...convolution("convolution", config),
      ...(Number(config.groups) > 1 ? [`${config.groups} groups`] : []),
      ...kernels(config.connectionTable, inputChannels),
      ...activation(config.activation),
    ],
  },
  depthwiseConv2d: {
    role: "drawn",
    words: ({ config }) => [...convolution("depthwise convolution", config), ...activation(config.activation)],
  },
  separableConv2d: {
    role: "drawn",
    words: ({ config }) => [...convolution("separable convolution", config), ...activation(config.activation)],
  },
  conv2dTranspose: {
    role: "drawn",
    words: ({ config }) => [...convolution("transposed convolution", config), ...activation(config.activation)],
  },
  averagePooling2d: { role: "drawn", words: ({ config }) => pooling("average", config) },
  maxPooling2d: { role: "drawn", words: ({ config }) => pooling("max", config) },
  globalAveragePooling2d: { role: "drawn", words: () => ["global average"] },
  globalMaxPooling2d: { role: "drawn", words: () => ["global max"] },
  upSampling2d: {
    role: "drawn",
    words: ({ config }) => [
      `${config.interpolation === "bilinear" ? "bilinear " : ""}upsampling ${times(config.size)}`,
    ],
  },
  subsampling2d: {
    role: "drawn",
    words: ({ config }) => [`subsampling ${times(config.poolSize)}`, ...activation(config.activation)],
  },
  dense: { role: "drawn", words: ({ config }) => ["full connection", ...activation(config.activation)] },
  rbf: { role: "drawn", words: () => ["RBF units"] },
  concatenate: { role: "arranging", words: () => ["concatenated"] },
  add: { role: "arranging", words: () => ["sum"] },
  subtract: { role: "arranging", words: () => ["difference"] },
  multiply: { role: "arranging", words: () => ["product"] },
  average: { role: "arranging", words: () => ["mean"] },
  maximum: { role: "arranging", words: () => ["maximum"] },
  minimum: { role: "arranging", words: () => ["minimum"] },
  channelSlice: {
    role: "arranging",
    words: ({ config, outputShape }) => {
      const start = Number(config.start);
      const count = outputShape[outputShape.length - 1];
      return [count === 1 ? `channel ${start}` : `channels ${start}–${start + count - 1}`];
    },
  },
  activation: { role: "following", words: ({ config }) => activation(config.activation) },
  relu: { role: "following", words: ({ config }) => [Number(config.negativeSlope) > 0 ? "leaky ReLU" : "ReLU"] },
  leakyRelu: { role: "following", words: () => ["leaky ReLU"] },
  elu: { role: "following", words: () => ["ELU"] },
  prelu: { role: "following", words: () => ["PReLU"] },
  softmax: { role: "following", words: () => ["softmax"] },
  dropout: { role: "following", words: ({ config }) => [`dropout ${config.rate}`] },
  spatialDropout2d: { role: "following", words: ({ config }) => [`dropout of maps ${config.rate}`] },
  gaussianNoise: { role: "following", words: ({ config }) => [`Gaussian noise ${config.stddev}`] },
  gaussianDropout: { role: "following", words: ({ config }) => [`Gaussian dropout ${config.rate}`] },
  randomTranslation: { role: "following", words: () => ["random translation"] },
  randomRotation: { role: "following", words: () => ["random rotation"] },
  randomZoom: { role: "following", words: () => ["random zoom"] },
  batchNormalization: { role: "following", words: () => ["batch normalization"] },
  layerNormalization: { role: "following", words: () => ["layer normalization"] },
  groupNormalization: {
    role: "following",
    words: ({ config }) => [config.groups === -1 ? "instance normalization" : "group normalization"],
  },
  unitNormalization: { role: "following", words: () => ["unit normalization"] },
  rescaling: { role: "following", words: () => ["rescaling"] },
  flatten: { role: "preparing", words: () => [] },
  reshape: { role: "arranging", words: () => ["reshaped"] },
  permute: { role: "arranging", words: () => ["axes permuted"] },
  zeroPadding2d: { role: "preparing", words: () => ["zero padding"] },
  cropping2d: { role: "preparing", words: () => ["cropping"] },
};

/** Phrases for an unknown layer type. */
const otherWords: Words = ({ type, config }) => [
  `${spelled(type)} ${times(config.kernelSize ?? config.poolSize)}`.trim(),
  ...activation(config.activation),
];

function convolution(kind: string, { kernelSize, strides, dilationRate }: LayerJson["config"]): string[] {
  const dilation = pair(dilationRate) && times(dilationRate) !== "1×1" ? dilationRate : undefined;
  const [rows, columns] = pair(dilation) ?? [1, 1];
  return [
    `${kind} ${times(kernelSize)}`,
    ...stride(strides, [1, 1]),
    ...(dilation ? [`dilation ${rows === columns ? rows : times(dilation)}`] : []),
  ];
}

function pooling(kind: string, { poolSize, strides }: LayerJson["config"]): string[] {
  return [`${kind} pooling ${times(poolSize)}`, ...stride(strides, poolSize)];
}
