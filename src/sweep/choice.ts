import * as v from "valibot";
import { InputError } from "../core/errors.ts";
import { isRecord, oneOf, record, whole } from "./fits.ts";
import { samplerNames } from "./samplers/table.ts";
import type { Settings } from "./settings.ts";
import type { Variation } from "./variation.ts";

/** Ways that compare trials before all of their epochs. */
const halvings = ["halving", "asha"] as const;
const ways = [...samplerNames, ...halvings] as const;
const seed = v.optional(whole(0), 1);

const sampled = record({ by: oneOf(ways), seed });

const halving = record({
  by: v.picklist(halvings),
  /** The sampler of the trials. Default random. */
  from: v.optional(oneOf(samplerNames), "random"),
  /** One of `eta` trials goes on, for `eta` times as many epochs. Default 3. */
  eta: v.optional(whole(2), 3),
  /** Epochs after which trials are compared for the first time, at least. Default 1. */
  "first-epochs": v.optional(whole(1), 1),
  seed,
});

/** How trials are chosen: a name, or `{ by }` with its options. */
export const choice = v.pipe(
  v.unknown(),
  v.transform((given) => (isRecord(given) ? given : { by: given })),
  v.lazy((given) => (isHalving(given as { by: unknown }) ? halving : sampled)),
  v.transform((checked) => checked as Choice),
);

/** How trials are chosen where the file does not say it: all of them where each setting has a list of values. */
export function usualChoice(variations: readonly Variation[]): Choice {
  return { by: variations.every(({ of }) => "values" in of) ? "grid" : "random", seed: 1 };
}

/** Whether trials are compared before all of their epochs. */
export function isHalving<Given extends { readonly by: unknown }>(
  choice: Given,
): choice is Given & { readonly by: (typeof halvings)[number] } {
  return halvings.some((name) => name === choice.by);
}

export type Halving = v.InferOutput<typeof halving>;
export type Choice = Halving | { readonly by: (typeof samplerNames)[number]; readonly seed: number };

/** @throws InputError for halving without one number of epochs for all trials */
export function halvingNeeds(choose: Choice, fixed: Settings, varied: readonly string[], what: string): void {
  if (!isHalving(choose)) return;
  const { by } = choose;
  if (varied.includes("epochs"))
    throw new InputError(`${what}: vary.epochs: expected in train with ${by}, which compares trials by epochs`);
  if (typeof fixed.epochs !== "number")
    throw new InputError(`${what}: train.epochs: expected the epochs of a whole trial with ${by}, got none`);
}
