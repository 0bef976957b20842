import type * as lenet5 from "../../src/index.ts";
import type { ModelCore } from "../../src/model/core.ts";
import { outputsOf } from "../../src/model/predict.ts";

/** The outputs of a model of one number for each of some numbers, as `predict`, which refuses those that are not finite. */
export async function outputsForAny(net: lenet5.Model, values: Float32Array): Promise<Float32Array> {
  const { core } = net as unknown as { readonly core: ModelCore };
  const inputs = [{ bytesPerElement: 4 }] as const;
  const [outputs] = await outputsOf(core, {
    count: values.length,
    source: { inputs: [values], scales: [1], targets: [] },
    inputs,
  });
  return outputs!;
}
