import { isObject, type Json } from "../keras/import/json.ts";

/** Initializers whose names in tfjs differ from Keras's. */
const classNames: Readonly<Record<string, string>> = { LecunNormal: "LeCunNormal", LecunUniform: "LeCunUniform" };

/** A value of Keras 3's config as tfjs takes it: `{ class_name, config }`, with one class of regularizers. */
export function tfjsValue(value: unknown): unknown {
  if (!isObject(value) || typeof value.class_name !== "string") return value;
  const { class_name: name, config } = value as { readonly class_name: string; readonly config: Json };
  if (name === "L1" || name === "L2") return { class_name: "L1L2", config: { l1: 0, l2: 0, ...config } };
  // Its ranges differ from map to map; initial weights matter only where training starts anew.
  if (name === "UniformByUnit") {
    const limit = (config.limits as readonly number[])[0]!;
    return { class_name: "RandomUniform", config: { minval: -limit, maxval: limit } };
  }
  return { class_name: classNames[name] ?? name, config };
}
