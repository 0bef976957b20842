import { activation as makeActivation } from "../../../../layers/activation.ts";
import { prelu as makePrelu } from "../../../../layers/prelu.ts";
import { transposed } from "../needs.ts";
import type { Translation } from "../place.ts";
import { activated, activationOf, checkLastAxis, rectifierOf, weightOptions } from "../values.ts";
import { kept, plain } from "../view.ts";

export const activation: Translation = (config, place) => {
  const { name, after } = activationOf(place, config.value("activation"));
  return (inputs) => {
    const x = place.one(inputs);
    if (after.length > 0) return activated(place, x, { name, after });
    if (name === "softmax" || name === "log_softmax") checkLastAxis(place, x);
    return kept(x, place.layer((common) => makeActivation({ ...common, activation: name }))(x.tensor));
  };
};

/** LeakyReLU, ELU, ReLU, ThresholdedReLU. */
export const rectifier: Translation = (config, place) => {
  const make = rectifierOf(config, place.className)!;
  return (inputs) => {
    const x = place.one(inputs);
    return kept(x, place.layer(make)(x.tensor));
  };
};

export const softmax: Translation = (config, place) => {
  const axis = config.whole(["axis"], -1);
  return (inputs) => {
    const x = place.one(inputs);
    if (axis !== -1 && axis !== x.shape.length) place.fail(`expected a softmax along the last axis, got axis ${axis}`);
    checkLastAxis(place, x);
    return kept(x, place.layer((common) => makeActivation({ ...common, activation: "softmax" }))(x.tensor));
  };
};

export const prelu: Translation = (config, place) => {
  const shared = config.shape(["shared_axes"]) ?? [];
  const rules = weightOptions(config, place, ["alpha"]);
  return (inputs) => {
    const x = place.one(inputs);
    const first = x.order === "channelsFirst";
    // The axis of ours that each axis of Keras's image is.
    const axes = (shared as number[]).map((axis) => (first ? (axis === 1 ? 3 : axis - 1) : axis));
    const tensor = first || x.order === "same" ? x.tensor : plain(x);
    const layer = place.layer((common) => makePrelu({ ...rules, ...common, sharedAxes: axes }));
    const y = layer(tensor);
    const { shape } = layer.built.weights[0]!;
    const theirs = first ? [shape[2]!, shape[0]!, shape[1]!] : shape;
    const form = first ? { shape: theirs, convert: transposed(theirs, [1, 2, 0]) } : { shape };
    place.needs(layer, { alpha: [form] });
    if (first) return kept(x, y);
    return x.order === "oneChannel"
      ? place.fail("a matrix as input is not supported")
      : { ...x, tensor: y, order: "same" };
  };
};
