import type { BenchOptions } from "../commands/bench.ts";
import { counted, type Print, printer, printJson } from "../output.ts";
import { type BenchResults, full, measure, quick, thisMachine } from "./measure.ts";

/** `lenet5 bench`: measures, and prints tables or, with `--json`, one document. */
export async function bench(options: BenchOptions): Promise<void> {
  const print = printer(options.json);
  const { cpu, cores } = thisMachine();
  print(`${cpu}, ${cores} cores, Node ${process.version}`);
  const results = await measure(options.quick ? quick : full);
  if (options.json) printJson(results);
  else printTables(results, print);
}

export function printTables(
  { peakGflops, wasmKernels, train, predict, fractionOfPeak }: BenchResults,
  print: Print,
): void {
  const line = (cells: readonly (string | number)[]) =>
    print(
      cells
        .map((cell, i) => (i === 0 ? String(cell).padEnd(14) : String(cell).padStart(i === 1 ? 11 : 8)))
        .join("")
        .trimEnd(),
    );
  print(
    `\nPeak of one core, operands in registers: ${Object.entries(peakGflops)
      .map(([mode, peak]) => `${mode} ${peak} GFLOP/s`)
      .join(", ")}`,
  );
  print(
    `A training step (full C3, one thread) reaches ${Object.entries(fractionOfPeak)
      .map(([mode, share]) => `${(100 * share).toFixed(0)}% (${mode})`)
      .join(
        ", ",
      )} of this peak,\ncounting the multiply-adds of the direct formula; Winograd's algorithm needs 36% of them`,
  );
  print("\nTraining, images/s (Adam)");
  line(["numerics", "network", "threads", "batch", "best", "median"]);
  for (const row of train)
    line([row.numerics, row.network, row.threads, row.batchSize, counted(row.best), counted(row.median)]);
  print("\nInference, images/s");
  line(["numerics", "call", "threads", "images", "best", "median"]);
  for (const row of predict)
    line([row.numerics, row.call, row.threads, row.images, counted(row.best), counted(row.median)]);
  for (const mode of Object.keys(peakGflops)) {
    print(`\nWasm kernels of a training step, ${mode}: share of the time, GFLOP/s`);
    for (const { name, gflops, share, numerics } of wasmKernels) {
      if (numerics !== mode || share < 0.005) continue;
      print(
        `${name.padEnd(28)}${`${(100 * share).toFixed(1)}%`.padStart(7)}${gflops === null ? "" : gflops.toFixed(1).padStart(8)}`,
      );
    }
  }
}
