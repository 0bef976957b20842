import type { Command } from "commander";
import { flips } from "../../augmentation/distortions.ts";
import { InputError } from "../../core/errors.ts";
import { defaults, optimizerSettings, recipeNames } from "../../lenet5/recipes.ts";
import { dataOptionsOf, withDataOptions } from "../data-options.ts";
import { withInputOptions } from "../input-options.ts";
import { defaultNetwork, networksHelp, networksWithBest, recipeText } from "../networks/networks.ts";
import { choice, number, threadsOption, whole, withData, withExamples, withJson } from "../options.ts";
import { commandOf } from "../output.ts";
import { augmentationNames, augmentationsHelp, numericsHelp, numericsNames, optimizerNames } from "../recipe.ts";
import type { TrainOptions } from "../train/training.ts";

export function trainCommand(program: Command): void {
  const command = program
    .command("train")
    .summary("train LeNet-5 and write a run folder")
    .description(
      "Train LeNet-5 and write a run folder: settings, history, evaluation, model and an HTML report. " +
        "Ctrl-C stops after the current epoch and saves the model; --resume continues a run that ended early, however it ended.",
    )
    .option(
      "--network <network>",
      `${networksHelp}; a model file, also of another program, or the folder of a run is trained on (default: ${defaultNetwork})`,
    );
  withDataOptions(withData(command))
    .option(
      "--stream",
      "read and decode pictures in folders while training, instead of before (default: where they take more than half of the memory)",
    )
    .option(
      "--recipe <name>",
      `default, or best: networks ${networksWithBest} with fewer errors, from more epochs on distorted images; other options replace single settings (default: default)`,
      choice("--recipe", recipeNames),
    )
    .option("--epochs <N>", `passes over the training images (default: ${recipeText("epochs")})`, whole("--epochs"))
    .option(
      "--batch-size <N>",
      `batch size: images per training step (default: ${recipeText("batchSize")})`,
      whole("--batch-size"),
    )
    .option(
      "--optimizer <name>",
      `${optimizerNames.join(", ")}; sgd uses Nesterov momentum ${optimizerSettings.sgd.options!.momentum} (default: ${recipeText("optimizer")})`,
      choice("--optimizer", optimizerNames),
    )
    .option(
      "--learning-rate <X>",
      "constant learning rate (default: one-cycle schedule, which rises and falls once; sdlm: the paper's rates, falling by epoch)",
      number("--learning-rate", "above 0 and at most 3.4e38", (value) => value > 0 && value <= 3.4e38),
    )
    .option(
      "--augment <kind>",
      `distort the training images: ${augmentationsHelp} (default: ${recipeText("augment")})`,
      choice("--augment", augmentationNames),
    )
    .option(
      "--flip <mode>",
      `also mirror half of the training images, of things without left and right: ${flips.slice(1).join(", ")} (default: none)`,
      choice("--flip", flips),
    )
    .option(
      "--seed <N>",
      `seed of the initial weights, shuffling and augmentation; the same seed gives the same weights (default: ${defaults.seed})`,
      whole("--seed", 0),
    )
    .option(
      "--threads <N>",
      "number of threads, which does not change the result (default: the number of cores, at most 8)",
      threadsOption,
    )
    .option("--numerics <mode>", `${numericsHelp} (default: ${defaults.numerics})`, choice("--numerics", numericsNames))
    .option(
      "--validation-split <X>",
      "fraction of the training images held out for validation (default: 1/12)",
      number("--validation-split", "from 0 to below 1", (value) => value >= 0 && value < 1),
    )
    .option(
      "--folds <K>",
      "cross-validation: K trainings, each with another K-th of the training images for validation, and a committee of all",
      whole("--folds", 2),
    )
    .option(
      "--jobs <N>",
      "folds: trainings at a time, which share the threads (default: as many as threads)",
      whole("--jobs"),
    )
    .option("--out <folder>", "folder of the run (default: runs/<date-time>)")
    .option(
      "--checkpoint-seconds <X>",
      "seconds between two checkpoints within an epoch; 0: only at the end of each (default: 30)",
      number("--checkpoint-seconds", "of at least 0", (value) => value >= 0),
    )
    .option(
      "--resume <run>",
      "continue a run with its settings; with --epochs N, up to N epochs; with --data, from where its data are now",
    )
    .option("--tensorboard <folder>", "write TensorBoard event files to this folder during training")
    .option(
      "--log <format>",
      "jsonl: print a JSON object for every batch and epoch, each on a line of standard output; all other text goes to " +
        "standard error; cannot be combined with --json",
      choice("--log", ["jsonl"]),
    );
  withJson(command);
  withExamples(
    withInputOptions(command),
    "lenet5 train",
    "lenet5 train --data digits --epochs 3",
    "lenet5 train --data ./fashion-mnist --out runs/fashion",
    "lenet5 train --data ./letters --size 32",
    "lenet5 train --epochs 20 --augment distortions",
    "lenet5 train --recipe best",
    "lenet5 train --network modern",
    "lenet5 train --network 1998",
    "lenet5 train --network ./network.ts",
    "lenet5 train --network model.onnx --scale 255",
    "lenet5 train --folds 5 --out runs/five",
    "lenet5 train --resume runs/first",
    "lenet5 train --resume runs/first --epochs 20",
    "lenet5 train --epochs 1 --json | jq .test.accuracy",
    "lenet5 train --log jsonl | jq .gradient_norm",
  ).action(async ({ folds, jobs, ...options }: TrainOptions & { folds?: number; jobs?: number }) => {
    const typed = commandOf(process.argv.slice(2));
    if (folds !== undefined) {
      const { crossValidate } = await import("../folds/cross-validate.ts");
      return crossValidate({ ...options, folds, ...(jobs !== undefined && { jobs }) }, typed);
    }
    if (jobs !== undefined) throw new InputError("--jobs: expected with --folds; leave it out");
    const ahead = isOnMnist(options) ? { mnist: await beginMnist() } : {};
    const { train } = await import("../train/train.ts");
    await train({ ...options, ...ahead }, typed);
  });
}

function isOnMnist({ data = "mnist", resume, stream, ...options }: TrainOptions): boolean {
  return data === "mnist" && resume === undefined && !stream && Object.keys(dataOptionsOf(options)).length === 0;
}

/** Other threads read and unpack MNIST while this one loads the code that trains. Whoever needs the data reports errors. */
async function beginMnist(): Promise<TrainOptions["mnist"]> {
  const { mnist } = await import("../../data/mnist.ts");
  return { read: mnist({ download: false }).catch(() => undefined) };
}
