import { type Hdf5Dataset, type Hdf5Group, writeHdf5 } from "../../formats/hdf5/write.ts";
import type { Layer } from "../../layers/layer.ts";
import { exportedWeight } from "../exported-weight.ts";
import type { FunctionalLayer } from "./functional.ts";

/**
 * Keras 3's weight file: a group for each layer, named after its class and numbered from the second one on, with its
 * weights as `vars/0`, `vars/1`, ... (keras/src/saving/saving_lib.py).
 */
export function weightFile(
  layers: readonly FunctionalLayer[],
  optimizer: { readonly name: string; readonly datasets: Record<string, Hdf5Dataset> } | undefined,
  modelName: string,
): Promise<Uint8Array> {
  const used = new Map<string, number>();
  const groups = layers.map(({ class_name, name, layer }) => {
    const base = groupName(class_name);
    const count = used.get(base) ?? 0;
    used.set(base, count + 1);
    return [count === 0 ? base : `${base}_${count}`, withVariables(name, layer ? weightsOf(layer) : {})] as const;
  });
  return writeHdf5({
    groups: {
      layers: { groups: Object.fromEntries(groups) },
      ...(optimizer && { optimizer: withVariables(optimizer.name, optimizer.datasets) }),
      vars: { attributes: { name: modelName } },
    },
  });
}

function withVariables(name: string, datasets: Record<string, Hdf5Dataset>): Hdf5Group {
  return { groups: { vars: { attributes: { name }, datasets } } };
}

function weightsOf(layer: Layer): Record<string, Hdf5Dataset> {
  const names = [...layer.variables.keys()];
  return Object.fromEntries(names.map((name, i) => [String(i), exportedWeight("exportKeras", layer, name)!]));
}

/** A group of a class: `Conv2D` -> `conv2d`, `PReLU` -> `p_re_lu` (Keras's `to_snake_case`). */
export function groupName(className: string): string {
  return className
    .replaceAll(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replaceAll(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
