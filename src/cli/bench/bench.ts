import { InputError } from "../../core/errors.ts";
import type { BenchOptions } from "../commands/bench.ts";
import { modelArgument } from "../models.ts";
import { counted, type Print, printer, printJson } from "../output.ts";
import { type BenchResults, full, measure, quick, thisMachine } from "./measure.ts";
import { subjectOf } from "./subject.ts";

/** `lenet5 bench`: measures, and prints tables or, with `--json`, one document. */
export async function bench(argument: string | undefined, options: BenchOptions): Promise<void> {
  const path = modelArgument(argument, options.model);
  if (path !== undefined && options.network !== undefined)
    throw new InputError(`bench: expected a model or --network, got both: "${path}" and "${options.network}"`);
  const subject = await subjectOf(path, options.network);
  const print = printer(options.json);
  const { cpu, cores } = thisMachine();
  print(`${cpu}, ${cores} cores, Node ${process.version}`);
  const results = await measure(options.quick ? quick : full, subject);
  if (options.json) printJson(results);
  else printTables(results, print);
}

export function printTables(
  { network, peakGflops, wasmKernels, train, predict, fractionOfPeak }: BenchResults,
  print: Print,
): void {
  const width = Math.max(11, network.length + 2);
  const usesWinograd = wasmKernels.some(({ name }) => name.includes("Winograd"));
  const title = network === "full" ? "full C3" : network;
  const line = (cells: readonly (string | number)[]) =>
    print(
      cells
        .map((cell, i) => (i === 0 ? String(cell).padEnd(14) : String(cell).padStart(i === 1 ? width : 8)))
        .join("")
        .trimEnd(),
    );
  print(
    `\nPeak of one core, operands in registers: ${Object.entries(peakGflops)
      .map(([mode, peak]) => `${mode} ${peak} GFLOP/s`)
      .join(", ")}`,
  );
  print(
    `A training step (${title}, one thread) reaches ${Object.entries(fractionOfPeak)
      .map(([mode, share]) => `${(100 * share).toFixed(0)}% (${mode})`)
      .join(
        ", ",
      )} of this peak,\ncounting the multiply-adds of the direct formula${usesWinograd ? "; Winograd's algorithm needs 36 to 40% of them" : ""}`,
  );
  print("\nTraining, images/s (Adam)");
  line(["numerics", "network", "threads", "batch", "best", "median"]);
  for (const row of train)
    line([row.numerics, row.network, row.threads, row.batchSize, counted(row.best), counted(row.median)]);
  print("\nInference, images/s");
  line(["numerics", "call", "threads", "images", "best", "median"]);
  for (const row of predict)
    line([row.numerics, row.call, row.threads, row.images, counted(row.best), counted(row.median)]);
  const nameWidth = Math.max(28, ...wasmKernels.map(({ name }) => name.length + 2));
  for (const mode of Object.keys(peakGflops)) {
    print(`\nWasm kernels of a training step, ${mode}: share of the time, GFLOP/s`);
    for (const { name, gflops, share, numerics } of wasmKernels) {
      if (numerics !== mode || share < 0.005) continue;
      print(
        `${name.padEnd(nameWidth)}${`${(100 * share).toFixed(1)}%`.padStart(7)}${gflops === null ? "" : gflops.toFixed(1).padStart(8)}`,
      );
    }
  }
}
