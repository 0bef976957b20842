import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { readSafetensors } from "../../formats/safetensors.ts";
import { type ModelFile, opened } from "../given-file.ts";
import type { Imported } from "../imported.ts";
import { importedWeights } from "../mapping/imported-weights.ts";
import type { Layout } from "../mapping/layouts.ts";
import { weightsOptions } from "../mapping/options.ts";

/** Options of `importSafetensors`. */
export interface SafetensorsImportOptions extends OptionsOf<typeof weightsOptions> {}

/** What programs write into the metadata. */
const layoutsOf: Readonly<Record<string, Layout>> = { pt: "pytorch", tf: "keras", flax: "keras", mlx: "mlx" };

/** A network with the weights of a safetensors file: see `importSafetensors` of `exchange.ts`. */
export async function importSafetensors(given: ModelFile, options: SafetensorsImportOptions): Promise<Imported> {
  const config = checkedOptions("importSafetensors", weightsOptions, options);
  const { name: file, bytes } = await opened("importSafetensors", given);
  const { tensors, metadata } = readSafetensors(bytes, file);
  const said = metadata.layout ?? metadata.format;
  const layout = said !== undefined && Object.hasOwn(layoutsOf, said) ? layoutsOf[said] : undefined;
  const named = [...tensors].map(([name, { shape, data }]) => ({
    name,
    shape,
    type: typeName(data),
    values: () => data,
  }));
  return importedWeights({ file, tensors: named, inOrder: false, layouts: layout && [layout] }, config, {
    source: "safetensors",
    notes: [],
  });
}

function typeName(data: object): string {
  return data.constructor.name.replace("Array", "").toLowerCase();
}
