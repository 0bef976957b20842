import type { Command } from "commander";
import { networksHelp } from "../networks/networks.ts";
import { withExamples, withJson } from "../options.ts";

export interface BenchOptions {
  readonly model?: string;
  readonly network?: string;
  readonly quick?: boolean;
  readonly json?: boolean;
}

export function benchCommand(program: Command): void {
  const command = program
    .command("bench")
    .summary("measure the speed of training and inference")
    .description(
      "Measure the speed of this machine: the peak of one core, each kernel, and training and inference with 1 to n threads " +
        "in both numeric modes. Rounds of all configurations alternate; the best and the median are printed.",
    )
    .argument("[model]", "a model file or the folder of a run, instead of LeNet-5")
    .option("--model <model>", "the same as the argument")
    .option("--network <network>", `${networksHelp} (default: article and full)`)
    .option("--quick", "fewer configurations and rounds: about 15 seconds instead of two minutes");
  withExamples(
    withJson(command),
    "lenet5 bench --quick",
    "lenet5 bench --network ./network.ts --quick",
    "lenet5 bench runs/first",
    "lenet5 bench --json | jq .fractionOfPeak",
  ).action(async (argument: string | undefined, options: BenchOptions) => {
    const { bench } = await import("../bench/bench.ts");
    await bench(argument, options);
  });
}
