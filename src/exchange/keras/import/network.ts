import type { Shape } from "../../../core/tensor.ts";
import type { Hdf5Group } from "../../../formats/hdf5/read.ts";
import type { Layer } from "../../../layers/layer.ts";
import type { LayerType } from "../../../layers/registry.ts";
import { graphOf, listOf } from "../../../model/graph.ts";
import type { Model } from "../../../model/model.ts";
import type { OneOrMore } from "../../../model/model-options.ts";
import { type FeatureOrder, featureOrders } from "../../mapping/feature-order.ts";
import { kerasClasses } from "../classes.ts";
import { type Backend, isTheano, majorOf, type Written } from "./age.ts";
import { kernelForms } from "./layers/convolutions.ts";
import { type NeededLayer, reordered, type WeightForm } from "./needs.ts";
import type { Age } from "./place.ts";
import { foundInFile, isLegacy, legacyGroups } from "./weight-files.ts";
import { takenWeights } from "./weights.ts";

/**
 * A copy of a network of ours with the weights of a file of Keras, in the order of its layers.
 * @throws InputError for weights that do not fit
 */
export function intoNetwork(
  file: string,
  root: Hdf5Group,
  written: Written,
  { network, backend }: { readonly network: Model<OneOrMore, OneOrMore>; readonly backend?: Backend | undefined },
): { model: Model<OneOrMore, OneOrMore>; notes: Set<string> } {
  const notes = new Set<string>();
  const model = network.clone();
  const age = ageOfWeights(file, root, written, { backend, layers: model.layers, notes });
  const needed = neededOf(model, age);
  const found = foundInFile(file, root, needed, notes);
  const weights = takenWeights(file, found, new Map());
  for (const [layer, values] of weights)
    model.setWeights(
      Object.fromEntries(Object.entries(values).map(([name, value]) => [`${layer.name}/${name}`, value])),
    );
  notes.add("The file has weights alone: layers, activations and options are those of the given network.");
  return { model, notes };
}

/** The weights of a network's layers as Keras keeps them. */
function neededOf({ layers, inputs, outputs }: Model<OneOrMore, OneOrMore>, age: Age): NeededLayer[] {
  const orderOf = featureOrders(graphOf(listOf(inputs), listOf(outputs)));
  return layers.flatMap((layer, index): NeededLayer[] => {
    const className = kerasClasses[layer.type as LayerType] ?? layer.type;
    const input = layer.output.inputs[0];
    const order = age.channelsFirst && input?.shape.length === 1 ? orderOf(input) : undefined;
    const weights = layer.built.weights.map(({ name, shape, trainable = true }) => ({
      name,
      forms: formsOf(layer, name, shape, age, order),
      to: { layer, weight: name, shape },
      trains: trainable,
    }));
    return weights.length === 0 ? [] : [{ index, name: layer.name, className, models: [], weights }];
  });
}

function formsOf(layer: Layer, name: string, shape: Shape, age: Age, order: FeatureOrder): WeightForm[] {
  if (layer.type === "conv2d" && name === "kernel") return kernelForms(age, shape);
  if (!order || (name === "bias" && layer.type === "dense")) return [{ shape }];
  // Features of images whose channels come first in the file.
  const width = shape.length === 2 ? shape[1]! : 1;
  const from = (index: number) => order[Math.floor(index / width)]! * width + (index % width);
  return [{ shape, convert: reordered(order.length * width, from) }];
}

/** How the weights of a file that does not say its layers are to be read. */
function ageOfWeights(
  file: string,
  root: Hdf5Group,
  { version, backend }: Written,
  { backend: given, layers, notes }: { backend: Backend | undefined; layers: readonly Layer[]; notes: Set<string> },
): Age {
  const weights = root.groups.get("model_weights") ?? root;
  const keras = majorOf(version) ?? (isLegacy(weights) ? 1 : 3);
  if (keras > 1) return { keras, channelsFirst: false, tfjs: false, theano: (given ?? backend) === "theano" };
  const kernel = legacyGroups(file, weights)
    .flatMap((group) => group.weights)
    .find(({ shape }) => shape.length === 4);
  const ours = layers.find(({ type }) => type === "conv2d")?.built.weights[0]?.shape;
  if (!kernel || !ours) return { keras, channelsFirst: false, tfjs: false, theano: false };
  const channelsFirst = kernel.shape.join() !== ours.join();
  if (channelsFirst) notes.add("Kernels [filters, channels, rows, columns] show that its channels come first.");
  return { keras, channelsFirst, tfjs: false, theano: isTheano({ keras, channelsFirst, backend, given }, notes) };
}
