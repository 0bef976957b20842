import { concatenate, dense, dropout, flatten, input, type Model, model } from "../../src/index.ts";
import { noise } from "../engine/as-oracle.ts";
import { layerSamples } from "../members/layer-samples.ts";

/** A network with every type of layer, side by side on one image. */
export function everyLayer(): Model {
  const image = input({ shape: [6, 5, 3], name: "image" });
  const ends = Object.values(layerSamples).map((layer) => flatten()(layer(image)));
  ends.push(flatten()(dropout({ rate: 0.1 })(image)));
  const output = dense({ units: 4, activation: "softmax", name: "end" })(concatenate()(ends));
  return model({ inputs: image, outputs: output, name: "every", seed: 2 });
}

export const images = noise([20, 6, 5, 3], 8);
export const labels = Int32Array.from({ length: 20 }, (_, i) => i % 4);
