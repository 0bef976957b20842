import { InputError } from "../../core/errors.ts";
import type { ConfigOf } from "../../core/options.ts";
import { Model } from "../../model/model.ts";
import { type Imported, UNKNOWN_SCALE } from "../imported.ts";
import { mapWeights } from "./map-weights.ts";
import type { NamedTensor, WeightsFile } from "./named-tensor.ts";
import type { weightsOptions } from "./options.ts";

/** The network of the options with the weights of a file. @throws InputError where no network is given */
export async function importedWeights(
  weights: WeightsFile,
  { network, layout, map, ...engine }: ConfigOf<typeof weightsOptions>,
  { source, notes }: Pick<Imported, "source" | "notes">,
): Promise<Imported> {
  if (!network) throw new InputError(`${weights.file}: ${withoutNetwork(weights.tensors)}`);
  const mapped = await mapWeights(weights, network, { layout, map });
  // Threads and numerics are those of the network, where the options do not say others.
  const model = Model.onEngine(mapped.model as Model, engine);
  return { model, source, notes: [...notes, ...mapped.notes, UNKNOWN_SCALE], mapping: mapped.mapping };
}

/** The tensors of a file, which a network must fit. */
function withoutNetwork(tensors: readonly NamedTensor[]): string {
  const shown = tensors.slice(0, 40).map(({ name, shape }) => `${name} [${shape.join(", ")}]`);
  const more = tensors.length > shown.length ? ` and ${tensors.length - shown.length} more` : "";
  return `it has weights and no layers: give the network that they belong to, the option network. Its ${tensors.length} tensors: ${shown.join(", ")}${more}`;
}
