import type { Command } from "commander";
import type { ReadDataOptions } from "../../index.ts";
import { withDataOptions } from "../data-options.ts";
import { type InputOptions, withInputOptions } from "../input-options.ts";
import type { ShippedName } from "../networks/network.ts";
import { threadsOption, withData, withExamples, withJson, withShippedNetwork } from "../options.ts";

export interface EvaluateOptions extends ReadDataOptions, InputOptions {
  readonly model?: string;
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
      "a model file, also of another program, or the folder of a run (default: the pretrained network)",
    )
    .option("--model <model>", "the same as the argument");
  withShippedNetwork(command);
  withData(command, "the data of the run; else mnist, or digits where MNIST is not available");
  withDataOptions(command).option(
    "--threads <N>",
    "number of threads (default: the number of cores, at most 8)",
    threadsOption,
  );
  withJson(command);
  withExamples(
    withInputOptions(command),
    "lenet5 evaluate",
    "lenet5 evaluate --network 1998",
    "lenet5 evaluate runs/first",
    "lenet5 evaluate model.safetensors --data ./emnist --json",
    "lenet5 evaluate model.onnx --scale 255",
  ).action(async (path: string | undefined, options: EvaluateOptions) => {
    const { evaluate } = await import("../evaluate.ts");
    await evaluate(path, options);
  });
}
