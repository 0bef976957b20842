import type { Command } from "commander";
import { writeOut } from "#platform";
import { InputError } from "../../core/errors.ts";
import { choice, whole, withExamples } from "../options.ts";

/** What `lenet5 figure` can draw, and from what. */
export const figureNames = {
  loss: "loss by epoch",
  accuracy: "accuracy by epoch",
  time: "seconds by epoch",
  "loss-steps": "loss by step",
  "learning-rate": "learning rate by step",
  "gradient-norm": "length of the gradient by step",
  confusion: "confusion matrix",
  "class-errors": "error by class",
  pairs: "most confused pairs",
  errors: "the worst errors, as images",
  confidence: "how sure right and wrong answers were",
  calibration: "whether sure means right",
  rejection: "error against the share that is rejected",
  weights: "the weights' histograms by epoch",
  kernels: "a convolution's kernels",
  features: "what each layer makes of an image",
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
  readonly most?: number;
}

export function figureCommand(program: Command): void {
  const names = Object.keys(figureNames) as FigureName[];
  const command = program
    .command("figure")
    .summary("one picture of a run, as SVG or PNG")
    .description("Draw one picture of a run, as SVG or PNG.")
    .argument("[name]", "which picture, see below", choice("figure", names))
    .argument(
      "[run]",
      "the folder of a run; for network, kernels and features also a model file (default: the network that ships with lenet5)",
    )
    .option("-o, --out <file>", "where to, ending in .svg or .png; - is standard output (default: <name>.svg)")
    .option("--theme <theme>", "light or dark (default: light)", choice("--theme", ["light", "dark"]))
    .option("--scale <N>", "of a PNG: its pixels for each of the picture's (default: 2)", whole("--scale", 1, 8))
    .option("--log", "loss: a logarithmic axis")
    .option("--percent", "confusion: per cent of the row instead of counts")
    .option("--layer <name>", "kernels: which convolution (default: the first)")
    .option("--image <file>", "features: of this PNG picture (default: one of the run's test images)")
    .option("--most <N>", "errors, pairs: how many", whole("--most"));
  const width = Math.max(...names.map((name) => name.length));
  command.addHelpText(
    "after",
    `\nPictures:\n${names.map((name) => `  ${name.padEnd(width)}  ${figureNames[name]}`).join("\n")}`,
  );
  withExamples(
    command,
    "lenet5 figure confusion runs/2026-11-22-153012 -o confusion.png",
    "lenet5 figure kernels --layer C3 -o c3.svg",
    "lenet5 figure features --image seven.png --theme dark",
  ).action(async (name: FigureName | undefined, run: string | undefined, options: FigureOptions) => {
    if (name === undefined) throw new InputError(`figure: expected a picture's name: ${names.join(", ")}`);
    const { writeFigure } = await import("../figure.ts");
    const path = await writeFigure(name, run, options);
    if (path !== "-") writeOut(`${path}\n`);
  });
}
