#!/usr/bin/env node
/**
 * The command `lenet5`. Exit codes: 0 done, 1 failure, 2 wrong input, 130 stopped by Ctrl-C.
 */
import { CommanderError } from "commander";
import { writeError } from "#platform";
import { InputError } from "../core/errors.ts";
import { oneLine } from "./output.ts";
import { lenet5Program } from "./program.ts";

// A reader of the output such as `head` may close the pipe, a terminal may be closed, a disk may be full. Training
// continues nevertheless.
let isCut = false;
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || error.code === "EIO" || isCut) return;
    isCut = true;
    const isFull = error.code === "ENOSPC";
    printError(isFull ? new InputError("cannot write the output: the disk is full; free some space") : error);
  });
}
process.on("uncaughtException", (error) => {
  printError(error);
  process.exit();
});

try {
  const program = lenet5Program();
  if (process.argv.length <= 2) program.outputHelp();
  else await program.parseAsync();
} catch (error) {
  printError(error);
}

/** Prints an error in one line (commander has printed its own already) and sets the exit code. */
function printError(error: unknown): void {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const message = error instanceof Error ? error.message || error.name : String(error);
  writeError(`error: ${oneLine(message)}\n`);
  if (process.env.LENET5_DEBUG === "1" && error instanceof Error) writeError(`${error.stack}\n`);
  process.exitCode = error instanceof InputError ? 2 : 1;
}
