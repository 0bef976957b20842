import type { Command } from "commander";
import { withExamples, withJson } from "../options.ts";

export interface BenchOptions {
  readonly quick?: boolean;
  readonly json?: boolean;
}

export function benchCommand(program: Command): void {
  const command = program
    .command("bench")
    .summary("how fast this machine trains and reads")
    .description(
      "Measure this machine: what a core can do at most, what each kernel reaches, training and inference on 1 to n\n" +
        "threads in both numeric modes. Rounds of all configurations alternate; best and median are told.",
    )
    .option("--quick", "fewer configurations and rounds: about 15 seconds instead of two minutes");
  withExamples(withJson(command), "lenet5 bench --quick", "lenet5 bench --json | jq .fractionOfPeak").action(
    async (options: BenchOptions) => {
      const { bench } = await import("../bench.ts");
      await bench(options);
    },
  );
}
