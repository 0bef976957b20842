import { averagePooling2d } from "../../../../layers/average-pooling2d.ts";
import { globalAveragePooling2d } from "../../../../layers/global-average-pooling2d.ts";
import { globalMaxPooling2d } from "../../../../layers/global-max-pooling2d.ts";
import { maxPooling2d } from "../../../../layers/max-pooling2d.ts";
import type { Translation } from "../place.ts";
import { checkLayout, usualPadding } from "./convolutions.ts";

export function pooling(make: typeof maxPooling2d | typeof averagePooling2d): Translation {
  return (config, place) => {
    checkLayout(config, place);
    const poolSize = config.pair(["pool_size", "poolsize"], [2, 2]);
    const strides = config.pair(["strides", "stride"], poolSize);
    const padding = usualPadding(config, place);
    if (config.value("ignore_border") === false)
      place.fail("pooling of windows that are not whole (ignore_border: false) is not supported");
    return (inputs) =>
      place.asImage(
        place.layer((common) => make({ ...common, poolSize, strides, padding }))(place.image(inputs).tensor),
      );
  };
}

export function globalPooling(make: typeof globalMaxPooling2d | typeof globalAveragePooling2d): Translation {
  return (config, place) => {
    checkLayout(config, place);
    const keepdims = config.flag(["keepdims"], false);
    return (inputs) => {
      const tensor = place.layer((common) => make({ ...common, keepdims }))(place.image(inputs).tensor);
      return keepdims ? place.asImage(tensor) : { tensor, shape: tensor.shape, order: "same" };
    };
  };
}

export const maxPooling = pooling(maxPooling2d);
export const averagePooling = pooling(averagePooling2d);
export const globalMaxPooling = globalPooling(globalMaxPooling2d);
export const globalAveragePooling = globalPooling(globalAveragePooling2d);
