import * as v from "valibot";
import { fits } from "../data/read-data-options.ts";
import type { Run } from "../index.ts";
import { optimizerNames } from "./recipe.ts";

/** What the command keeps in a run's config, as `extra`, to make its network and its data again. */
const schema = v.object({
  /** The name of the network, or the path of the module that makes it, as it was given. */
  network: v.string(),
  /** The absolute path of that module; absent for a network of this package. */
  module: v.optional(v.string()),
  /**
   * For a run that trains on from a model file or a run: its absolute path, and the batches that its model had been
   * trained on.
   */
  file: v.optional(v.string()),
  batchesBefore: v.optional(v.number()),
  /** The value of `--data` for the same data again. */
  data: v.string(),
  /** The folder of the data from the folder of the run; absent for data without a folder. */
  dataFromRun: v.optional(v.string()),
  /** How the data were read; with the share and the seed of the test split where they were divided. */
  dataOptions: v.optional(
    v.object({
      size: v.optional(v.union([v.number(), v.pipe(v.tuple([v.number(), v.number()]), v.readonly())])),
      channels: v.optional(v.picklist([1, 3, 4])),
      fit: v.optional(v.picklist(fits)),
      testSplit: v.optional(v.number()),
      splitSeed: v.optional(v.number()),
      transpose: v.optional(v.boolean()),
      layout: v.optional(v.picklist(["channels_last", "channels_first"])),
      labelColumn: v.optional(v.picklist(["first", "last"])),
    }),
  ),
  /**
   * The optimizer and the constant learning rate, as the recipe or the options name them; null: the recipe's schedule.
   * Absent for a model that came compiled.
   */
  recipe: v.optional(v.object({ optimizer: v.picklist(optimizerNames), learningRate: v.nullable(v.number()) })),
  /** How training images came from the disk, and their number; absent where they were in memory. */
  stream: v.optional(
    v.object({
      batchSize: v.number(),
      shuffle: v.union([v.boolean(), v.literal("once")]),
      seed: v.number(),
      validationSplit: v.number(),
      images: v.number(),
    }),
  ),
});

export type RunOrigin = v.InferOutput<typeof schema>;

/** Where a run comes from; undefined for a run that the command did not train. */
export function originOf({ config }: Run): RunOrigin | undefined {
  const result = v.safeParse(schema, config.extra);
  return result.success ? result.output : undefined;
}
