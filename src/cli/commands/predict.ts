import { type Command, Option } from "commander";
import { InputError } from "../../core/errors.ts";
import { type InputOptions, withInputOptions } from "../input-options.ts";
import type { ShippedName } from "../networks/network.ts";
import { pictureNetwork } from "../networks/networks.ts";
import { whole, withExamples, withJson, withShippedNetwork } from "../options.ts";

export interface PredictOptions extends InputOptions {
  readonly model?: string;
  readonly network?: ShippedName;
  readonly asIs?: boolean;
  readonly frame?: boolean;
  readonly show?: boolean;
  readonly out?: string;
  readonly json?: boolean;
  /** A folder of pictures or a list of them. */
  readonly bulk?: string;
  /** Shards that are read at a time. */
  readonly jobs?: number;
  /** Pictures of a shard. */
  readonly shard?: number;
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
      "[image...]",
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
    .option(
      "--out <path>",
      "write what the model was given into a folder, as PNG files; with --bulk, the file of the answers",
    );
  withJson(command);
  command
    .optionsGroup("Millions of pictures:")
    .option(
      "--bulk <path>",
      "read all pictures in a folder, or in a text file with one path a line, into --out: a file that ends in .csv, .jsonl or .parquet. After an interruption, run the same command again",
    )
    .option(
      "--jobs <N>",
      "shards of pictures that are read at a time (default: one for each core)",
      whole("--jobs", 1, 256),
    )
    .option(
      "--shard <N>",
      "pictures of a shard, which each job repeats at most after a kill (default: a thousandth of all, from 256 to 10,000)",
      whole("--shard"),
    );
  withExamples(
    withInputOptions(command, true),
    "lenet5 predict seven.png",
    "lenet5 predict --show note.png",
    "lenet5 predict runs/first *.png",
    "lenet5 predict --model runs/first *.png",
    "lenet5 predict model.onnx seven.png",
    "lenet5 predict --json seven.png | jq '.[0].label'",
    "lenet5 predict runs/first --bulk scans --out answers.csv",
  ).action(async (given: string[], options: PredictOptions) => {
    if (options.bulk !== undefined) {
      const { bulk } = await import("../bulk/bulk.ts");
      return bulk(given, options.bulk, options);
    }
    if (given.length === 0) throw new InputError("missing required argument 'image'");
    const alone = (["jobs", "shard"] as const).find((name) => options[name] !== undefined);
    if (alone !== undefined) throw new InputError(`--${alone}: expected with --bulk, got it alone: leave it out`);
    const { predict } = await import("../predict/predict.ts");
    await predict(given, options);
  });
}
