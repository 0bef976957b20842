import * as v from "valibot";
import { InputError } from "../core/errors.ts";
import { isRecord, oneOf, record, whole } from "./fits.ts";
import { samplerNames } from "./samplers/table.ts";
import type { Settings } from "./settings.ts";

const ways = [...samplerNames, "halving"] as const;
const seed = v.optional(whole(0), 1);

const sampled = record({ by: oneOf(ways), seed });

const halving = record({
  by: v.literal("halving"),
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
  v.lazy((given) => ((given as { by: unknown }).by === "halving" ? halving : sampled)),
  v.transform((checked) => checked as Choice),
);

export type Halving = v.InferOutput<typeof halving>;
export type Choice = Halving | { readonly by: (typeof samplerNames)[number]; readonly seed: number };

/** @throws InputError for halving without one number of epochs for all trials */
export function halvingNeeds({ by }: Choice, fixed: Settings, varied: readonly string[], what: string): void {
  if (by !== "halving") return;
  if (varied.includes("epochs"))
    throw new InputError(`${what}: vary.epochs: expected in train with halving, which compares trials by epochs`);
  if (typeof fixed.epochs !== "number")
    throw new InputError(`${what}: train.epochs: expected the epochs of a whole trial with halving, got none`);
}
