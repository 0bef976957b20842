import { dropout as makeDropout } from "../../../../layers/dropout.ts";
import { gaussianDropout } from "../../../../layers/gaussian-dropout.ts";
import { gaussianNoise } from "../../../../layers/gaussian-noise.ts";
import { spatialDropout2d } from "../../../../layers/spatial-dropout2d.ts";
import type { Place, Translation } from "../place.ts";
import { kept, type View } from "../view.ts";
import { checkLayout } from "./convolutions.ts";

export const dropout: Translation = (config, place) => {
  const rate = config.number(["rate", "p"]);
  if (config.value("noise_shape") !== undefined)
    place.note(`layer "${place.kerasName}": its noise_shape was left out: every element is dropped by itself.`);
  return passing(place, rate, (x) => place.layer((common) => makeDropout({ ...common, rate }))(x.tensor));
};

export const spatialDropout: Translation = (config, place) => {
  checkLayout(config, place);
  const rate = config.number(["rate", "p"]);
  return passing(place, rate, (x) => place.layer((common) => spatialDropout2d({ ...common, rate }))(x.tensor));
};

export const gaussianDropoutLayer: Translation = (config, place) => {
  const rate = config.number(["rate", "p"]);
  return passing(place, rate, (x) => place.layer((common) => gaussianDropout({ ...common, rate }))(x.tensor));
};

export const gaussianNoiseLayer: Translation = (config, place) => {
  const stddev = config.number(["stddev", "sigma"]);
  return passing(place, 0, (x) => place.layer((common) => gaussianNoise({ ...common, stddev }))(x.tensor));
};

/** A layer that passes its input in inference. */
function passing(place: Place, rate: number, apply: (x: View) => View["tensor"]): (inputs: readonly View[]) => View {
  return (inputs) => {
    const x = place.one(inputs);
    if (rate < 1) return kept(x, apply(x));
    place.note(`layer "${place.kerasName}" was left out: it drops everything in training (rate ${rate}).`);
    return x;
  };
}
