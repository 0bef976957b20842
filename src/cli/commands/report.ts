import type { Command } from "commander";
import { withMaxBytes } from "../data-options.ts";
import { type InputOptions, inputOptionsOf, withInputOptions } from "../input-options.ts";
import { withExamples, withJson } from "../options.ts";
import { printer, printJson } from "../output.ts";

interface ReportOptions extends InputOptions {
  readonly out?: string;
  readonly data?: string;
  readonly maxBytes?: number;
  readonly json?: boolean;
}

export function reportCommand(program: Command): void {
  const command = program
    .command("report")
    .summary("write the HTML page of a run, or compare runs")
    .description(
      "Write the HTML page of a run, or one page that compares several runs; of several paths, those that are not runs are " +
        "skipped. A single path may be a model file, also of another program, whose training is not known. If a run has no results yet, they are computed from its model and its data, where these are available.",
    )
    .argument("<run...>", "folders of runs, or one model file")
    .option(
      "-o, --out <file>",
      "file to write (default: report.html in the run; of a file report.html, of several runs comparison.html)",
    )
    .option("--data <data>", "the data of the run, if their folder has moved; of a file, as for evaluate");
  withMaxBytes(command);
  withJson(command);
  withExamples(
    withInputOptions(command),
    "lenet5 report runs/first",
    "lenet5 report runs/* -o comparison.html",
    "lenet5 report runs/old --data ./mnist",
    "lenet5 report model.onnx --data mnist",
  ).action(async (runs: string[], { out, data, maxBytes, json, ...options }: ReportOptions) => {
    const { writeReports } = await import("../report.ts");
    const print = printer(json);
    const report = await writeReports(runs, { out, data, maxBytes, input: inputOptionsOf(options), print });
    if (json) printJson({ report });
    else print(`Report: ${report}`);
  });
}
