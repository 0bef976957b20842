import type { Command } from "commander";
import { writeError, writeOut } from "#platform";
import { InputError } from "../../core/errors.ts";
import { withExamples, withJson, withShippedNetwork } from "../options.ts";
import { printJson } from "../output.ts";
import type { ShippedNetwork } from "../recipe.ts";

interface PredictOptions {
  readonly model?: string;
  readonly network?: ShippedNetwork;
  readonly json?: boolean;
}

export function predictCommand(program: Command): void {
  const command = program
    .command("predict")
    .summary("read the digits in PNG pictures")
    .description(
      "Read the digit in each PNG picture: any size, dark on light or light on dark.\n" +
        "A picture that cannot be read is named on standard error and makes the exit code 2; the others are\n" +
        "still answered, except with --json, which prints all answers or none.",
    )
    .argument("<image...>", "PNG files")
    .option("--model <model>", "a model file or the folder of a run (default: the network that ships with lenet5)");
  withShippedNetwork(command);
  withExamples(
    withJson(command),
    "lenet5 predict seven.png",
    "lenet5 predict --model runs/2026-11-22-153012 *.png",
    "lenet5 predict --json seven.png | jq '.[0].label'",
  ).action(async (files: string[], { model, network, json }: PredictOptions) => {
    const [{ openModel }, { answerText, classify }] = await Promise.all([
      import("../models.ts"),
      import("../classify.ts"),
    ]);
    const opened = await openModel(model, { network, threads: 1 }); // a few pictures are read before a second thread has started
    const answers = await classify(opened, files);
    const width = Math.max(...files.map((file) => file.length));
    for (const answer of answers) {
      if (answer instanceof InputError) {
        writeError(`error: ${answer.message}\n`);
        process.exitCode = 2;
      } else if (!json) {
        writeOut(`${answerText(answer, opened, width)}\n`);
      }
    }
    if (json && process.exitCode !== 2) printJson(answers);
  });
}
