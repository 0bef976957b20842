import type { Command } from "commander";
import type { ReadDataOptions } from "../../index.ts";
import { withDataOptions } from "../data-options.ts";
import { choice, threadsOption, withData, withExamples, withJson } from "../options.ts";

/** Images that the members of a committee can be measured on. */
export const measuredOn = ["validation", "test", "none"] as const;

export interface EnsembleOptions extends ReadDataOptions {
  readonly out?: string;
  readonly on?: (typeof measuredOn)[number];
  readonly data?: string;
  readonly threads?: number;
  readonly json?: boolean;
}

export function ensembleCommand(program: Command): void {
  const command = program
    .command("ensemble")
    .summary("make one model of several: the mean of what they say")
    .description(
      "Make a committee: one model file whose answer is the mean of the probabilities that its members give. Print the " +
        "accuracy of each member, of all together, and of all without that member, on the images that were for validation " +
        "in the runs of all members.",
    )
    .argument("<run...>", "folders of runs, or model files, also of other programs: at least two")
    .option(
      "-o, --out <file>",
      "file to write, .safetensors; one that exists is replaced (default: committee.safetensors)",
    )
    .option(
      "--on <images>",
      "validation, test or none: the images to measure on (default: validation; none where the members have none in common)",
      choice("--on", measuredOn),
    );
  withDataOptions(withData(command, "the data of the runs")).option(
    "--threads <N>",
    "number of threads (default: the number of cores, at most 8)",
    threadsOption,
  );
  withExamples(
    withJson(command),
    "lenet5 ensemble runs/first runs/second runs/third",
    "lenet5 ensemble runs/digits-* -o committee.safetensors",
    "lenet5 ensemble a.safetensors b.onnx --on test",
    "lenet5 evaluate committee.safetensors",
  ).action(async (paths: string[], options: EnsembleOptions) => {
    const { ensembleOf } = await import("../ensemble/ensemble.ts");
    await ensembleOf(paths, options);
  });
}
