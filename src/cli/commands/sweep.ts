import type { Command } from "commander";
import { whole, withExamples, withJson } from "../options.ts";
import { commandOf } from "../output.ts";
import { withoutPassword } from "../queue/address.ts";
import type { SweepOptions } from "../sweep/sweep.ts";

export function sweepCommand(program: Command): void {
  const command = program
    .command("sweep")
    .summary("train with many settings and find the best")
    .description(
      "Train with many settings and compare them on validation images: a grid, random or Sobol points, or successive " +
        "halving. The file says which options of lenet5 train vary. The test images are not read. Finished trials are kept in " +
        "the folder: after an interruption, run the same command again.",
    )
    .argument("<file>", "the sweep: a file in YAML or JSON, or a module such as ./sweep.ts")
    .option("--out <folder>", "folder of the sweep (default: runs/ and the name of the file)")
    .option("--trials <N>", "the most trials, in place of the file's number", whole("--trials"))
    .option(
      "--jobs <N>",
      "trainings at a time, which share the cores (default: one for each core)",
      whole("--jobs", 1, 1024),
    )
    .option(
      "--queue <address>",
      "run the trainings on machines with lenet5 worker: redis://host:6379 or postgres://user@host/database (default: LENET5_QUEUE)",
    )
    .option(
      "--store <place>",
      "with --queue: what this machine and all workers share for runs and data: a folder, or s3://bucket/prefix",
    );
  withExamples(
    withJson(command),
    "lenet5 sweep sweep.yaml",
    "lenet5 sweep sweep.yaml --trials 20 --jobs 2",
    "lenet5 sweep sweep.yaml --queue redis://queue:6379",
  ).action(async (file: string, options: SweepOptions) => {
    const { sweep } = await import("../sweep/sweep.ts");
    const typed = commandOf(withoutPassword(process.argv.slice(2)));
    await sweep(file, options, typed, program.version() ?? "");
  });
}
