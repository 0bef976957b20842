import { InputError, listed } from "../../core/errors.ts";
import { checkedOptions, choice, type OptionsOf, optional } from "../../core/options.ts";
import { sizeOf, type Tensor } from "../../core/tensor.ts";
import { writeSafetensors } from "../../formats/safetensors.ts";
import { type Graph, graphOf, listOf } from "../../model/graph.ts";
import { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import type { Exported } from "../exported.ts";
import { exportedWeight } from "../exported-weight.ts";
import { factsOf } from "../facts.ts";
import { keepsOrder, reshapedVector } from "../mapping/feature-order.ts";
import { type Place, placesOf, type Slot } from "../mapping/places.ts";
import { torchModule } from "./torch-module.ts";

const options = {
  /**
   * Names and shapes of the weights: "keras" (default), `C1/kernel` as [rows, columns, channels, filters]; "pytorch",
   * `C1.weight` as [filters, channels, rows, columns], with the inputs of a dense layer after `flatten` in the order
   * channel, row, column.
   */
  layout: optional(choice(["keras", "pytorch"]), "keras"),
};

/** Options of `exportSafetensors`. */
export interface ExportSafetensorsOptions extends OptionsOf<typeof options> {}

/** The weights of a model for another program. */
export interface ExportedSafetensors extends Exported {
  /** Lines of Python that load the file `model.safetensors` into a model of Keras or a module of PyTorch. */
  readonly python: string;
}

/** The weights of a model as a safetensors file: see `exportSafetensors` of `exchange.ts`. */
export async function exportSafetensors(
  model: Model<OneOrMore, OneOrMore>,
  given: ExportSafetensorsOptions,
): Promise<ExportedSafetensors> {
  if (!(model instanceof Model)) throw new InputError("exportSafetensors: expected a model");
  const { layout } = checkedOptions("exportSafetensors", options, given);
  const graph = graphOf(listOf(model.inputs), listOf(model.outputs));
  const reshaped = layout === "pytorch" ? reshapedVector(graph) : undefined;
  if (reshaped) {
    throw new InputError(
      `exportSafetensors: layer "${reshaped}" makes maps of features, whose order with channels first is not known: use layout "keras"`,
    );
  }
  const tensors: Record<string, Tensor> = {};
  const places = placesOf(graph);
  for (const place of places) {
    for (const slot of place.slots) {
      const tensor = exportedWeight("exportSafetensors", place.layer, slot.spec.name)!;
      if (layout === "keras") tensors[slot.path] = tensor;
      else tensors[torchName(place, slot)] = turned(slot, tensor);
    }
  }
  const python = torchModule(graph);
  const facts = await factsOf("exportSafetensors", model);
  const metadata = { ...(layout === "pytorch" && { format: "pt" }), "lenet5.layout": layout, ...facts };
  return {
    bytes: writeSafetensors(tensors, metadata),
    beside: {},
    notes: [
      "The file has weights alone: layers and activations are those of the program that loads it.",
      ...(model.training ? ["Left out: the state of training."] : []),
      ...(layout === "pytorch" ? [...connectionNotes(model), ...orderNotes(graph)] : []),
      ...(python === undefined && layout === "pytorch"
        ? ["The Python lines have no class for the network: it has layers or options that PyTorch does not have."]
        : []),
      ...(python === undefined || layout === "keras" ? epsilonNotes(model, layout) : []),
    ],
    python: layout === "keras" ? kerasLines : (python ?? torchLines(places)),
  };
}

/** `C1.weight`, `norm.running_mean` */
function torchName({ name }: Place, { role }: Slot): string {
  const names: Readonly<Record<string, string>> = { mean: "running_mean", variance: "running_var" };
  return `${name}.${names[role] ?? role}`;
}

/** A weight in PyTorch's shape. */
function turned(slot: Slot, { shape, data }: Tensor<Float32Array>): Tensor<Float32Array> {
  const { shapes, offsets } = slot.form("pytorch");
  const made = new Float32Array(sizeOf(shape));
  const index = shape.map(() => 0);
  for (const value of data) {
    let at = 0;
    for (let axis = 0; axis < shape.length; axis++) at += offsets[axis]![index[axis]!]!;
    made[at] = value;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      if (index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return { shape: shapes[0]!, data: made };
}

/** PyTorch has no connection tables: what they leave out are zeros there. */
function connectionNotes({ layers }: Model<OneOrMore, OneOrMore>): string[] {
  return layers
    .filter(({ config }) => config.connectionTable !== undefined)
    .map(
      ({ name }) =>
        `"${name}" is a full convolution there, with zeros in place of what its connectionTable leaves out.`,
    );
}

/** Outputs that are flattened maps, whose numbers a program with channels first has in another order. */
function orderNotes(graph: Graph): string[] {
  const isKept = keepsOrder(graph);
  return graph.outputs
    .filter((output) => output.shape.length === 1 && isKept(output) !== true)
    .map(({ layer }) => `The outputs of "${layer.name}" stand in another order there, whose channels come first.`);
}

/** PyTorch's modules have another epsilon than Keras's layers, and the file has none. */
function epsilonNotes({ layers }: Model<OneOrMore, OneOrMore>, layout: string): string[] {
  const others = layers.filter(({ type, config }) => /Normalization$/.test(type) && config.epsilon !== undefined);
  const [usual, argument] = layout === "keras" ? [1e-3, "epsilon"] : [1e-5, "eps"];
  return others
    .filter(({ config }) => config.epsilon !== usual)
    .map(({ name, config }) => `Give "${name}" there ${argument}=${config.epsilon}, which is not the default.`);
}

const kerasLines = `from safetensors.numpy import load_file

# model: a Keras model with layers of these names
weights = load_file("model.safetensors")
for layer in model.layers:
    if layer.weights:
        layer.set_weights([weights[f"{layer.name}/{weight.name}"] for weight in layer.weights])
`;

function torchLines(places: readonly Place[]): string {
  const names = listed(
    places.slice(0, 20).map(({ name }) => name),
    "and",
  );
  return `from safetensors.torch import load_file

# net: a torch.nn.Module whose modules are called ${names}
net.load_state_dict(load_file("model.safetensors"))
net.eval()
`;
}
