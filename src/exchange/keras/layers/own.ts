import type { Layer } from "../../../layers/layer.ts";
import { layers } from "../../../layers/registry.ts";
import { ownOption } from "../classes.ts";
import type { Translation } from "../place.ts";

/** A layer of the library's own that an export of it registers in Keras: its options are ours. */
export function own(type: "channelSlice" | "subsampling2d" | "rbf" | "conv2d"): Translation {
  return (config, place) => {
    const options = Object.fromEntries(
      config.rest().map(([name, value]) => [ownOption(name), config.value(name) ?? value]),
    );
    return (inputs) => {
      const x = type === "rbf" ? place.one(inputs) : place.image(inputs);
      const make = layers[type] as (options: object) => Layer;
      const layer = place.layer((common) => make({ ...options, ...common }));
      const tensor = layer(x.tensor);
      place.needs(layer);
      return type === "rbf" ? { tensor, shape: tensor.shape, order: "same" } : place.asImage(tensor);
    };
  };
}
