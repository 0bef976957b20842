import { sizeOf } from "../../../../core/tensor.ts";
import { cropping2d } from "../../../../layers/cropping2d.ts";
import { flatten as makeFlatten } from "../../../../layers/flatten.ts";
import { permute as makePermute } from "../../../../layers/permute.ts";
import { reshape as makeReshape } from "../../../../layers/reshape.ts";
import { upSampling2d } from "../../../../layers/up-sampling2d.ts";
import { zeroPadding2d } from "../../../../layers/zero-padding2d.ts";
import type { Config } from "../config.ts";
import type { Translation } from "../place.ts";
import { flattened, inOrder, plain, viewOf } from "../view.ts";
import { checkLayout } from "./convolutions.ts";

export const flatten: Translation = (config, place) => {
  // Keras 2 and 3 flatten an image that they take for channels first as if its channels were last.
  const format = config.value("data_format");
  return (inputs) => {
    const x = place.one(inputs);
    return flattened(x, place.layer(makeFlatten)(x.tensor), format === "channels_first");
  };
};

export const reshape: Translation = (config, place) => {
  const target = wholeNumbers(config, "target_shape", "dims");
  return (inputs) => {
    const x = place.one(inputs);
    const size = sizeOf(x.shape);
    const known = sizeOf(target.filter((axis) => axis !== -1));
    const shape = target.map((axis) => (axis === -1 ? size / known : axis));
    if (shape.length < 1 || shape.length > 3) place.fail(`expected one to three axes, got [${target.join(", ")}]`);
    if (sizeOf(shape) !== size) place.fail(`expected a target_shape of ${size} elements, got [${target.join(", ")}]`);
    if (shape.join() === x.shape.join()) return x;
    const isImage = shape.length === 3;
    const [a, b, c] = shape as [number, number, number];
    // One map is the same with its channels first and last.
    const isOneMap = isImage && place.age.channelsFirst && (a === 1 || b * c === 1);
    const ours = shape.length === 2 ? [a, b, 1] : isOneMap ? [b, c, a] : shape;
    const layer = place.layer((common) => makeReshape({ ...common, targetShape: ours }));
    const tensor = layer(inOrder(x));
    if (shape.length === 2) return { tensor, shape, order: "oneChannel" };
    if (isOneMap) return { tensor, shape, order: "channelsFirst" };
    return viewOf(tensor, place.age.channelsFirst);
  };
};

export const permute: Translation = (config, place) => {
  const dims = wholeNumbers(config, "dims");
  return (inputs) => {
    const x = place.one(inputs);
    const layer = place.layer((common) => makePermute({ ...common, dims }));
    return viewOf(layer(plain(x)), place.age.channelsFirst);
  };
};

function wholeNumbers(config: Config, ...names: readonly string[]): readonly number[] {
  const shape = config.shape(names);
  if (shape && !shape.includes(null)) return shape as number[];
  return config.fail(names[0]!, "whole numbers", shape);
}

/** Rows and columns at the sides, in any of Keras's forms. */
function sidesOf(config: Config, option: string, fallback: number): [[number, number], [number, number]] {
  const value = config.value(option) ?? fallback;
  const isCount = (size: unknown): size is number => Number.isInteger(size) && (size as number) >= 0;
  const list: readonly unknown[] = Array.isArray(value) ? value : [value, value];
  // Keras 1 also takes [top, bottom, left, right].
  const [rows, columns] = list.length === 4 ? [list.slice(0, 2), list.slice(2)] : list;
  const pairs = [rows, columns].map((axis): readonly unknown[] => (Array.isArray(axis) ? axis : [axis, axis]));
  const isPair = (pair: readonly unknown[]): pair is [number, number] => pair.length === 2 && pair.every(isCount);
  const [vertical, horizontal] = pairs as [readonly unknown[], readonly unknown[]];
  if ((list.length === 2 || list.length === 4) && isPair(vertical) && isPair(horizontal)) return [vertical, horizontal];
  return config.fail(option, "a number, [rows, columns] or [[top, bottom], [left, right]]", value);
}

export const zeroPadding: Translation = (config, place) => {
  checkLayout(config, place);
  const padding = sidesOf(config, "padding", 1);
  return (inputs) =>
    place.asImage(place.layer((common) => zeroPadding2d({ ...common, padding }))(place.image(inputs).tensor));
};

export const cropping: Translation = (config, place) => {
  checkLayout(config, place);
  const sides = sidesOf(config, "cropping", 0);
  return (inputs) =>
    place.asImage(place.layer((common) => cropping2d({ ...common, cropping: sides }))(place.image(inputs).tensor));
};

export const upSampling: Translation = (config, place) => {
  checkLayout(config, place);
  const size = config.pair(["size"], [2, 2]);
  const interpolation = config.text(["interpolation"], "nearest");
  if (interpolation !== "nearest" && interpolation !== "bilinear")
    config.fail("interpolation", '"nearest" or "bilinear"', interpolation);
  if (interpolation === "bilinear" && place.age.tfjs)
    place.fail('interpolation "bilinear" of TensorFlow.js, which differs from Keras\'s, is not supported');
  return (inputs) =>
    place.asImage(
      place.layer((common) => upSampling2d({ ...common, size, interpolation: interpolation as "nearest" }))(
        place.image(inputs).tensor,
      ),
    );
};
