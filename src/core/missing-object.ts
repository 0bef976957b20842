import { InputError } from "./errors.ts";

/** A model file refers to a layer, loss or metric of one's own that was not given with it. */
export class MissingObject extends InputError {
  /** `layer "squeezeExcite"` */
  readonly missing: string;

  /** @param what where it is in the file: `layer "SE"` */
  constructor(what: string, kind: "layer" | "loss" | "metric", name: string) {
    const how = kind === "metric" ? "the function" : `what ${kind === "layer" ? "defineLayer" : "defineLoss"} returned`;
    super(
      `${what}: expected a ${kind} of the library, got "${name}": pass ${how} to loadModel, customObjects: [${name}]`,
    );
    this.missing = `${kind} "${name}"`;
  }
}

/** What an error, or the one that caused it, says is missing; undefined for any other error. */
export function missingObjectIn(error: unknown): string | undefined {
  if (error instanceof MissingObject) return error.missing;
  return error instanceof InputError && error.cause instanceof MissingObject ? error.cause.missing : undefined;
}
