import type { Command } from "commander";
import { withExamples, withJson } from "../options.ts";
import { printJson, speaker } from "../output.ts";

interface ReportOptions {
  readonly out?: string;
  readonly data?: string;
  readonly json?: boolean;
}

export function reportCommand(program: Command): void {
  const command = program
    .command("report")
    .summary("one page about a run, or about several")
    .description(
      "Write the HTML page of a run anew, or one page that compares several runs.\n" +
        "What a run of an earlier version lacks is made again from its model and its data, where they are there.",
    )
    .argument("<run...>", "folders of runs")
    .option("-o, --out <file>", "where to (default: report.html in the run, or comparison.html for several)")
    .option("--data <data>", "where the run's data are now, if they are no longer where they were");
  withExamples(
    withJson(command),
    "lenet5 report runs/2026-11-22-153012",
    "lenet5 report runs/* -o comparison.html",
    "lenet5 report runs/old --data ./mnist",
  ).action(async (runs: string[], { out, data, json }: ReportOptions) => {
    const { writeReports } = await import("../report.ts");
    const say = speaker(json);
    const report = await writeReports(runs, { out, data, say });
    if (json) printJson({ report });
    else say(`Report: ${report}`);
  });
}
