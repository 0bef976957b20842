/**
 * Which numbers of its inputs each number of a layer is computed from, for every type of layer of the library. Numbers
 * stand at a place: a row, a column and a channel; a vector is one row and one column of channels.
 */
import type { LayerConfig, LayerSummary, LayerType, Shape } from "lenet5";

/** Along one axis: the places in the input that a place of the output is computed from. Outside of it is padding. */
export type Taps = (place: number) => readonly number[];

/** How the numbers of a layer follow from those of one of its inputs. */
export type Links =
  /** Axis by axis: rows, columns and channels. */
  | { readonly type: "axes"; readonly axes: readonly [rows: Taps, columns: Taps, channels: Taps] }
  /** The same numbers in another order: `sourceOf(i)` is where number i comes from. */
  | { readonly type: "order"; sourceOf(index: number): number };

/** Rows, columns and channels of a shape; axes that it lacks are 1. */
export type Size = readonly [rows: number, columns: number, channels: number];

export function sizeOf(shape: Shape): Size {
  return [shape.at(-3) ?? 1, shape.at(-2) ?? 1, shape.at(-1) ?? 1];
}

/** The links to each input; undefined for a type that is not the library's, which may read anything. */
export function linksOf(layer: LayerSummary, inputs: readonly Shape[]): readonly Links[] | undefined {
  const { type, config } = layer;
  if (!Object.hasOwn(links, type)) return undefined;
  const link = links[type as LayerType];
  const output = sizeOf(layer.outputShape);
  return inputs.map((shape, i) => link({ config, inputs, input: sizeOf(shape), shape, output, number: i }));
}

/** A layer and one of its inputs. */
interface Joint {
  readonly config: LayerConfig;
  readonly inputs: readonly Shape[];
  readonly shape: Shape;
  readonly input: Size;
  readonly output: Size;
  /** Which of the inputs it is, from 0. */
  readonly number: number;
}

type Link = (joint: Joint) => Links;

const same: Taps = (place) => [place];
const shifted =
  (by: number): Taps =>
  (place) => [place + by];
const all = (count: number): Taps => {
  const places = Array.from({ length: count }, (_, i) => i);
  return () => places;
};

const axes = (rows: Taps, columns: Taps, channels: Taps): Links => ({ type: "axes", axes: [rows, columns, channels] });

const elementwise: Link = () => axes(same, same, same);
/** All channels of the same position. */
const acrossChannels: Link = ({ input }) => axes(same, same, all(input[2]));
const everything: Link = ({ input }) => axes(all(input[0]), all(input[1]), all(input[2]));

/** An activation that joins all channels of a position makes a unit see what all of them see. */
const joins = (config: LayerConfig) => config.activation === "softmax" || config.activation === "log_softmax";

type Pair = readonly [rows: number, columns: number];

/** The windows of kernels and pools: `taps` positions, `dilation` apart, `stride` from one window to the next. */
function window({ config, input, output }: Joint, size: Pair): readonly [Taps, Taps] {
  const strides = config.strides as Pair;
  const dilation = (config.dilationRate as Pair | undefined) ?? [1, 1];
  const axis = (i: 0 | 1): Taps => {
    const extent = (size[i] - 1) * dilation[i] + 1;
    const before = config.padding === "same" ? beforeImage(input[i], output[i], extent, strides[i]) : 0;
    return (place) => Array.from({ length: size[i] }, (_, tap) => place * strides[i] - before + tap * dilation[i]);
  };
  return [axis(0), axis(1)];
}

/** Padding before the image, as TensorFlow adds it for "same": the smaller half. */
function beforeImage(input: number, windows: number, extent: number, stride: number): number {
  return Math.floor(Math.max((windows - 1) * stride + extent - input, 0) / 2);
}

const pooling: Link = (joint) => {
  const [rows, columns] = window(joint, joint.config.poolSize as Pair);
  return axes(rows, columns, joins(joint.config) ? all(joint.input[2]) : same);
};

const globalPooling: Link = ({ input }) => axes(all(input[0]), all(input[1]), same);

/**
 * The window of each output position of a transposed convolution: for each tap the input position whose kernel reaches it
 * with that tap, -1 for none.
 */
const transposed: Link = ({ config, input, output }) => {
  const [size, strides, dilation] = [config.kernelSize, config.strides, config.dilationRate] as [Pair, Pair, Pair];
  const axis = (i: 0 | 1): Taps => {
    const extent = (size[i] - 1) * dilation[i] + 1;
    const before = config.padding === "same" ? beforeImage(output[i], input[i], extent, strides[i]) : 0;
    return (place) =>
      Array.from({ length: size[i] }, (_, tap) => {
        const at = (place + before - tap * dilation[i]) / strides[i];
        return Number.isInteger(at) ? at : -1;
      });
  };
  return axes(axis(0), axis(1), all(input[2]));
};

/** An axis of size 1 is repeated where the output has more. */
const broadcast: Link = ({ input, output }) => {
  const axis = (i: 0 | 1 | 2): Taps => (input[i] === 1 && output[i] > 1 ? () => [0] : same);
  return axes(axis(0), axis(1), axis(2));
};

/** In training these change the image; a prediction passes it on. */
const passedOn = elementwise;

const links: { readonly [Type in LayerType]: Link } = {
  input: elementwise,
  conv2d(joint) {
    const { config, input, output } = joint;
    const [rows, columns] = window(joint, config.kernelSize as Pair);
    return axes(rows, columns, joins(config) ? all(input[2]) : seenChannels(config, input[2], output[2]));
  },
  depthwiseConv2d(joint) {
    const [rows, columns] = window(joint, joint.config.kernelSize as Pair);
    const multiplier = joint.config.depthMultiplier as number;
    const own: Taps = (map) => [Math.floor(map / multiplier)];
    return axes(rows, columns, joins(joint.config) ? all(joint.input[2]) : own);
  },
  separableConv2d(joint) {
    const [rows, columns] = window(joint, joint.config.kernelSize as Pair);
    return axes(rows, columns, all(joint.input[2]));
  },
  conv2dTranspose: transposed,
  dense: everything,
  averagePooling2d: pooling,
  maxPooling2d: pooling,
  globalAveragePooling2d: globalPooling,
  globalMaxPooling2d: globalPooling,
  upSampling2d({ config, input }) {
    const size = config.size as Pair;
    const axis = (i: 0 | 1): Taps => {
      if (config.interpolation === "nearest") return (place) => [Math.floor(place / size[i])];
      return (place) => {
        const at = (place + 0.5) / size[i] - 0.5;
        const [low, high] = [Math.max(Math.floor(at), 0), Math.min(Math.ceil(at), input[i] - 1)];
        return low === high ? [low] : [low, high];
      };
    };
    return axes(axis(0), axis(1), same);
  },
  flatten: () => ({ type: "order", sourceOf: (index) => index }),
  reshape: () => ({ type: "order", sourceOf: (index) => index }),
  permute({ config, shape }) {
    const dims = config.dims as readonly number[];
    const steps = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, size) => product * size, 1));
    return {
      type: "order",
      sourceOf(index) {
        let rest = index;
        let source = 0;
        for (const axis of dims.toReversed()) {
          const size = shape[axis - 1]!;
          source += (rest % size) * steps[axis - 1]!;
          rest = Math.floor(rest / size);
        }
        return source;
      },
    };
  },
  activation: (joint) => (joins(joint.config) ? acrossChannels(joint) : elementwise(joint)),
  relu: elementwise,
  leakyRelu: elementwise,
  elu: elementwise,
  prelu: elementwise,
  softmax: acrossChannels,
  dropout: passedOn,
  spatialDropout2d: passedOn,
  gaussianNoise: passedOn,
  gaussianDropout: passedOn,
  randomTranslation: passedOn,
  randomRotation: passedOn,
  randomZoom: passedOn,
  /** By the moving statistics, which no image changes. */
  batchNormalization: elementwise,
  layerNormalization: acrossChannels,
  groupNormalization({ config, input }) {
    const groups = config.groups === -1 ? input[2] : (config.groups as number);
    return axes(all(input[0]), all(input[1]), grouped(input[2] / groups, input[2] / groups));
  },
  unitNormalization: acrossChannels,
  zeroPadding2d({ config }) {
    const [[top], [left]] = config.padding as readonly [Pair, Pair];
    return axes(shifted(-top), shifted(-left), same);
  },
  cropping2d({ config }) {
    const [[top], [left]] = config.cropping as readonly [Pair, Pair];
    return axes(shifted(top), shifted(left), same);
  },
  rescaling: elementwise,
  concatenate({ inputs, number, output }) {
    const before = inputs.slice(0, number).reduce((sum, shape) => sum + sizeOf(shape)[2], 0);
    // A layer that is called again joins further inputs in the same way.
    return axes(same, same, shifted(-(before % output[2])));
  },
  add: broadcast,
  subtract: broadcast,
  multiply: broadcast,
  average: broadcast,
  maximum: broadcast,
  minimum: broadcast,
  channelSlice: ({ config }) => axes(same, same, shifted(config.start as number)),
  subsampling2d: pooling,
  rbf: everything,
};

/** The channels that each map of a convolution sees. */
export function seenChannels(config: LayerConfig, channels: number, filters: number): Taps {
  const table = config.connectionTable as readonly (readonly number[])[] | undefined;
  if (table) return (map) => table[map]!;
  const groups = config.groups as number;
  return grouped(filters / groups, channels / groups);
}

/** Parts of the output's channels, each computed from a part of the input's. */
function grouped(outputs: number, inputs: number): Taps {
  return (map) => Array.from({ length: inputs }, (_, i) => Math.floor(map / outputs) * inputs + i);
}
