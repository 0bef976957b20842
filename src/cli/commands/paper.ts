import type { Command } from "commander";
import { threadsOption, withData, withExamples, withJson } from "../options.ts";
import { commandOf } from "../output.ts";
import type { PaperOptions } from "../paper/paper.ts";

export function paperCommand(program: Command): void {
  const command = program
    .command("paper")
    .summary("reproduce the results of the 1998 paper")
    .description(
      "Train the network of 1998 as it was published, with five seeds, with and without distortions and on parts of the " +
        "training set, and write a page that compares the published numbers with the measured ones. " +
        "Finished trainings are kept in the folder: after an interruption, run the same command again.",
    )
    .option("--quick", "four passes with one seed: takes minutes, but the error rates are higher than the paper's");
  withData(command, "mnist")
    .option("--threads <N>", "trainings at a time, one on each core (default: all cores)", threadsOption)
    .option("--out <folder>", "folder for the results (default: runs/paper, or runs/paper-quick)");
  withExamples(withJson(command), "lenet5 paper --quick", "lenet5 paper --out runs/paper").action(
    async (options: PaperOptions) => {
      const { paper } = await import("../paper/paper.ts");
      const typed = commandOf(process.argv.slice(2));
      await paper(options, typed, program.version() ?? "");
    },
  );
}
