import type { Command } from "commander";
import { choice, networksHelp, number, threadsOption, whole, withData, withExamples, withJson } from "../options.ts";
import { augmentations, networks, optimizers, recipe } from "../recipe.ts";
import type { TrainOptions } from "../training.ts";

export function trainCommand(program: Command): void {
  const command = program
    .command("train")
    .summary("train LeNet-5, write a run folder")
    .description(
      "Train LeNet-5 and write a run folder: settings, history, evaluation, model and an HTML report.\n" +
        "Ctrl-C ends after the present epoch and saves; the run can go on later by --resume.",
    )
    .option("--network <network>", `${networksHelp} (default: ${recipe.network})`, choice("--network", networks));
  withData(command)
    .option(
      "--epochs <N>",
      `times to go through the training images (default: ${recipe.epochs}; 1998: 20)`,
      whole("--epochs"),
    )
    .option(
      "--batch-size <N>",
      `images learned from at a time (default: ${recipe.batchSize}; 1998: 1)`,
      whole("--batch-size"),
    )
    .option(
      "--optimizer <name>",
      `${optimizers.join(", ")}; sgd has Nesterov momentum 0.9 (default: ${recipe.optimizer}; 1998: sdlm)`,
      choice("--optimizer", optimizers),
    )
    .option(
      "--learning-rate <X>",
      "kept throughout (default: a rate that rises and falls once; sdlm: the paper's, falling by pass)",
      number("--learning-rate", "above 0", (value) => value > 0),
    )
    .option(
      "--augment <kind>",
      "show training images distorted: distortions (the article's: shifted, scaled, squeezed, sheared) or elastic " +
        "(default: as they are)",
      choice("--augment", augmentations),
    )
    .option(
      "--seed <N>",
      `of first weights, order and distortions; same seed, same weights (default: ${recipe.seed})`,
      whole("--seed", 0),
    )
    .option(
      "--threads <N>",
      "threads that share the work; the result is the same (default: the machine's)",
      threadsOption,
    )
    .option(
      "--numerics <mode>",
      `reproducible (same bits everywhere) or fast (default: ${recipe.numerics})`,
      choice("--numerics", ["reproducible", "fast"]),
    )
    .option(
      "--validation-split <X>",
      "share of the training images kept to look at while training (default: 1/12)",
      number("--validation-split", "from 0 to below 1", (value) => value >= 0 && value < 1),
    )
    .option("--out <folder>", "folder of the run (default: runs/<date-time>)")
    .option("--resume <run>", "go on with an interrupted run, with its settings")
    .option("--tensorboard <folder>", "write event files there while training, for tensorboard --logdir <folder>")
    .option(
      "--log <format>",
      "jsonl: one JSON object a line for every batch and epoch on standard output, words for people on standard error; " +
        "not together with --json",
      choice("--log", ["jsonl"]),
    );
  withExamples(
    withJson(command),
    "lenet5 train",
    "lenet5 train --data digits --epochs 3",
    "lenet5 train --data ./fashion-mnist --network full --out runs/fashion",
    "lenet5 train --epochs 20 --augment distortions",
    "lenet5 train --network 1998",
    "lenet5 train --resume runs/2026-11-22-153012",
    "lenet5 train --epochs 1 --json | jq .test.accuracy",
    "lenet5 train --log jsonl | jq 'select(.type == \"batch\") | .gradient_norm'",
  ).action(async (options: TrainOptions) => {
    const { train } = await import("../training.ts");
    const typed = ["lenet5", ...process.argv.slice(2)].map((word) =>
      /^[\w./\\:@=,-]+$/.test(word) ? word : JSON.stringify(word),
    );
    await train(options, typed.join(" "), program.version() ?? "");
  });
}
