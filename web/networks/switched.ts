/** Networks with some maps switched off, in a worker. */
import { defineLayer, type Layer, type Model, model, ops, type SymbolicTensor } from "lenet5";
import type { MapPlace } from "../state/adjust.ts";

/** Multiplies each map by its factor: 1, or 0 for one that is off. */
const factors = defineLayer("factors", {
  weights: (_, shape) => ({ factors: { shape: [shape.at(-1)!], initializer: "ones", trainable: false } }),
  call: (x, { weights }) => ops.multiply(x, weights.factors!),
});

/** What is behind the name of a layer, in the name of the layer that switches its maps. */
const SUFFIX = " with maps off";

/** For each network and each set of layers with maps off, the network with switches behind these layers. */
const kept = new WeakMap<Model, Map<string, Model>>();

/**
 * The same network, with the same layers, in which some maps are 0 everywhere: behind each of their layers, a further
 * layer multiplies them by 0. Maps that the network does not have are ignored.
 */
export function switched(net: Model, off: readonly MapPlace[]): Model {
  const maps = off.filter(({ layer, map }) => {
    const found = net.layers.find(({ name }) => name === layer);
    return found && found.type !== "input" && map < found.output.shape.at(-1)!;
  });
  if (maps.length === 0) return net;
  const names = [...new Set(maps.map(({ layer }) => layer))];
  const key = names.toSorted().join("\n");
  const ofNet = kept.get(net) ?? new Map<string, Model>();
  kept.set(net, ofNet);
  const made = ofNet.get(key) ?? withSwitches(net, names);
  ofNet.set(key, made);
  const values = names.map((name): [path: string, values: number[]] => {
    const count = net.getLayer(name).output.shape.at(-1)!;
    const isOff = (map: number) => maps.some((each) => each.layer === name && each.map === map);
    return [`${name}${SUFFIX}/factors`, Array.from({ length: count }, (_, map) => (isOff(map) ? 0 : 1))];
  });
  made.setWeights(Object.fromEntries(values));
  return made;
}

function withSwitches(net: Model, names: readonly string[]): Model {
  const made = new Map<SymbolicTensor, SymbolicTensor>([[net.inputs, net.inputs]]);
  const switches = new Map<Layer, Layer>();
  const again = (tensor: SymbolicTensor): SymbolicTensor => {
    const known = made.get(tensor);
    if (known) return known;
    const { layer } = tensor;
    let output = layer(tensor.inputs.map(again));
    if (names.includes(layer.name)) {
      const own = switches.get(layer) ?? factors({ name: `${layer.name}${SUFFIX}` });
      switches.set(layer, own);
      output = own(output);
    }
    made.set(tensor, output);
    return output;
  };
  return model({ inputs: net.inputs, outputs: again(net.outputs), name: net.name, threads: 1 });
}

/** The outputs of the network's own layers: those of a switch count as those of the layer before it. */
export function ownOutputs<Output extends { readonly name: string }>(layers: readonly Output[]): Output[] {
  const after = new Map(layers.map((layer) => [layer.name, layer]));
  return layers
    .filter(({ name }) => !name.endsWith(SUFFIX))
    .map((layer) => {
      const switching = after.get(layer.name + SUFFIX);
      return switching ? { ...switching, name: layer.name } : layer;
    });
}
