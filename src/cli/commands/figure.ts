import type { Command } from "commander";
import { writeOut } from "#platform";
import { InputError } from "../../core/errors.ts";
import { choice, whole, withExamples, withTable } from "../options.ts";

/** The figures by name. */
export const figureNames = {
  loss: "loss by epoch",
  accuracy: "accuracy by epoch",
  time: "seconds by epoch",
  "loss-steps": "loss by step",
  "learning-rate": "learning rate by step",
  "gradient-norm": "gradient norm by step",
  confusion: "confusion matrix",
  "class-errors": "error rate by class",
  pairs: "most frequent confusions",
  errors: "images of the most confident errors",
  confidence: "confidence of correct and wrong predictions",
  calibration: "calibration: confidence against accuracy",
  rejection: "error rate against the share of rejected images",
  weights: "histograms of the weights by epoch",
  kernels: "kernels of a convolution",
  features: "feature maps of an image",
  network: "diagram of the network",
} as const;

export type FigureName = keyof typeof figureNames;

export interface FigureOptions {
  readonly out?: string;
  readonly theme?: "light" | "dark";
  readonly scale?: number;
  readonly log?: boolean;
  readonly percent?: boolean;
  readonly layer?: string;
  readonly image?: string;
  readonly max?: number;
}

export function figureCommand(program: Command): void {
  const names = Object.keys(figureNames) as FigureName[];
  const command = program
    .command("figure")
    .summary("draw one figure of a run as SVG or PNG")
    .description("Draw one figure of a run or a network as SVG or PNG.")
    .argument("[name]", "name of the figure, see below", choice("figure", names))
    .argument(
      "[run]",
      "folder of a run; network, kernels and features also take a model file, also of another program (default: the pretrained network)",
    )
    .option("-o, --out <file>", "file to write, .svg or .png; - for standard output (default: <name>.svg)")
    .option("--theme <theme>", "light or dark (default: light)", choice("--theme", ["light", "dark"]))
    .option("--scale <N>", "size of a PNG, 1 to 8 (default: 2)", whole("--scale", 1, 8))
    .option("--log", "loss: logarithmic axis")
    .option("--percent", "confusion: percent of the row instead of counts")
    .option("--layer <name>", "kernels: name of the convolution (default: the first)")
    .option("--image <file>", "features: picture to use (default: a test image of the run)")
    .option("--max <N>", "errors, pairs: the largest number to show", whole("--max"));
  withTable(command, "Figures:", figureNames);
  withExamples(
    command,
    "lenet5 figure confusion runs/first -o confusion.png",
    "lenet5 figure kernels --layer C3 -o c3.svg",
    "lenet5 figure features --image seven.png --theme dark",
  ).action(async (name: FigureName | undefined, run: string | undefined, options: FigureOptions) => {
    if (name === undefined) throw new InputError(`figure: expected the name of a figure: ${names.join(", ")}`);
    const { writeFigure } = await import("../figure.ts");
    const path = await writeFigure(name, run, options);
    if (path !== "-") writeOut(`${path}\n`);
  });
}
