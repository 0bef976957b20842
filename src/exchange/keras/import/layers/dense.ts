import { sizeOf } from "../../../../core/tensor.ts";
import { conv2d } from "../../../../layers/conv2d.ts";
import { dense as makeDense } from "../../../../layers/dense.ts";
import { reshape } from "../../../../layers/reshape.ts";
import { reordered, type WeightForm } from "../needs.ts";
import type { Translation } from "../place.ts";
import { activated, activationOf, weightOptions } from "../values.ts";
import { kerasPlace } from "../view.ts";

/** A Dense layer of a vector; of an image or a matrix, it goes along the last axis, as a 1x1 convolution does. */
export const dense: Translation = (config, place) => {
  const units = config.whole(["units", "output_dim"]);
  const useBias = config.flag(["use_bias", "bias"], true);
  const activation = activationOf(place, config.value("activation"));
  const rules = weightOptions(config, place, ["kernel", "bias"]);
  return (inputs) => {
    const x = place.one(inputs);
    const options = { ...rules, useBias, activation: activation.name };
    if (x.shape.length === 1) {
      const layer = place.layer((common) => makeDense({ ...options, ...common, units }));
      const tensor = layer(x.tensor);
      const [features] = x.shape as [number];
      const from = kerasPlace(x);
      const rows = reordered(features * units, (index) => from(Math.floor(index / units)) * units + (index % units));
      const kernel: WeightForm = { shape: [features, units], ...(x.order !== "same" && { convert: rows }) };
      if (kernel.convert)
        place.note(
          `The rows of "${place.kerasName}" are in another order than in the file: its channels come first, ours last.`,
        );
      place.needs(layer, { kernel: [kernel] });
      return activated(place, { tensor, shape: [units], order: "same" }, activation);
    }
    if (x.order === "channelsFirst") place.fail("a Dense along the columns of an image is not supported");
    const isMatrix = x.order === "oneChannel";
    const [rows, columns] = x.shape as [number, number];
    const image = isMatrix ? reshape({ targetShape: [rows, 1, columns] })(x.tensor) : x.tensor;
    const layer = place.layer((common) => conv2d({ ...options, ...common, filters: units, kernelSize: 1 }));
    const y = layer(image);
    const features = sizeOf(x.shape.slice(-1));
    place.needs(layer, { kernel: [{ shape: [features, units] }] });
    if (!isMatrix) return activated(place, { tensor: y, shape: y.shape, order: "same" }, activation);
    const tensor = reshape({ targetShape: [rows, units, 1] })(y);
    return activated(place, { tensor, shape: [rows, units], order: "oneChannel" }, { ...activation, name: "linear" });
  };
};
