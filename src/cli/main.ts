#!/usr/bin/env node
/**
 * The command line. What a command works with is imported when it runs, so that `lenet5 --help` answers at once.
 * Exit codes: 0 done, 1 something broke, 2 something given is wrong, 130 stopped by a second Ctrl-C.
 */
import { readFileSync } from "node:fs";
import { Command, CommanderError } from "commander";
import { writeError, writeOut } from "#platform";
import { InputError } from "../core/errors.ts";
import { benchCommand } from "./commands/bench.ts";
import { dataCommand } from "./commands/data.ts";
import { evaluateCommand } from "./commands/evaluate.ts";
import { figureCommand } from "./commands/figure.ts";
import { paperCommand } from "./commands/paper.ts";
import { predictCommand } from "./commands/predict.ts";
import { reportCommand } from "./commands/report.ts";
import { summaryCommand } from "./commands/summary.ts";
import { trainCommand } from "./commands/train.ts";

// What reads our output may stop reading, as `head` does: that is its right, and no reason to break off a training.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") return;
    throw error.code === "ENOSPC"
      ? new InputError("cannot write the output: the disk is full; free some space")
      : error;
  });
}
process.on("uncaughtException", (error) => {
  complain(error);
  process.exit();
});

const program = new Command("lenet5")
  .description("LeNet-5, trained and used on this machine's processor.")
  .version(packageVersion(), "-V, --version", "print the version")
  .helpOption("-h, --help", "print help")
  .helpCommand("help [command]", "print help for a command")
  .exitOverride()
  .showSuggestionAfterError()
  .configureOutput({
    writeOut,
    writeErr: writeError,
    outputError: (text, write) => write(`${oneLine(text)}${text.includes("unknown command") ? knownCommands() : ""}\n`),
  })
  .addHelpText(
    "after",
    `
Examples:
  $ lenet5 train                       train on MNIST, or on built-in digits where MNIST cannot be had
  $ lenet5 train --epochs 3 --out runs/short
  $ lenet5 predict seven.png           what digit is it?
  $ lenet5 help train                  all about one command`,
  );
for (const add of [
  trainCommand,
  evaluateCommand,
  predictCommand,
  reportCommand,
  figureCommand,
  summaryCommand,
  dataCommand,
  benchCommand,
  paperCommand,
])
  add(program);

try {
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  complain(error);
}

/** Says what is wrong in one line (commander has done so already for what it throws) and sets the exit code. */
function complain(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  writeError(`error: ${oneLine(message)}\n`);
  if (process.env.LENET5_DEBUG === "1" && error instanceof Error) writeError(`${error.stack}\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, " ");
}

function knownCommands(): string {
  return `; expected ${program.commands.map((command) => command.name()).join(", ")} or help`;
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  return version;
}
