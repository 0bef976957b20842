import type { Command } from "commander";
import { InputError } from "../../core/errors.ts";
import type { ShippedName } from "../networks/network.ts";
import { threadsOption, withData, withExamples, withJson, withShippedNetwork } from "../options.ts";
import { printer, printJson } from "../output.ts";
import { lossOf } from "../recipe.ts";

interface EvaluateOptions {
  readonly data?: string;
  readonly network?: ShippedName;
  readonly threads?: number;
  readonly json?: boolean;
}

export function evaluateCommand(program: Command): void {
  const command = program
    .command("evaluate")
    .summary("measure the accuracy on test images")
    .description("Print accuracy, loss and confusion matrix of a network on the test images of a data set.")
    .argument(
      "[model]",
      "a model file or the folder of a run (default: the pretrained network that ships with lenet5)",
    );
  withShippedNetwork(command);
  withData(command, "the data of the run; else mnist, or digits where MNIST is not available").option(
    "--threads <N>",
    "number of threads (default: the number of cores, at most 8)",
    threadsOption,
  );
  withExamples(
    withJson(command),
    "lenet5 evaluate",
    "lenet5 evaluate --network 1998",
    "lenet5 evaluate runs/first",
    "lenet5 evaluate model.safetensors --data ./emnist --json",
  ).action(async (path: string | undefined, { data: choice, network, threads, json }: EvaluateOptions) => {
    const [{ openModel }, { openData }, { originOf }, { printEvaluation }, { testResults }] = await Promise.all([
      import("../models.ts"),
      import("../data-source.ts"),
      import("../run-origin.ts"),
      import("../evaluation.ts"),
      import("../../runs/results.ts"),
    ]);
    const print = printer(json);
    const { model, name, run } = await openModel(path, { network, threads });
    const data = await openData(choice ?? (run && originOf(run)?.data));
    if (data.notice) print(`Note: ${data.notice}`);
    const [classes] = model.outputs.shape;
    if (classes !== data.test.classNames.length) {
      throw new InputError(
        `evaluate: expected data of ${classes} classes, as ${name} has, got ${data.test.classNames.length} in ${data.source}: give another model, or other data with --data`,
      );
    }
    model.compile({ loss: lossOf(model), metrics: ["accuracy"] });
    const { evaluation } = await testResults(model, data.test);
    print(`${name} on the test images of ${data.source}`);
    if (json) printJson(evaluation);
    else printEvaluation(evaluation, data.test.classNames, print);
  });
}
