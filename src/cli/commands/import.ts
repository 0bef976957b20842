import type { Command } from "commander";
import { type Layout, layoutNames } from "../../exchange/mapping/layouts.ts";
import type { GivenSize } from "../../index.ts";
import { channels, size } from "../data-options.ts";
import { type InputOptions, inputGroup, withInputOptions } from "../input-options.ts";
import { networksHelp } from "../networks/networks.ts";
import { choice, threadsOption, whole, withExamples, withJson } from "../options.ts";

export interface ImportCommandOptions extends InputOptions {
  readonly out?: string;
  readonly network?: string;
  readonly size?: GivenSize;
  readonly channels?: 1 | 3 | 4;
  readonly classes?: number;
  readonly layout?: Layout;
  readonly map?: string;
  readonly weights?: string;
  readonly architecture?: string;
  readonly backend?: "tensorflow" | "theano";
  readonly output?: string;
  readonly check?: string;
  readonly images?: number;
  readonly threads?: number;
  readonly json?: boolean;
}

export function importCommand(program: Command): void {
  const command = program
    .command("import")
    .summary("read a model file of another program")
    .description(
      "Read a model file of another program, say what is in it, and write it as a model file of lenet5. The format is seen " +
        "in the content. No file says how its network takes pixels: --check finds it out with labelled images, the other " +
        "options say it, and without them the command says what it assumes.",
    )
    .argument("<file>", "the model file, or the folder of a TensorFlow.js model")
    .option("-o, --out <file>", "the model file to write, .safetensors")
    .optionsGroup(inputGroup)
    .option(
      "--check <data>",
      "try the usual ways on training images of mnist, digits or your own data, show the accuracies and keep the best",
    )
    .option("--images <N>", "how many images --check tries (default: 500)", whole("--images"));
  withInputOptions(command)
    .optionsGroup("Files of weights alone, and of several parts:")
    .option("--network <network>", `the network of the weights: ${networksHelp}`)
    .option(
      "--size <size>",
      "rows x columns of its images; also for other files that leave them open (default: those of --check, else 32)",
      size,
    )
    .option("--channels <N>", "their channels: 1, 3 or 4 (default: those of --check, else 1)", channels)
    .option("--classes <N>", "its classes (default: those of --check, else 10)", whole("--classes", 2))
    .option(
      "--layout <layout>",
      `whose shapes the weights have: ${layoutNames.join(", ")} (default: seen in the file)`,
      choice("--layout", layoutNames),
    )
    .option("--map <pairs>", "where tensors belong, where that is not clear: fc.weight=F6/kernel,fc.bias=F6/bias")
    .option("--weights <file>", "the weights of a file that has the network alone")
    .option("--architecture <file>", "the description of the layers, for a file of Keras that has the weights alone")
    .option(
      "--backend <name>",
      "Keras 0 and 1: tensorflow or theano, whose kernels are flipped (default: theano where channels come first)",
      choice("--backend", ["tensorflow", "theano"]),
    )
    .option("--output <name>", "of several outputs, the one to keep")
    .optionsGroup("Options:")
    .option("--threads <N>", "number of threads for --check (default: the number of cores, at most 8)", threadsOption);
  withExamples(
    withJson(command),
    "lenet5 import model.onnx --check mnist -o my.safetensors",
    "lenet5 import model.h5 --scale 255",
    "lenet5 import weights.pt --network ./network.ts",
  ).action(async (file: string, options: ImportCommandOptions) => {
    const { importFile } = await import("../import.ts");
    await importFile(file, options);
  });
}
