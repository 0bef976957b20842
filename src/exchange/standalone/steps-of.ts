import { InputError } from "../../core/errors.ts";
import type { Shape } from "../../core/tensor.ts";
import type { Layer, SymbolicTensor } from "../../layers/layer.ts";
import { isLayerType, type LayerType } from "../../layers/registry.ts";
import { windowAxis } from "../../layers/windows.ts";
import { graphOf } from "../../model/graph.ts";
import type { ActivationName } from "../../ops/activations/table.ts";
import { exportedWeight } from "../exported-weight.ts";
import type { PackedWeight } from "./pack-weights.ts";
import type { Step, Work } from "./runtime/description.ts";

type Pair = readonly [rows: number, columns: number];

/** What the steps of a layer are made of. */
interface Given {
  readonly layer: Layer;
  /** Its options; their names and types are those of its file in `src/layers`. */
  readonly config: Readonly<Record<string, never>>;
  /** Of its first input. */
  readonly input: Shape;
  readonly output: Shape;
  readonly inputs: number;
  /**
   * The number of a weight among those of the file.
   * @param channels the axis of its channels, if it may have 8 bits
   * @param shape another one than its own
   */
  readonly weight: (name: string, channels?: number, shape?: Shape) => number;
  /** The values of a weight that becomes part of a step. */
  readonly values: (name: string) => Float32Array | undefined;
}

/** The work of a layer; each of several reads what the one before has made. [] where it changes nothing. */
type Steps = (given: Given) => readonly (Work & { readonly shape?: Shape })[];

const nothing: Steps = () => [];

const activated = (given: Given): Work[] => {
  const name = given.config.activation as ActivationName | undefined;
  return name === undefined || name === "linear" ? [] : [{ do: "activate", with: name }];
};

const bias = ({ config, weight }: Given) => (config.useBias === false ? {} : { bias: weight("bias") });

/** Rows above and columns before the image that windows with a padding cover. */
function before({ input, config }: Given, size: Pair, strides: Pair): Pair {
  const axis = (i: 0 | 1) => windowAxis(input[i]!, size[i], strides[i], config.padding, fail).before;
  return [axis(0), axis(1)];
}

function fail(what: string): never {
  throw new Error(what);
}

/** Rows and columns from the first tap to the last. */
const dilated = (size: Pair, rate: Pair): Pair => [(size[0] - 1) * rate[0] + 1, (size[1] - 1) * rate[1] + 1];

const convolution: Steps = (given) => {
  const { config, weight } = given;
  const { kernelSize, strides, dilationRate: dilation, groups } = config;
  return [
    {
      do: "convolve",
      kernel: weight("kernel", 3),
      ...bias(given),
      strides,
      dilation,
      before: before(given, dilated(kernelSize, dilation), strides),
      groups,
    },
    ...activated(given),
  ];
};

const depthwise = (given: Given, kernel: string, withBias: boolean): Work => {
  const { kernelSize, strides, dilationRate: dilation, depthMultiplier } = given.config;
  const filters = given.input[2]! * depthMultiplier;
  return {
    do: "convolveChannels",
    // [rows, columns, channels x multiples]: each filter has its own scale.
    kernel: given.weight(kernel, 2, [...kernelSize, filters]),
    ...(withBias ? bias(given) : {}),
    strides,
    dilation,
    before: before(given, dilated(kernelSize, dilation), strides),
  };
};

const pooling =
  (take: "max" | "mean"): Steps =>
  (given) => {
    const { poolSize: size, strides } = given.config;
    return [{ do: "pool", take, size, strides, before: before(given, size, strides) }];
  };

const wholePool =
  (take: "max" | "mean"): Steps =>
  ({ input }) => [{ do: "pool", take, size: [input[0]!, input[1]!], strides: [1, 1], before: [0, 0] }];

const normalized = (given: Given, groups?: number): Work => {
  const { epsilon, scale, center } = given.config;
  return {
    do: "normalize",
    ...(groups === undefined ? {} : { groups }),
    epsilon,
    ...(scale ? { gamma: given.weight("gamma") } : {}),
    ...(center ? { beta: given.weight("beta") } : {}),
  };
};

const merged =
  (by: "add" | "subtract" | "multiply" | "maximum" | "minimum"): Steps =>
  () => [{ do: "merge", by }];

const reshaped: Steps = () => [{ do: "reshape" }];

/** The steps of every layer of the library. */
const stepsOf: { readonly [Type in LayerType]: Steps } = {
  input: nothing,
  conv2d: convolution,
  depthwiseConv2d: (given) => [depthwise(given, "kernel", true), ...activated(given)],
  separableConv2d: (given) => {
    const channels = given.input[2]! * given.config.depthMultiplier;
    return [
      { ...depthwise(given, "depthwise_kernel", false), shape: [...given.output.slice(0, 2), channels] },
      { do: "convolve", kernel: given.weight("pointwise_kernel", 3), ...bias(given) },
      ...activated(given),
    ];
  },
  conv2dTranspose: (given) => {
    const { kernelSize, strides, dilationRate: dilation, padding } = given.config;
    const size = dilated(kernelSize, dilation);
    const start = (i: 0 | 1) => windowAxis(given.output[i]!, size[i], (strides as Pair)[i], padding, fail).before;
    return [
      {
        do: "spread",
        kernel: given.weight("kernel", 2),
        ...bias(given),
        strides,
        dilation,
        before: padding === "valid" ? [0, 0] : [start(0), start(1)],
      },
      ...activated(given),
    ];
  },
  dense: (given) => [{ do: "convolve", kernel: given.weight("kernel", 1), ...bias(given) }, ...activated(given)],
  averagePooling2d: pooling("mean"),
  maxPooling2d: pooling("max"),
  globalAveragePooling2d: wholePool("mean"),
  globalMaxPooling2d: wholePool("max"),
  upSampling2d: ({ config: { size, interpolation } }) => [
    { do: interpolation === "nearest" ? "repeat" : "interpolate", size },
  ],
  flatten: reshaped,
  reshape: reshaped,
  permute: ({ config: { dims } }) => [{ do: "permute", axes: dims }],
  activation: activated,
  relu: ({ config: { maxValue, negativeSlope, threshold } }) => [
    { do: "rectify", slope: negativeSlope, threshold, ...(maxValue === undefined ? {} : { most: maxValue }) },
  ],
  leakyRelu: ({ config: { negativeSlope } }) => [{ do: "rectify", slope: negativeSlope, threshold: 0 }],
  elu: ({ config: { alpha } }) => [{ do: "elu", alpha }],
  prelu: ({ weight }) => [{ do: "prelu", alpha: weight("alpha") }],
  softmax: () => [{ do: "activate", with: "softmax" }],
  dropout: nothing,
  spatialDropout2d: nothing,
  gaussianNoise: nothing,
  gaussianDropout: nothing,
  randomTranslation: nothing,
  randomRotation: nothing,
  randomZoom: nothing,
  batchNormalization: ({ config: { epsilon }, values }) => {
    const [mean, variance] = [values("moving_mean")!, values("moving_variance")!];
    const scale = Array.from(variance, (value, i) => (values("gamma")?.[i] ?? 1) / Math.sqrt(value + epsilon));
    const shift = scale.map((factor, i) => (values("beta")?.[i] ?? 0) - mean[i]! * factor);
    return [{ do: "scale", scale, shift }];
  },
  layerNormalization: (given) => [normalized(given)],
  groupNormalization: (given) => {
    const groups: number = given.config.groups;
    return [normalized(given, groups === -1 ? given.input.at(-1)! : groups)];
  },
  unitNormalization: () => [{ do: "normalizeLength" }],
  zeroPadding2d: ({ config: { padding } }) => [{ do: "cut", start: [-padding[0][0], -padding[1][0], 0] }],
  cropping2d: ({ config: { cropping } }) => [{ do: "cut", start: [cropping[0][0], cropping[1][0], 0] }],
  rescaling: ({ config: { scale, offset } }) => [{ do: "scale", scale, shift: offset }],
  concatenate: () => [{ do: "concatenate" }],
  add: merged("add"),
  subtract: merged("subtract"),
  multiply: merged("multiply"),
  average: ({ inputs }) => [
    { do: "merge", by: "add" },
    { do: "scale", scale: 1 / inputs, shift: 0 },
  ],
  maximum: merged("maximum"),
  minimum: merged("minimum"),
  channelSlice: ({ config: { start } }) => [{ do: "cut", start: [0, 0, start] }],
  subsampling2d: (given) => {
    const { poolSize: size, strides } = given.config;
    const coefficient = given.values("coefficient")!;
    return [
      { do: "pool", take: "mean", size, strides, before: [0, 0] },
      {
        do: "scale",
        scale: Array.from(coefficient, (value) => value * size[0] * size[1]),
        shift: Array.from(given.values("bias")!),
      },
      ...activated(given),
    ];
  },
  rbf: ({ weight }) => [{ do: "distances", centres: weight("centres", 1) }],
};

/**
 * The steps that compute one output from one input, and the weights that they read.
 * @throws InputError for a layer that is not of the library
 */
export function stepsBetween(
  input: SymbolicTensor,
  output: SymbolicTensor,
): { readonly steps: readonly Step[]; readonly weights: readonly PackedWeight[] } {
  const steps: Step[] = [];
  const weights: PackedWeight[] = [];
  const places = new Map<SymbolicTensor, number>([[input, 0]]);
  const numbers = new Map<string, number>();
  for (const tensor of graphOf([input], [output]).tensors.slice(1)) {
    const { layer, shape } = tensor;
    const { type, name } = layer;
    if (!isLayerType(type)) {
      throw new InputError(
        `exportStandalone: layer "${name}": expected a layer of the library, got the custom layer "${type}": it would have to be written in the file`,
      );
    }
    const work = stepsOf[type]({
      layer,
      config: layer.config as Given["config"],
      input: tensor.inputs[0]!.shape,
      output: shape,
      inputs: tensor.inputs.length,
      values: (weight) => exportedWeight("exportStandalone", layer, weight)?.data,
      weight(weight, channels, wanted) {
        const path = `${name}/${weight}`;
        const known = numbers.get(path);
        if (known !== undefined) return known;
        numbers.set(path, weights.length);
        const { shape, data } = exportedWeight("exportStandalone", layer, weight)!;
        return weights.push({ tensor: { shape: wanted ?? shape, data }, channels }) - 1;
      },
    });
    let from: readonly number[] = tensor.inputs.map((each) => places.get(each)!);
    for (const each of work) {
      steps.push({ ...each, from, shape: each.shape ?? shape });
      from = [steps.length];
    }
    places.set(tensor, from[0]!);
  }
  return { steps, weights };
}
