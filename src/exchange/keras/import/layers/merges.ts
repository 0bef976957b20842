import { add } from "../../../../layers/add.ts";
import { average } from "../../../../layers/average.ts";
import { concatenate as makeConcatenate } from "../../../../layers/concatenate.ts";
import type { Layer } from "../../../../layers/layer.ts";
import { maximum } from "../../../../layers/maximum.ts";
import { minimum } from "../../../../layers/minimum.ts";
import { multiply } from "../../../../layers/multiply.ts";
import { permute } from "../../../../layers/permute.ts";
import { subtract } from "../../../../layers/subtract.ts";
import { axisOf, toTheEnd } from "../axis.ts";
import type { Common, Place, Translation } from "../place.ts";
import { isSameOrder, plain, type View } from "../view.ts";

/** Inputs whose elements are all in the same order. */
function alike(inputs: readonly View[]): readonly View[] {
  const [first] = inputs;
  if (inputs.every((view) => isSameOrder(view, first!))) return inputs;
  return inputs.map((view): View => {
    if (typeof view.order === "string") return view;
    return { ...view, tensor: plain(view), order: "same" };
  });
}

function merged(place: Place, given: readonly View[], make: (common: Common) => Layer): View {
  if (given.length === 0) place.fail("expected inputs, got none");
  if (given.length === 1) return given[0]!;
  const inputs = alike(given);
  if (!inputs.every((view) => isSameOrder(view, inputs[0]!) && view.shape.length === inputs[0]!.shape.length)) {
    // Keras repeats missing axes in front; where channels come first, those are others than ours.
    if (inputs.some(({ order }) => order === "channelsFirst" || order === "oneChannel"))
      place.fail("inputs with different numbers of axes are not supported");
  }
  const tensor = place.layer(make)(inputs.map((view) => view.tensor));
  const { order } = inputs.reduce((most, view) => (view.shape.length > most.shape.length ? view : most));
  const shape =
    order === "channelsFirst"
      ? place.imageShape(tensor.shape)
      : order === "oneChannel"
        ? tensor.shape.slice(0, 2)
        : tensor.shape;
  return { tensor, shape, order };
}

const makers: Readonly<Record<string, (common: Common) => Layer>> = {
  Add: add,
  Subtract: subtract,
  Multiply: multiply,
  Average: average,
  Maximum: maximum,
  Minimum: minimum,
};

export const elementwise: Translation = (_, place) => (inputs) => merged(place, inputs, makers[place.className]!);

export const concatenate: Translation = (config, place) => {
  const axis = config.whole(["axis"], -1);
  return (inputs) => joined(place, inputs, axis);
};

function joined(place: Place, given: readonly View[], axis: number): View {
  if (given.length === 0) place.fail("expected inputs, got none");
  if (given.length === 1) return given[0]!;
  const ours = axisOf(given[0]!, axis, place);
  const layer = place.layer(makeConcatenate);
  if (given[0]!.shape.length === 1) {
    const tensor = layer(given.map(plain));
    return { tensor, shape: tensor.shape, order: "same" };
  }
  const isFirst = given[0]!.order === "channelsFirst";
  const inputs = given.map(({ tensor }) => tensor);
  const { order } = given[0]!;
  const shapeOf = (shape: readonly number[]) =>
    isFirst ? place.imageShape(shape) : order === "oneChannel" ? shape.slice(0, 2) : shape;
  if (!given.every((view) => isSameOrder(view, given[0]!))) place.fail("expected inputs of the same layout");
  if (ours === 2) {
    const tensor = layer(inputs);
    return { tensor, shape: shapeOf(tensor.shape), order };
  }
  const { last, back } = toTheEnd(ours);
  const tensor = permute({ dims: back })(layer(inputs.map((each) => permute({ dims: last })(each))));
  return { tensor, shape: shapeOf(tensor.shape), order };
}

/** Keras 1's Merge of several inputs. */
export const merge: Translation = (config, place) => {
  const mode = config.text(["mode"], "sum");
  const axis = config.whole(["concat_axis"], -1);
  const modes: Readonly<Record<string, (common: Common) => Layer>> = {
    sum: add,
    mul: multiply,
    ave: average,
    max: maximum,
  };
  config.value(
    "mode_type",
    "dot_axes",
    "output_shape",
    "output_shape_type",
    "output_mask",
    "output_mask_type",
    "arguments",
  );
  if (mode !== "concat" && !Object.hasOwn(modes, mode))
    place.fail(`expected mode "concat", "sum", "mul", "ave" or "max", got ${JSON.stringify(mode)}`);
  return (inputs) => (mode === "concat" ? joined(place, inputs, axis) : merged(place, inputs, modes[mode]!));
};
