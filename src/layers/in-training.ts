import { InputError } from "../core/errors.ts";
import type { Layer } from "./layer.ts";

/** The layers whose weights a training in progress changes. */
const trained = new WeakSet<Layer>();

/** @throws InputError while a training changes one of the layers, of this model or of another that shares them */
export function refuseInTraining(what: string, layers: Iterable<Layer>): void {
  for (const layer of layers) {
    if (!trained.has(layer)) continue;
    throw new InputError(
      `${what}: expected one call at a time, got another on a model that is training, or shares the layer "${layer.name}" with one: await the first`,
    );
  }
}

/**
 * Runs a training of the layers. They count as in training at once, before the work begins.
 * @throws InputError while another training changes one of them
 */
export async function inTraining<Result>(
  what: string,
  layers: readonly Layer[],
  work: () => Promise<Result>,
): Promise<Result> {
  refuseInTraining(what, layers);
  for (const layer of layers) trained.add(layer);
  try {
    return await work();
  } finally {
    for (const layer of layers) trained.delete(layer);
  }
}
