import { type OptionsOf, optional } from "../core/options.ts";
import { customObjects } from "../model/custom-objects.ts";
import { engineOptions } from "../model/engine-options.ts";

export const importOptions = {
  ...engineOptions,
  /** For a file of this library: the custom layers, losses and metrics that it refers to. Default: none. */
  customObjects: optional(customObjects, undefined),
};

/** Options of {@link importModel}. A format refuses an option that it has no use for. */
export interface ImportOptions extends OptionsOf<typeof importOptions> {}
