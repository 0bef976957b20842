import { createHash } from "node:crypto";
import type { Model } from "../../index.ts";

/** SHA-256 of the model file that a model makes: its network, weights, training and reading. */
export function modelIdentity(model: Model): string {
  return createHash("sha256").update(model.toBytes()).digest("hex");
}
