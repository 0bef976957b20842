import { expect, it } from "vitest";
import * as lenet5 from "../../src/index.ts";
import type { ModelCore } from "../../src/model/core.ts";
import { outputsOf } from "../../src/model/predict.ts";

/** Windows of 2x2 have wasm code of their own; those of 2x3 take the loops. */
const windows = [
  [2, 2],
  [2, 3],
] as const;

it.each(windows)("NaN wins wherever it is in a window of %i x %i, and infinities count", async (...poolSize) => {
  const image = lenet5.input({ shape: [...poolSize, 1] });
  const net = lenet5.model({ inputs: image, outputs: lenet5.maxPooling2d({ poolSize })(image) });
  const size = poolSize[0] * poolSize[1];
  const others = Array.from({ length: size }, (_, i) => i - 2);
  const cases = [
    ...others.map((_, at) => ({ image: others.with(at, Number.NaN), largest: Number.NaN })),
    ...others.map((_, at) => ({ image: others.with(at, 9), largest: 9 })),
    { image: others.with(1, Number.POSITIVE_INFINITY), largest: Number.POSITIVE_INFINITY },
    { image: others.map(() => Number.NEGATIVE_INFINITY), largest: Number.NEGATIVE_INFINITY },
    { image: others.map(() => -0.5), largest: -0.5 },
  ];
  // `predict` refuses numbers that are not finite.
  const { core } = net as unknown as { readonly core: ModelCore };
  const largestOf = async (images: readonly number[]) => {
    const source = { inputs: [Float32Array.from(images)], scales: [1], targets: [] };
    const [largest] = await outputsOf(core, { count: images.length / size, source, inputs: [{ bytesPerElement: 4 }] });
    return [...largest!];
  };
  expect(await largestOf(cases.flatMap((each) => each.image))).toEqual(cases.map((each) => each.largest));
  for (const each of cases) expect(await largestOf(each.image)).toEqual([each.largest]);
});
