import type { Layer } from "./layer.ts";

/** A function made by {@link defineLayer}, whatever its options. */
export interface AnyLayerMaker {
  (options: never): Layer;
  /** The name of the type. */
  readonly type: string;
}

const makers = new WeakSet<object>();

/** Remembers a maker, so that `loadModel` knows it. */
export function rememberLayerMaker(maker: AnyLayerMaker): void {
  makers.add(maker);
}

export function isLayerMaker(given: unknown): given is AnyLayerMaker {
  return typeof given === "function" && makers.has(given);
}
