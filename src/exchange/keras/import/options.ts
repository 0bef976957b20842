import type { OptionsOf } from "../../../core/options.ts";
import { engineOptions } from "../../../model/engine-options.ts";
import { kerasOptions } from "../../import-options.ts";

export const importKerasOptions = { ...engineOptions, ...kerasOptions };

/** Options of {@link importKeras}. */
export interface ImportKerasOptions extends OptionsOf<typeof importKerasOptions> {}
