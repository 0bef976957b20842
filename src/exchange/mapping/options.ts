import { InputError, shown } from "../../core/errors.ts";
import { type Check, choice, optional } from "../../core/options.ts";
import { engineOptions } from "../../model/engine-options.ts";
import { Model } from "../../model/model.ts";
import type { OneOrMore } from "../../model/model-options.ts";
import { layoutNames } from "./layouts.ts";

/** Where tensors belong, as the user says: `{ "fc.weight": "F6/kernel" }`; "" leaves one out. */
export type WeightMap = Readonly<Record<string, string>>;

/** A network that a caller gave. @throws InputError for anything else */
export const givenNetwork: Check<Model<OneOrMore, OneOrMore>> = (what, value) => {
  if (value instanceof Model) return value;
  throw new InputError(`${what}: expected a model whose layers are those of the file's network, got ${shown(value)}`);
};

/** A map that a caller gave. @throws InputError for anything else */
export const weightMap: Check<WeightMap> = (what, value) => {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isMap && Object.values(value).every((weight) => typeof weight === "string")) return value;
  throw new InputError(`${what}: expected { "name of a tensor": "layer/weight" }, got ${shown(value)}`);
};

/** Options of the formats that hold weights and no layers, beside those of the engine. */
export const networkOptions = {
  /**
   * The network whose weights the file has, for a format that names no layers: PyTorch, safetensors. It stays as it is;
   * the result is a copy.
   */
  network: optional(givenNetwork, undefined),
  /** How such a file stores its weights. Default: as names and shapes show. */
  layout: optional(choice(layoutNames), undefined),
  /**
   * Where tensors belong, for those that names and shapes do not place: `{ "fc.weight": "F6/kernel" }`. The others of the
   * same layer follow. "" leaves a tensor out. Default {}.
   */
  map: optional(weightMap, undefined),
};

export const weightsOptions = { ...engineOptions, ...networkOptions };
