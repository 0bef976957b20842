import { InputError } from "../../../../core/errors.ts";
import type { Shape } from "../../../../core/tensor.ts";
import { conv2d } from "../../../../layers/conv2d.ts";
import { conv2dTranspose } from "../../../../layers/conv2d-transpose.ts";
import { cropping2d } from "../../../../layers/cropping2d.ts";
import { depthwiseConv2d } from "../../../../layers/depthwise-conv2d.ts";
import { dilatedSize } from "../../../../layers/dilation.ts";
import type { SymbolicTensor } from "../../../../layers/layer.ts";
import { separableConv2d } from "../../../../layers/separable-conv2d.ts";
import { zeroPadding2d } from "../../../../layers/zero-padding2d.ts";
import type { Config } from "../config.ts";
import { reordered, transposed, type WeightForm } from "../needs.ts";
import type { Age, Place, Translation } from "../place.ts";
import { activated, activationOf, weightOptions } from "../values.ts";

type Pair = readonly [number, number];

/** @throws InputError for a layer whose images have another layout than those of the model */
export function checkLayout(config: Config, place: Place): void {
  const given = config.value("data_format", "dim_ordering");
  if (given === undefined || given === "default") return;
  const isFirst = given === "channels_first" || given === "th";
  if (!isFirst && given !== "channels_last" && given !== "tf")
    config.fail("data_format", '"channels_last" or "channels_first"', given);
  if (isFirst !== place.age.channelsFirst)
    place.fail("other layers have their channels at another place: a model with both layouts is not supported");
}

/** The options that convolutions of all kinds have. */
function windowOf(config: Config, place: Place) {
  checkLayout(config, place);
  const kernelSize: Pair =
    config.value("kernel_size") === undefined
      ? [config.whole(["nb_row"]), config.whole(["nb_col"])]
      : config.pair(["kernel_size"]);
  return {
    kernelSize,
    strides: config.pair(["strides", "subsample"], [1, 1]),
    dilationRate: config.pair(["dilation_rate", "atrous_rate"], [1, 1]),
    padding: config.text(["padding", "border_mode"], "valid"),
    useBias: config.flag(["use_bias", "bias"], true),
    activation: activationOf(place, config.value("activation")),
  };
}

export const convolution: Translation = (config, place) => {
  const { activation, padding, ...window } = windowOf(config, place);
  const filters = config.whole(["filters", "nb_filter"]);
  const groups = config.whole(["groups"], 1);
  // Of a convolution of ours that an export registers in Keras.
  const table = config.value("connection_table") as readonly (readonly number[])[] | undefined;
  const connections = table && { connectionTable: table };
  const rules = weightOptions(config, place, ["kernel", "bias"]);
  return (inputs) => {
    const x = place.image(inputs);
    const size = dilatedSize(window.kernelSize, window.dilationRate);
    const padded = paddedFor(place, { size, strides: window.strides, padding });
    const options = {
      ...window,
      ...rules,
      ...connections,
      filters,
      groups,
      padding: padded.padding,
      activation: activation.name,
    };
    const layer = place.layer((common) => conv2d({ ...options, ...common }));
    const tensor = padded.after(layer(padded.before(x.tensor)), x.tensor);
    place.needs(layer, { kernel: kernelForms(place.age, layer.built.weights[0]!.shape) });
    return activated(place, place.asImage(tensor), activation);
  };
};

/** The forms of a kernel [rows, columns, channels, filters]; with Theano's ordering [filters, channels, rows, columns]. */
export function kernelForms(age: Age, shape: Shape): WeightForm[] {
  const [rows, columns, channels, filters] = shape as [number, number, number, number];
  const flips = age.theano ? flipped(shape) : (data: Float32Array) => data;
  const old = [filters, channels, rows, columns];
  const transposes = transposed(old, [2, 3, 1, 0]);
  const ours: WeightForm = { shape, convert: flips };
  const theirs: WeightForm = { shape: old, convert: (data) => flips(transposes(data)) };
  return age.keras < 2 && age.channelsFirst ? [theirs, ours] : [ours, theirs];
}

/** A kernel upside down and mirrored: Theano's convolutions are those of mathematics. */
function flipped([rows, columns, channels, filters]: Shape): (data: Float32Array) => Float32Array {
  const [taps, size] = [rows! * columns!, channels! * filters!];
  return reordered(taps * size, (index) => (taps - 1 - Math.floor(index / size)) * size + (index % size));
}

/**
 * Padding that the library's layers do not have: that of Theano, which pads as much before as after, and "full". A layer
 * gets zeros around its input, and what is too much is cut off its output.
 */
function paddedFor(
  place: Place,
  { size, strides, padding }: { size: Pair; strides: Pair; padding: string },
): {
  padding: "valid" | "same";
  before(x: SymbolicTensor): SymbolicTensor;
  after(y: SymbolicTensor, x: SymbolicTensor): SymbolicTensor;
} {
  const as = (x: SymbolicTensor) => x;
  if (padding === "valid") return { padding, before: as, after: as };
  const isEven = strides.every((stride) => stride === 1) && size.every((taps) => taps % 2 === 1);
  if (padding === "same" && (!place.age.theano || isEven)) return { padding, before: as, after: as };
  if (padding !== "same" && padding !== "full")
    return place.fail(`expected padding "valid" or "same", got ${JSON.stringify(padding)}`);
  const sides: Pair = padding === "full" ? [size[0] - 1, size[1] - 1] : [size[0] >> 1, size[1] >> 1];
  return {
    padding: "valid",
    before: (x) => zeroPadding2d({ padding: sides })(x),
    after(y, x) {
      if (padding === "full") return y;
      const wanted = [0, 1].map((axis) => Math.ceil(x.shape[axis]! / strides[axis]!));
      const [rows, columns] = [y.shape[0]! - wanted[0]!, y.shape[1]! - wanted[1]!];
      if (rows === 0 && columns === 0) return y;
      return cropping2d({
        cropping: [
          [0, rows],
          [0, columns],
        ],
      })(y);
    },
  };
}

/** "valid" or "same", as TensorFlow pads. @throws InputError for other paddings, and for Theano's */
export function usualPadding(config: Config, place: Place): "valid" | "same" {
  const padding = config.text(["padding", "border_mode"], "valid");
  if (padding === "valid" || (padding === "same" && !place.age.theano)) return padding;
  throw new InputError(
    `${config.what}: expected padding "valid"${place.age.theano ? " of a model of Theano" : ' or "same"'}, got ${JSON.stringify(padding)}`,
  );
}

export const depthwise: Translation = (config, place) => {
  refuseTheano(place);
  const { activation, ...window } = windowOf(config, place);
  const padding = usualPadding(config, place);
  const depthMultiplier = config.whole(["depth_multiplier"], 1);
  const rules = weightOptions(config, place, ["depthwise", "bias"]);
  return (inputs) => {
    const x = place.image(inputs);
    const options = { ...window, ...rules, padding, depthMultiplier, activation: activation.name };
    const layer = place.layer((common) => depthwiseConv2d({ ...options, ...common }));
    const tensor = layer(x.tensor);
    place.needs(layer);
    return activated(place, place.asImage(tensor), activation);
  };
};

export const separable: Translation = (config, place) => {
  refuseTheano(place);
  const { activation, ...window } = windowOf(config, place);
  const padding = usualPadding(config, place);
  const filters = config.whole(["filters", "nb_filter"]);
  const depthMultiplier = config.whole(["depth_multiplier"], 1);
  const rules = weightOptions(config, place, ["depthwise", "pointwise", "bias"]);
  return (inputs) => {
    const x = place.image(inputs);
    const options = { ...window, ...rules, padding, filters, depthMultiplier, activation: activation.name };
    const layer = place.layer((common) => separableConv2d({ ...options, ...common }));
    const tensor = layer(x.tensor);
    place.needs(layer);
    return activated(place, place.asImage(tensor), activation);
  };
};

export const transposedConvolution: Translation = (config, place) => {
  refuseTheano(place);
  const { activation, ...window } = windowOf(config, place);
  const padding = usualPadding(config, place);
  const filters = config.whole(["filters"]);
  const outputPadding = config.value("output_padding") === undefined ? undefined : config.pair(["output_padding"]);
  const rules = weightOptions(config, place, ["kernel", "bias"]);
  return (inputs) => {
    const x = place.image(inputs);
    const options = { ...window, ...rules, padding, filters, activation: activation.name };
    const layer = place.layer((common) =>
      conv2dTranspose({ ...options, ...common, ...(outputPadding && { outputPadding }) }),
    );
    const tensor = layer(x.tensor);
    place.needs(layer);
    return activated(place, place.asImage(tensor), activation);
  };
};

function refuseTheano(place: Place): void {
  if (place.age.theano) place.fail("only Conv2D is read from files of the backend Theano");
}
