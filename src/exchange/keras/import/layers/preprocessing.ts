import { InputError } from "../../../../core/errors.ts";
import { cropping2d } from "../../../../layers/cropping2d.ts";
import type { Layer } from "../../../../layers/layer.ts";
import { randomRotation } from "../../../../layers/random-rotation.ts";
import { randomTranslation } from "../../../../layers/random-translation.ts";
import { randomZoom } from "../../../../layers/random-zoom.ts";
import { upSampling2d } from "../../../../layers/up-sampling2d.ts";
import type { Config } from "../config.ts";
import { type Common, type Place, shapeText, type Translation } from "../place.ts";
import { kept, type View } from "../view.ts";
import { checkLayout } from "./convolutions.ts";

/** Augmentation that the library has, where it takes the options; else it is left out: it changes nothing in inference. */
function augmentation(optionsOf: (config: Config) => (common: Common) => Layer): Translation {
  return (config, place) => {
    checkLayout(config, place);
    const make = optionsOf(config);
    return (inputs): View => {
      const x = place.one(inputs);
      try {
        return kept(x, place.layer(make)(place.image(inputs).tensor));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        return leftOut(place, x);
      }
    };
  };
}

function leftOut(place: Place, x: View): View {
  place.note(
    `layer "${place.kerasName}" (${place.className}) was left out: it changes images in training only, and the library has no such layer.`,
  );
  return x;
}

/** How pixels between pixels and beyond the edges are made. */
function resamplingOf(config: Config) {
  const fillMode = config.text(["fill_mode"], "reflect");
  const fillValue = config.number(["fill_value"], 0);
  return {
    fillMode: fillMode as "reflect",
    interpolation: config.text(["interpolation"], "bilinear") as "bilinear",
    ...(fillMode === "constant" && { fillValue }),
  };
}

function factorOf(config: Config, names: readonly string[]): number {
  return config.value(...names) as number;
}

export const rotation = augmentation((config) => {
  const options = { factor: factorOf(config, ["factor"]), ...resamplingOf(config) };
  return (common) => randomRotation({ ...common, ...options });
});

export const translation = augmentation((config) => {
  const [heightFactor, widthFactor] = [factorOf(config, ["height_factor"]), factorOf(config, ["width_factor"])];
  const options = { heightFactor, widthFactor, ...resamplingOf(config) };
  return (common) => randomTranslation({ ...common, ...options });
});

export const zoom = augmentation((config) => {
  const widthFactor = factorOf(config, ["width_factor"]);
  const options = {
    heightFactor: factorOf(config, ["height_factor"]),
    ...(widthFactor !== undefined && { widthFactor }),
    ...resamplingOf(config),
  };
  return (common) => randomZoom({ ...common, ...options });
});

/** Augmentation that the library does not have. */
export const otherAugmentation: Translation = (config, place) => {
  config.ignoreRest();
  return (inputs) => leftOut(place, place.one(inputs));
};

/** Layers that the library has no use for outside of training. */
export const onlyInTraining: Translation = (config, place) => otherAugmentation(config, place);

/** AutoKeras's layer in front of every network: numbers are float32 here. */
export const toFloat32: Translation = (_, place) => (inputs) => place.one(inputs);

/** AutoKeras's layer that makes [rows, columns, 1] of [rows, columns]. */
export const expandLastDim: Translation = (_, place) => (inputs) => {
  const { tensor, shape, order } = place.one(inputs);
  if (order !== "oneChannel" || place.age.channelsFirst)
    place.fail(`expected [None, rows, columns] as input, channels last, got ${shapeText(shape)}`);
  return { tensor, shape: tensor.shape, order: "same" };
};

/** Resizing to the size that the image has, or to a multiple of it. */
export const resizing: Translation = (config, place) => {
  checkLayout(config, place);
  const [height, width] = [config.whole(["height"]), config.whole(["width"])];
  const interpolation = config.text(["interpolation"], "bilinear");
  config.value("fill_mode", "fill_value", "antialias");
  const keepsShape =
    ["crop_to_aspect_ratio", "pad_to_aspect_ratio"].filter((name) => config.flag([name], false)).length > 0;
  return (inputs) => {
    const x = place.image(inputs);
    const [rows, columns] = x.tensor.shape as [number, number, number];
    if (rows === height && columns === width) return x;
    const size: [number, number] = [height / rows, width / columns];
    const isKnown = interpolation === "nearest" || interpolation === "bilinear";
    const isOther = interpolation === "bilinear" && place.age.tfjs; // its corners stay where they are
    if (!isKnown || isOther || keepsShape || !size.every(Number.isInteger))
      place.fail(
        `resizing ${rows}x${columns} to ${height}x${width} (${interpolation}) is not supported, only to a multiple: resize the pictures before`,
      );
    return place.asImage(
      place.layer((common) => upSampling2d({ ...common, size, interpolation: interpolation as "bilinear" }))(x.tensor),
    );
  };
};

/** The middle of an image. */
export const centerCrop: Translation = (config, place) => {
  checkLayout(config, place);
  const [height, width] = [config.whole(["height"]), config.whole(["width"])];
  return (inputs) => {
    const x = place.image(inputs);
    const [rows, columns] = x.tensor.shape as [number, number, number];
    const [vertical, horizontal] = [rows - height, columns - width];
    if (vertical === 0 && horizontal === 0) return x;
    if (vertical < 0 || horizontal < 0)
      place.fail(`cropping ${rows}x${columns} to ${height}x${width} is not supported`);
    const [top, left] = [Math.floor(vertical / 2), Math.floor(horizontal / 2)];
    const cropping = [
      [top, vertical - top],
      [left, horizontal - left],
    ] as const;
    return place.asImage(place.layer((common) => cropping2d({ ...common, cropping }))(x.tensor));
  };
};
