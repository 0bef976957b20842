import { InputError } from "../../core/errors.ts";
import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { visible } from "../../core/visible.ts";
import { readSafetensors } from "../../formats/safetensors.ts";
import { takeFacts } from "../facts.ts";
import { type ModelFile, opened } from "../given-file.ts";
import type { Imported } from "../imported.ts";
import { importedWeights } from "../mapping/imported-weights.ts";
import { type Layout, layoutNames } from "../mapping/layouts.ts";
import { weightsOptions } from "../mapping/options.ts";

/** Options of `importSafetensors`. */
export interface ImportSafetensorsOptions extends OptionsOf<typeof weightsOptions> {}

/** What programs write into the metadata, as `format`. */
const layoutsOf: Readonly<Record<string, Layout>> = { pt: "pytorch", tf: "keras", flax: "keras", mlx: "mlx" };

/** A network with the weights of a safetensors file: see `importSafetensors` of `exchange.ts`. */
export async function importSafetensors(given: ModelFile, options: ImportSafetensorsOptions): Promise<Imported> {
  const config = checkedOptions("importSafetensors", weightsOptions, options);
  const { name: file, bytes } = await opened("importSafetensors", given);
  const { tensors, metadata } = readSafetensors(bytes, file);
  if (metadata.architecture !== undefined)
    throw new InputError(`${file}: a model file of this library, with its network: use loadModel`);
  const named = [...tensors].map(([name, { shape, data }]) => {
    const type = data.constructor.name.replace("Array", "").toLowerCase();
    return { name: visible(name), shape, type, values: () => data };
  });
  const imported = await importedWeights(
    { file, tensors: named, inOrder: false, layouts: layoutsIn(metadata) },
    config,
    { source: "safetensors", notes: [] },
  );
  // What exportSafetensors wrote: how pictures are prepared, and what the model answered.
  await takeFacts(file, imported.model, new Map(Object.entries(metadata)));
  return imported;
}

/** The layouts that a file's metadata allow; undefined where they say nothing. */
function layoutsIn(metadata: Readonly<Record<string, string>>): readonly Layout[] | undefined {
  const own = layoutNames.find((name) => name === metadata["lenet5.layout"]);
  if (own) return [own];
  const { format } = metadata;
  const layout = format !== undefined && Object.hasOwn(layoutsOf, format) ? layoutsOf[format] : undefined;
  // Programs that know PyTorch's format mark their files with it, whatever their linear layers are.
  return layout && (layout === "pytorch" ? ["pytorch", "burn"] : [layout]);
}
