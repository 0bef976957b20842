import { checkedOptions, type OptionsOf } from "../../core/options.ts";
import { readTorch } from "../../formats/torch/read-torch.ts";
import { type ModelFile, opened } from "../given-file.ts";
import type { Imported } from "../imported.ts";
import { importedWeights } from "../mapping/imported-weights.ts";
import { weightsOptions } from "../mapping/options.ts";
import { stateDictOf } from "./state-dict.ts";

/** Options of `importPytorch`. */
export interface ImportPytorchOptions extends OptionsOf<typeof weightsOptions> {}

/** A network with the weights of a file of PyTorch: see `importPytorch` of `exchange.ts`. */
export async function importPytorch(given: ModelFile, options: ImportPytorchOptions): Promise<Imported> {
  const config = checkedOptions("importPytorch", weightsOptions, options);
  const { name: file, bytes } = await opened("importPytorch", given);
  const { value, kind } = await readTorch(bytes, file);
  const { tensors, notes } = stateDictOf(value, file);
  const source = kind === "TorchScript" ? "PyTorch (TorchScript archive)" : "PyTorch (state_dict)";
  return importedWeights({ file, tensors, inOrder: true, layouts: ["pytorch", "burn"] }, config, { source, notes });
}
