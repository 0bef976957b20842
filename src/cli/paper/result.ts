/** The file with the result of one training of `lenet5 paper`. */
import * as v from "valibot";
import { checkedJson } from "../../core/checked-json.ts";
import { InputError } from "../../index.ts";

const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const digits = v.array(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(9)));

/** Whether lists have one length, which is not 0. */
function areEqual(lists: readonly (readonly unknown[])[]): boolean {
  return lists.every(({ length }) => length > 0 && length === lists[0]!.length);
}

const schema = v.object({
  /** Everything that the result depends on. */
  recipe: v.string(),
  run: v.pipe(
    v.object({
      seed: v.number(),
      testError: v.array(share),
      trainingError: v.array(share),
      finalTrainingError: share,
      seconds: v.number(),
      firstRates: v.tuple([v.number(), v.number()]),
    }),
    v.check(({ testError, trainingError }) => areEqual([testError, trainingError]), "expected errors of each pass"),
  ),
  predictions: v.pipe(
    v.object({ labels: digits, predicted: digits, confidence: v.array(share), margin: v.array(v.number()) }),
    v.check((columns) => areEqual(Object.values(columns)), "expected as many of each"),
  ),
});

export type KeptResult = v.InferOutput<typeof schema>;
export type PaperResult = Omit<KeptResult, "recipe">;

/** The content of such a file; undefined for a damaged one. */
export function resultIn(bytes: Uint8Array, file: string): KeptResult | undefined {
  try {
    return checkedJson(schema, bytes, file);
  } catch (error) {
    if (error instanceof InputError) return undefined;
    throw error;
  }
}
