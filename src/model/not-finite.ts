/** Answers that are not finite: the error says where the numbers of a model stop being finite. */
import { InputError } from "../core/errors.ts";
import { firstNotFinite } from "../core/finite.ts";
import type { ModelCore } from "./core.ts";
import type { Samples } from "./data.ts";
import { variablesOf } from "./graph.ts";
import { valuesOfLayers } from "./layer-outputs.ts";
import { outputsOf } from "./predict.ts";

/** An answer that is NaN or infinite, which is none. */
export class NotFinite extends InputError {}

/**
 * The error for outputs with a number that is not finite. `first`: the number of the samples' first image.
 * @param what the function that was called
 */
export async function badOutput(
  what: string,
  core: ModelCore,
  samples: Samples,
  outputs: readonly Float32Array[],
  first = 0,
): Promise<NotFinite> {
  const { count } = samples;
  const places = outputs.map(firstNotFinite);
  const images = places.map((at, i) => (at < 0 ? count : Math.floor((at * count) / outputs[i]!.length)));
  const image = Math.min(...images);
  const output = images.indexOf(image);
  const value = outputs[output]![places[output]!];
  const name = outputs.length > 1 ? ` "${core.graph.outputNames[output]}"` : "";
  const of = count > 1 || first > 0 ? ` for image ${first + image}` : "";
  return new NotFinite(
    `${what}: expected finite numbers in the output${name}${of}, got ${value}${await beginning(core, samples, image)}`,
  );
}

/**
 * The error for a loss that is not finite. `first`: the number of the samples' first image.
 * @param what the function that was called
 */
export async function badLoss(
  what: string,
  loss: number,
  core: ModelCore,
  samples: Samples,
  first: number,
): Promise<NotFinite> {
  const outputs = await outputsOf(core, samples);
  if (outputs.some((data) => firstNotFinite(data) >= 0)) return badOutput(what, core, samples, outputs, first);
  return new NotFinite(
    `${what}: expected a finite loss, got ${loss} although all outputs are finite: is a label too large?`,
  );
}

/** `: a weight "C1/kernel" is NaN` or `, first in layer "C3"`; "" where neither can be said. */
async function beginning(core: ModelCore, samples: Samples, image: number): Promise<string> {
  const { graph } = core;
  for (const { path, value } of variablesOf(graph.layers)) {
    const at = firstNotFinite(value);
    if (at >= 0) return `: the weight "${path}" has ${value[at]} at index ${at}`;
  }
  const inputs = samples.source.inputs.map((data) => {
    const size = data.length / samples.count;
    return data.subarray(image * size, (image + 1) * size);
  });
  const values = await valuesOfLayers(core, {
    ...samples,
    count: 1,
    source: { ...samples.source, inputs, targets: [] },
  });
  const layer = values.findIndex((each) => firstNotFinite(each) >= 0);
  return layer < 0 ? "" : `, first in layer "${graph.layers[layer]!.name}": its numbers are too large`;
}
