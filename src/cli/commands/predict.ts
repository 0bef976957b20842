import { type Command, Option } from "commander";
import { type InputOptions, withInputOptions } from "../input-options.ts";
import type { ShippedName } from "../networks/network.ts";
import { pictureNetwork } from "../networks/networks.ts";
import { withExamples, withJson, withShippedNetwork } from "../options.ts";

export interface PredictOptions extends InputOptions {
  readonly model?: string;
  readonly network?: ShippedName;
  readonly asIs?: boolean;
  readonly frame?: boolean;
  readonly show?: boolean;
  readonly out?: string;
  readonly json?: boolean;
}

export function predictCommand(program: Command): void {
  const command = program
    .command("predict")
    .summary("read the digits in pictures, or classify them")
    .description(
      "Read the digit or digits in each picture, or say of what class it is. Pictures are prepared as those that the " +
        "model was trained on: by default digits of any size, dark on light or light on dark. Of several digits that stand " +
        "apart, all are read. An answer that is not sure says so. A picture that cannot be read is reported on standard " +
        "error, and the exit code is 2; the others are still answered.",
    )
    .argument(
      "<image...>",
      "PNG, JPEG, WebP, GIF or BMP files; a model file, also of another program, or the folder of a run may come first",
    )
    .option(
      "--model <model>",
      "the model, instead of as the first argument (default: the pretrained network that ships with lenet5)",
    );
  withShippedNetwork(command, pictureNetwork)
    .addOption(
      new Option("--as-is", "take whole pictures in the size of the model's images; no digit is looked for").conflicts(
        "frame",
      ),
    )
    .option("--frame", "find the digit, and scale and centre it as in MNIST")
    .option(
      "--invert",
      "exchange light and dark first; for whole pictures, and for networks of other programs that learned dark on light",
    )
    .option("--show", "draw below each answer what the model was given")
    .option("--out <folder>", "write what the model was given into a folder, as PNG files");
  withJson(command);
  withExamples(
    withInputOptions(command, true),
    "lenet5 predict seven.png",
    "lenet5 predict --show note.png",
    "lenet5 predict runs/first *.png",
    "lenet5 predict --model runs/first *.png",
    "lenet5 predict model.onnx seven.png",
    "lenet5 predict --json seven.png | jq '.[0].label'",
  ).action(async (given: string[], options: PredictOptions) => {
    const { predict } = await import("../predict/predict.ts");
    await predict(given, options);
  });
}
