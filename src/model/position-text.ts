/** How a model file writes a position; reading one is {@link positionFrom}, which a page that only predicts does not load. */
import type { Tensor } from "../core/tensor.ts";
import type { Position } from "./position.ts";

/** Numbers that JSON lacks, by what stands for them. */
export const nonFinite: ReadonlyMap<string, number> = new Map(
  [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => [`#${value}`, value]),
);

/** The position as JSON, with the tensors that callbacks remember. */
export function positionText({ callbacks, ...rest }: Position): { text: string; tensors: Record<string, Tensor> } {
  const tensors: Record<string, Tensor> = {};
  const states = callbacks.map(({ name, json, weights }, i) => {
    for (const [path, data] of weights ?? []) tensors[`callback/${i}/${path}`] = { shape: [data.length], data };
    return { name, json, hasWeights: weights !== undefined };
  });
  const text = JSON.stringify({ ...rest, callbacks: states }, (_, value: unknown) =>
    typeof value === "number" && !Number.isFinite(value) ? `#${value}` : value,
  );
  return { text, tensors };
}
