import { relative, resolve } from "node:path";
import * as v from "valibot";
import { flips } from "../augmentation/distortions.ts";
import { fits } from "../data/read-data-options.ts";
import type { Run } from "../index.ts";
import { recipeNames } from "../lenet5/recipes.ts";
import { isModule, isModulePath } from "./networks/module.ts";
import { augmentationNames, numericsNames, optimizerNames } from "./recipe.ts";

const dataOptions = {
  size: v.optional(v.union([v.number(), v.pipe(v.tuple([v.number(), v.number()]), v.readonly())])),
  channels: v.optional(v.picklist([1, 3, 4])),
  fit: v.optional(v.picklist(fits)),
  testSplit: v.optional(v.number()),
  splitSeed: v.optional(v.number()),
  transpose: v.optional(v.boolean()),
  layout: v.optional(v.picklist(["channels_last", "channels_first"])),
  labelColumn: v.optional(v.picklist(["first", "last"])),
};

const wholeFrom1 = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The options of `lenet5 train` that decide what is trained. */
const trainOptions = v.object({
  ...dataOptions,
  recipe: v.optional(v.picklist(recipeNames)),
  epochs: v.optional(v.number()),
  batchSize: v.optional(v.number()),
  optimizer: v.optional(v.picklist(optimizerNames)),
  learningRate: v.optional(v.number()),
  augment: v.optional(v.picklist(augmentationNames)),
  flip: v.optional(v.picklist(flips)),
  seed: v.optional(v.number()),
  threads: v.optional(v.number()),
  numerics: v.optional(v.picklist(numericsNames)),
  validationSplit: v.optional(v.number()),
  stream: v.optional(v.boolean()),
  fold: v.optional(v.object({ number: wholeFrom1, of: wholeFrom1, seed: v.pipe(v.number(), v.integer()) })),
  scale: v.optional(v.number()),
  offset: v.optional(v.number()),
  invert: v.optional(v.boolean()),
  pad: v.optional(v.number()),
  padAfter: v.optional(v.number()),
  grey: v.optional(v.boolean()),
});

/** What the command keeps in a run's config, as `extra`, to make its network and its data again. */
const schema = v.pipe(
  v.object({
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
    dataOptions: v.optional(v.object(dataOptions)),
    /** SHA-256 of training and validation data: see `sumOfData`. Absent for a stream, and in runs of earlier versions. */
    dataSum: v.optional(v.string()),
    /** SHA-256 of test data: see `sumOfTest`. Absent in runs of earlier versions. */
    testSum: v.optional(v.string()),
    /** The options as they were given: a run that was killed before anything was saved begins again with them. */
    options: v.optional(trainOptions, {}),
    /**
     * The constant learning rate of the options; null: the recipe's schedule, which a resumed run spreads over its new
     * number of epochs. Absent for a model that came compiled.
     */
    recipe: v.optional(v.object({ learningRate: v.nullable(v.number()) })),
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
  }),
  // The config may be a stranger's: a path that a command would import is that of the module, and nothing else.
  v.check(({ network, module, file }) => {
    const isWritten = [module, file].every((path) => path === undefined || path === resolve(path));
    const isCode = file === undefined ? module === undefined && isModulePath(network) : isModule(file);
    return isWritten && !isCode;
  }),
);

export type RunOrigin = v.InferOutput<typeof schema>;

/** The options of a command that {@link RunOrigin.options} keeps. */
export function keptOptions(given: object): RunOrigin["options"] {
  const kept = Object.entries(given).filter(([name]) => name in trainOptions.entries);
  return Object.fromEntries(kept);
}

/** Where data are, for a run in a folder. @param id see `OpenedData.id` */
export function dataPlaceIn(folder: string, id: string): Pick<RunOrigin, "data" | "dataFromRun"> {
  const isKnown = id === "mnist" || id === "digits";
  return { data: id, ...(!isKnown && { dataFromRun: relative(resolve(folder), id) }) };
}

/** Where a run comes from; undefined for a run that the command did not train. */
export function originOf({ config }: Run): RunOrigin | undefined {
  const result = v.safeParse(schema, config.extra);
  return result.success ? result.output : undefined;
}
