import type { Command } from "commander";
import { InputError } from "../../core/errors.ts";
import { threadsOption, withData, withExamples, withJson, withShippedNetwork } from "../options.ts";
import { printJson, speaker } from "../output.ts";
import type { ShippedNetwork } from "../recipe.ts";

interface EvaluateOptions {
  readonly data?: string;
  readonly network?: ShippedNetwork;
  readonly threads?: number;
  readonly json?: boolean;
}

export function evaluateCommand(program: Command): void {
  const command = program
    .command("evaluate")
    .summary("accuracy and confusion matrix on test images")
    .description("Accuracy, loss and confusion matrix of a network on the test part of a data set.")
    .argument("[model]", "a model file or the folder of a run (default: the network that ships with lenet5)");
  withShippedNetwork(command);
  withData(command, "the run's own; else mnist, or digits where it cannot be had").option(
    "--threads <N>",
    "threads that share the work (default: the machine's)",
    threadsOption,
  );
  withExamples(
    withJson(command),
    "lenet5 evaluate",
    "lenet5 evaluate --network 1998",
    "lenet5 evaluate runs/2026-11-22-153012",
    "lenet5 evaluate model.safetensors --data ./emnist-digits --json",
  ).action(async (path: string | undefined, { data: choice, network, threads, json }: EvaluateOptions) => {
    const [{ openModel }, { openData }, { tellEvaluation, testResults }] = await Promise.all([
      import("../models.ts"),
      import("../data-source.ts"),
      import("../results.ts"),
    ]);
    const say = speaker(json);
    const { model, name, config } = await openModel(path, { network, threads });
    const data = await openData(choice ?? config?.data.id);
    if (data.notice) say(`Note: ${data.notice}`);
    const [classes] = model.outputs.shape;
    if (classes !== data.test.classNames.length) {
      throw new InputError(
        `evaluate: expected data of ${classes} classes, as ${name} has, got ${data.test.classNames.length} in ${data.source}: give another model or --data`,
      );
    }
    const loss = model.outputsDistances ? "rbf_map" : "sparse_categorical_crossentropy";
    model.compile({ loss, metrics: ["accuracy"] });
    const { evaluation } = await testResults(model, data.test);
    say(`${name} on the test part of ${data.source}`);
    if (json) printJson(evaluation);
    else tellEvaluation(evaluation, data.test.classNames, say);
  });
}
