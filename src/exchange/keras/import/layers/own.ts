import { channelSlice } from "../../../../layers/channel-slice.ts";
import { rbf as makeRbf } from "../../../../layers/rbf.ts";
import { subsampling2d } from "../../../../layers/subsampling2d.ts";
import type { Translation } from "../place.ts";
import { activationOf } from "../values.ts";

// Layers of the 1998 network and others that an export of ours registers in Keras.

export const subsampling: Translation = (config, place) => {
  const poolSize = config.pair(["pool_size"], [2, 2]);
  const strides = config.pair(["strides"], poolSize);
  const { name: activation } = activationOf(place, config.value("activation"));
  config.value("coefficient_initializer", "bias_initializer");
  return (inputs) => {
    const layer = place.layer((common) => subsampling2d({ ...common, poolSize, strides, activation }));
    const tensor = layer(place.image(inputs).tensor);
    place.needs(layer);
    return place.asImage(tensor);
  };
};

export const rbf: Translation = (config, place) => {
  const units = config.whole(["units"]);
  config.value("centres_initializer");
  return (inputs) => {
    const layer = place.layer((common) => makeRbf({ ...common, units }));
    const tensor = layer(place.one(inputs).tensor);
    place.needs(layer);
    return { tensor, shape: tensor.shape, order: "same" };
  };
};

export const slice: Translation = (config, place) => {
  const start = config.whole(["start"]);
  const count = config.value("count") === undefined ? undefined : config.whole(["count"]);
  return (inputs) => {
    const layer = place.layer((common) => channelSlice({ ...common, start, ...(count !== undefined && { count }) }));
    const tensor = layer(place.one(inputs).tensor);
    return tensor.shape.length === 3 ? place.asImage(tensor) : { tensor, shape: tensor.shape, order: "same" };
  };
};
