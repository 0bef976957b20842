import type { Command } from "commander";
import { threadsOption, withData, withExamples, withJson } from "../options.ts";
import type { PaperOptions } from "../paper.ts";

export function paperCommand(program: Command): void {
  const command = program
    .command("paper")
    .summary("reproduce the 1998 paper's results")
    .description(
      "Train the network of 1998 as it was published, from five seeds, with and without distortions and on parts of the\n" +
        "training set, and write a page that lays each published number beside the measured one.\n" +
        "Trainings that are done are kept in the folder: the same command goes on after an interruption.",
    )
    .option("--quick", "four passes from one seed, in minutes; says little about the paper's last numbers");
  withData(command)
    .option("--threads <N>", "trainings at once, each on a core of its own (default: the machine's)", threadsOption)
    .option("--out <folder>", "folder of the results (default: runs/paper, or runs/paper-quick)");
  withExamples(withJson(command), "lenet5 paper --quick", "lenet5 paper --out runs/paper").action(
    async (options: PaperOptions) => {
      const { paper } = await import("../paper.ts");
      const typed = ["lenet5", ...process.argv.slice(2)].join(" ");
      await paper(options, typed, program.version() ?? "");
    },
  );
}
