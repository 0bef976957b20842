import type { Command } from "commander";
import { writeError, writeOut } from "#platform";
import { InputError } from "../../core/errors.ts";
import type { ShippedName } from "../networks/network.ts";
import { withExamples, withJson, withShippedNetwork } from "../options.ts";
import { printJson } from "../output.ts";

interface PredictOptions {
  readonly model?: string;
  readonly network?: ShippedName;
  readonly json?: boolean;
}

export function predictCommand(program: Command): void {
  const command = program
    .command("predict")
    .summary("classify the digits in PNG pictures")
    .description(
      "Classify the digit in each PNG picture: any size, dark on light or light on dark. A picture that cannot be read is " +
        "reported on standard error, and the exit code is 2; the others are still classified. With --json, all predictions " +
        "are printed or none.",
    )
    .argument("<image...>", "PNG files; a model file or the folder of a run may come first")
    .option(
      "--model <model>",
      "the model, instead of as the first argument (default: the pretrained network that ships with lenet5)",
    );
  withShippedNetwork(command);
  withExamples(
    withJson(command),
    "lenet5 predict seven.png",
    "lenet5 predict runs/first *.png",
    "lenet5 predict --model runs/first *.png",
    "lenet5 predict --json seven.png | jq '.[0].label'",
  ).action(async (given: string[], { model: option, network, json }: PredictOptions) => {
    const [{ modelArgument, modelBeforeImages, openModel }, { predictionText, classify }] = await Promise.all([
      import("../models.ts"),
      import("../classify.ts"),
    ]);
    const { model: argument, images: files } = await modelBeforeImages(given);
    const model = modelArgument(argument, option);
    const opened = await openModel(model, { network, threads: 1 }); // a few pictures are classified before a second thread would start
    const predictions = await classify(opened, files);
    const width = Math.max(...files.map((file) => file.length));
    for (const prediction of predictions) {
      if (prediction instanceof InputError) {
        writeError(`error: ${prediction.message}\n`);
        process.exitCode = 2;
      } else if (!json) {
        writeOut(`${predictionText(prediction, opened, width)}\n`);
      }
    }
    if (json && process.exitCode !== 2) printJson(predictions);
  });
}
