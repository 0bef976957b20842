/**
 * All commands and their help. Each command imports its implementation when it runs, so that `lenet5 --help` is fast.
 */
import { readFileSync } from "node:fs";
import { Command } from "commander";
import { terminalColumns, writeError, writeOut } from "#platform";
import { benchCommand } from "./commands/bench.ts";
import { dataCommand } from "./commands/data.ts";
import { ensembleCommand } from "./commands/ensemble.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { exportCommand } from "./commands/export.ts";
import { figureCommand } from "./commands/figure.ts";
import { importCommand } from "./commands/import.ts";
import { paperCommand } from "./commands/paper.ts";
import { playCommand } from "./commands/play.ts";
import { predictCommand } from "./commands/predict.ts";
import { reportCommand } from "./commands/report.ts";
import { summaryCommand } from "./commands/summary.ts";
import { sweepCommand } from "./commands/sweep.ts";
import { trainCommand } from "./commands/train.ts";
import { trustCommand } from "./commands/trust.ts";
import { workerCommand } from "./commands/worker.ts";
import { withTable } from "./options.ts";
import { oneLine } from "./output.ts";

/** The command line; `columns` is the width of its help. */
export function lenet5Program(columns: number = terminalColumns("out") ?? 80): Command {
  const program = new Command("lenet5")
    .description("Train and use LeNet-5 on this machine's processor.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help")
    .helpCommand("help [command]", "print help for a command")
    .exitOverride()
    .showSuggestionAfterError()
    // The default of 40 columns would leave descriptions unwrapped on a narrow terminal.
    .configureHelp({ minWidthToWrap: 15 })
    .configureOutput({
      writeOut,
      writeErr: writeError,
      getOutHelpWidth: () => columns,
      outputError: (text, write) => {
        const known = text.includes("unknown command") ? `; expected ${names(program)} or help` : "";
        write(`${oneLine(text)}${known}\n`);
      },
    });
  withTable(program, "Examples:", {
    "$ lenet5 train": "train on MNIST",
    "$ lenet5 train --data digits": "train on built-in digits",
    "$ lenet5 predict seven.png": "classify a picture",
    "$ lenet5 play": "open the page in a browser",
    "$ lenet5 help train": "all options of a command",
  });
  const add = [
    trainCommand,
    sweepCommand,
    workerCommand,
    evaluateCommand,
    predictCommand,
    ensembleCommand,
    reportCommand,
    figureCommand,
    summaryCommand,
    exportCommand,
    importCommand,
    dataCommand,
    benchCommand,
    paperCommand,
    playCommand,
    trustCommand,
  ];
  for (const addTo of add) addTo(program);
  return program;
}

function names(program: Command): string {
  return program.commands.map((command) => command.name()).join(", ");
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return version;
}
