/**
 * Models of other programs, in and out: `import { exportOnnx, importModel } from "lenet5/exchange"`. The code of a format
 * is loaded when it is first called.
 * @module exchange
 */
import type { ModelFile } from "./exchange/given-file.ts";
import type { ImportOptions } from "./exchange/import-options.ts";
import type { Imported } from "./exchange/imported.ts";

export type { Exported } from "./exchange/exported.ts";
export type { ModelFile } from "./exchange/given-file.ts";
export type { ImportOptions } from "./exchange/import-options.ts";
export type { Imported } from "./exchange/imported.ts";

/**
 * A model from a file of any known format, which is recognised by its content, then by its name: a path, the bytes, or
 * several files by name, the first being the one to read. A folder is read by its `model.json`.
 * @throws InputError for a file of no known format, for what the library cannot compute exactly, and for an option that
 *   the format has no use for
 */
export async function importModel(file: ModelFile, options: ImportOptions = {}): Promise<Imported> {
  const { importModel } = await import("./exchange/import-model.ts");
  return importModel(file, options);
}
