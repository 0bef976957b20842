import type { Command } from "commander";
import { withExamples, withJson } from "../options.ts";

export interface BenchOptions {
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
    .option("--quick", "fewer configurations and rounds: about 15 seconds instead of two minutes");
  withExamples(withJson(command), "lenet5 bench --quick", "lenet5 bench --json | jq .fractionOfPeak").action(
    async (options: BenchOptions) => {
      const { bench } = await import("../bench/bench.ts");
      await bench(options);
    },
  );
}
