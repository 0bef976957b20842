import { sizeOf } from "../../../../core/tensor.ts";
import { batchNormalization } from "../../../../layers/batch-normalization.ts";
import { groupNormalization } from "../../../../layers/group-normalization.ts";
import type { Layer, SymbolicTensor } from "../../../../layers/layer.ts";
import { layerNormalization } from "../../../../layers/layer-normalization.ts";
import { permute } from "../../../../layers/permute.ts";
import { rescaling as makeRescaling } from "../../../../layers/rescaling.ts";
import { unitNormalization } from "../../../../layers/unit-normalization.ts";
import { axisOf, toTheEnd } from "../axis.ts";
import { type NeededWeight, reordered, type WeightForm } from "../needs.ts";
import type { Forms, Place, Translation } from "../place.ts";
import { weightOptions } from "../values.ts";
import { kept, kerasPlace, type View } from "../view.ts";

/**
 * Applies a layer that works along our last axis to another one. `axis` counts Keras's axes with the batch, or from the
 * last back.
 */
function along(place: Place, x: View, axis: number, apply: (tensor: SymbolicTensor) => SymbolicTensor): View {
  const ours = axisOf(x, axis, place);
  if (x.shape.length === 1 || ours === 2) return kept(x, apply(x.tensor));
  const { last, back } = toTheEnd(ours);
  return kept(x, permute({ dims: back })(apply(permute({ dims: last })(x.tensor))));
}

/** The forms of weights that have a number for each element of the last axis. */
function vectorForms(x: View, names: readonly string[]): Forms {
  if (typeof x.order === "string") return {};
  const shape = x.shape;
  const form: WeightForm = { shape, convert: reordered(sizeOf(shape), kerasPlace(x)) };
  return Object.fromEntries(names.map((name) => [name, [form]]));
}

function normalizing(make: (common: { name: string; trainable: boolean }) => Layer, axis: number, place: Place) {
  return (inputs: readonly View[]): View => {
    const x = place.one(inputs);
    return along(place, x, axis, (tensor) => {
      const layer = place.layer(make);
      const y = layer(tensor);
      place.needs(layer, vectorForms(x, ["gamma", "beta", "moving_mean", "moving_variance"]));
      return y;
    });
  };
}

export const batch: Translation = (config, place) => {
  const { age } = place;
  const mode = config.whole(["mode"], 0);
  if (mode !== 0) place.fail(`expected mode 0, which takes running statistics, got ${mode}`);
  if (config.value("renorm") === true) place.fail("batch renormalization is not supported");
  const axis = config.whole(["axis"], -1);
  const epsilon = config.number(["epsilon"], 1e-3);
  const options = {
    momentum: config.number(["momentum"], 0.99),
    center: config.flag(["center"], true),
    scale: config.flag(["scale"], true),
    ...weightOptions(config, place, ["gamma", "beta"], { hasInitializers: false }),
  };
  if (age.keras > 0)
    return normalizing((common) => batchNormalization({ ...options, epsilon, ...common }), axis, place);
  // Keras 0 keeps standard deviations: (x - mean) / (deviation + epsilon).
  return (inputs) => {
    const x = place.one(inputs);
    return along(place, x, axis, (tensor) => {
      const layer = place.layer((common) => batchNormalization({ ...options, epsilon: 0, ...common }));
      const y = layer(tensor);
      const forms = vectorForms(x, ["gamma", "beta", "moving_mean"]);
      const reorder = reordered(sizeOf(x.shape.slice(-1)), kerasPlace(x));
      const { shape } = layer.built.weights[0]!;
      const convert = (data: Float32Array) => reorder(data).map((deviation) => (deviation + epsilon) ** 2);
      place.needs(layer, { ...forms, moving_variance: [{ shape, convert }] });
      return y;
    });
  };
};

export const layer: Translation = (config, place) => {
  if (config.value("rms_scaling") === true) place.fail("rms_scaling is not supported");
  const axis = config.whole(["axis"], -1);
  const options = {
    epsilon: config.number(["epsilon"], 1e-3),
    center: config.flag(["center"], true),
    scale: config.flag(["scale"], true),
    ...weightOptions(config, place, ["gamma", "beta"]),
  };
  return normalizing((common) => layerNormalization({ ...options, ...common }), axis, place);
};

export const group: Translation = (config, place) => {
  const groups = config.whole(["groups"], 32);
  const axis = config.whole(["axis"], -1);
  const options = {
    epsilon: config.number(["epsilon"], 1e-3),
    center: config.flag(["center"], true),
    scale: config.flag(["scale"], true),
    ...weightOptions(config, place, ["gamma", "beta"]),
  };
  const apply = normalizing((common) => groupNormalization({ ...options, groups, ...common }), axis, place);
  return (inputs) => {
    if (typeof place.one(inputs).order !== "string")
      place.fail("a flattened image with its channels first is not supported");
    return apply(inputs);
  };
};

export const unit: Translation = (config, place) => {
  const axis = config.whole(["axis"], -1);
  return normalizing((common) => unitNormalization(common), axis, place);
};

/** scale x + offset; one of the two may have a number for each channel. */
export const rescaling: Translation = (config, place) => {
  const [scale, offset] = [numbersOf(config.value("scale") ?? 1), numbersOf(config.value("offset") ?? 0)];
  if (!scale || !offset) return place.fail("expected numbers as scale and offset");
  return (inputs) => affine(place, place.one(inputs), -1, { scale, offset });
};

/** (x - mean) / deviation, by the config or by weights of the file. */
export const normalization: Translation = (config, place) => {
  if (config.value("invert") === true) place.fail("an inverted normalization is not supported");
  const axis = config.value("axis");
  const isWhole = axis === undefined || (Array.isArray(axis) && axis.length === 0);
  const along = isWhole ? -1 : config.whole(["axis"]);
  const [mean, variance] = [numbersOf(config.value("mean")), numbersOf(config.value("variance"))];
  return (inputs) => {
    const x = place.one(inputs);
    if (mean && variance) {
      const deviation = variance.map((value) => Math.max(Math.sqrt(value), 1e-7));
      const count = Math.max(mean.length, deviation.length);
      const at = (list: readonly number[], i: number) => list[list.length === 1 ? 0 : i]!;
      const each = Array.from({ length: count }, (_, i) => [1 / at(deviation, i), -at(mean, i) / at(deviation, i)]);
      return affine(place, x, along, { scale: each.map(([a]) => a!), offset: each.map(([, b]) => b!) });
    }
    return learned(place, x, along, isWhole);
  };
};

/** The most channels that one number of a file is repeated for. */
const MAX_REPEATED = 100_000;

/** A normalization whose statistics are weights: a batch normalization that is frozen. */
function learned(place: Place, x: View, axis: number, isWhole: boolean): View {
  return along(place, x, axis, (tensor) => {
    const layer = place.layer(({ name }) =>
      batchNormalization({ name, trainable: false, center: false, scale: false, epsilon: 0 }),
    );
    const y = layer(tensor);
    const channels = tensor.shape[tensor.shape.length - 1]!;
    // The file has one number for all of them.
    if (isWhole && channels > MAX_REPEATED) place.fail(`expected at most ${MAX_REPEATED} channels, got ${channels}`);
    const formsOf = (change: (value: number) => number): WeightForm[] => {
      if (isWhole) return [{ shape: [], convert: (data) => new Float32Array(channels).fill(change(data[0]!)) }];
      const reorder = reordered(channels, kerasPlace(x));
      return [{ shape: [channels], convert: (data) => reorder(data).map(change) }];
    };
    const into = (name: string, weight: string, change: (value: number) => number): NeededWeight => ({
      name,
      forms: formsOf(change),
      to: { layer, weight, shape: [channels] },
      trains: false,
    });
    const count = ["count"].map(
      (name): NeededWeight => ({ name, forms: [{ shape: [] }], to: undefined, trains: false }),
    );
    place.needsAll([
      into("mean", "moving_mean", (value) => value),
      // Keras divides by at least 1e-7.
      into("variance", "moving_variance", (value) => Math.max(value, 1e-14)),
      ...count,
    ]);
    return y;
  });
}

/** scale x + offset; with a number for each element of an axis, a batch normalization that is frozen. */
function affine(
  place: Place,
  x: View,
  axis: number,
  { scale, offset }: { scale: readonly number[]; offset: readonly number[] },
): View {
  const [one, other] = [single(scale), single(offset)];
  if (one !== undefined && other !== undefined)
    return kept(x, place.layer((common) => makeRescaling({ ...common, scale: one, offset: other }))(x.tensor));
  return along(place, x, axis, (tensor) => {
    const channels = tensor.shape[tensor.shape.length - 1]!;
    for (const list of [scale, offset])
      if (list.length !== 1 && list.length !== channels)
        place.fail(`expected a number for each of ${channels} channels, got ${list.length}`);
    const layer = place.layer(({ name }) => batchNormalization({ name, trainable: false, epsilon: 0 }));
    const y = layer(tensor);
    const from = kerasPlace(x);
    const each = (list: readonly number[]) =>
      Float32Array.from({ length: channels }, (_, i) => list[list.length === 1 ? 0 : from(i)]!);
    const [zeros, ones] = [new Float32Array(channels), new Float32Array(channels).fill(1)];
    place.fix(layer, { gamma: each(scale), beta: each(offset), moving_mean: zeros, moving_variance: ones });
    return y;
  });
}

/** Numbers in lists of any depth; undefined where something else is among them. */
function numbersOf(value: unknown): number[] | undefined {
  const list = (Array.isArray(value) ? value.flat(4) : [value]) as unknown[];
  return list.length > 0 && list.every((each) => Number.isFinite(each)) ? (list as number[]) : undefined;
}

function single(list: readonly number[]): number | undefined {
  return list.every((each) => each === list[0]) ? list[0] : undefined;
}
