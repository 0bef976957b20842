import { type Command, Option } from "commander";
import { formatsText } from "../export-formats.ts";
import { type InputOptions, withInputOptions } from "../input-options.ts";
import type { ShippedName } from "../networks/network.ts";
import { defaultNetwork, pictureNetwork, shippedNames } from "../networks/networks.ts";
import { choice, withData, withExamples, withJson } from "../options.ts";

export interface ExportCommandOptions extends InputOptions {
  readonly model?: string;
  readonly network?: ShippedName;
  readonly out?: string;
  readonly format?: string;
  readonly standalone?: string;
  readonly code?: boolean;
  readonly layout?: "keras" | "pytorch";
  readonly input?: "nhwc" | "nchw";
  readonly withPreparation?: boolean;
  readonly weights?: 8 | 32;
  readonly data?: string;
  readonly json?: boolean;
}

export function exportCommand(program: Command): void {
  const command = program
    .command("export")
    .summary("write a model for other programs")
    .description(
      "Write a model for other programs. The ending of the file says the format; the command lists what the file cannot keep. The " +
        "model may be a file of another program too, which is then converted.",
    )
    .argument(
      "[model]",
      "a model file, also of another program, or the folder of a run (default: the pretrained network)",
    )
    .option("--model <model>", "the same as the argument");
  command
    .option(
      "--network <network>",
      `a pretrained network that ships with lenet5: ${shippedNames.join(", ")} (default: ${defaultNetwork}; for --standalone ${pictureNetwork})`,
      choice("--network", shippedNames),
    )
    .option("-o, --out <file>", "file to write")
    .option("--format <format>", `where the ending does not say it: ${formatsText()}`)
    .addOption(
      new Option(
        "--standalone <file>",
        "write one JavaScript file without dependencies that reads pictures in a page or in Node, such as digit.js",
      ).conflicts(["out", "format"]),
    )
    .addOption(
      new Option("--code", "write the TypeScript that builds the network; without -o to standard output").conflicts([
        "format",
        "standalone",
      ]),
    )
    .option("--weights <bits>", "standalone: bits of each weight, 8 or 32 (default: 8)", bits)
    .option(
      "--layout <layout>",
      "safetensors: names and shapes of the weights as in keras or pytorch",
      choice("--layout", ["keras", "pytorch"]),
    )
    .option(
      "--input <order>",
      "onnx: the axes of images, nchw (channels first) or nhwc (default: nchw)",
      choice("--input", ["nhwc", "nchw"]),
    )
    .option("--with-preparation", "onnx, keras: the file takes pixels from 0 to 255, and scales and pads them itself");
  withData(
    command,
    "the data of the run; else mnist, or digits where MNIST is not available",
    "standalone: the data whose test images measure its accuracy: ",
  );
  withJson(command);
  withExamples(
    withInputOptions(command),
    "lenet5 export runs/first -o model.onnx",
    "lenet5 export runs/first -o model.keras",
    "lenet5 export runs/first -o model.tfjs",
    "lenet5 export model.h5 -o model.onnx",
    "lenet5 export --standalone digit.js",
    "lenet5 export runs/first --code > network.ts",
  ).action(async (argument: string | undefined, options: ExportCommandOptions) => {
    const { exportFile } = await import("../export.ts");
    await exportFile(argument, options);
  });
}

const bits = (text: string) => Number(choice("--weights", ["8", "32"])(text)) as 8 | 32;
