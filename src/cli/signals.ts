import { constants } from "node:os";
import type { Print } from "./output.ts";

/** A line, or what makes it when it is printed. */
type Said = string | (() => string);

/** Whether the user asked to stop, and the work that is finished first. */
export interface Interruption {
  readonly asked: boolean;
  /** The work that is finished after the first Ctrl-C, for its message: "Finishing epoch 3". */
  doing: Said;
  /** Stops watching: Ctrl-C ends the process again. */
  end(): void;
}

/** What an interruption does. */
export interface OnInterrupt {
  readonly print: Print;
  /** The last line of a process that is ended. */
  readonly atOnce: Said;
  /** Called at the first Ctrl-C, which asks for a clean end. */
  onAsked?(): void;
  /** Ends the work at once, in order; false where it cannot, and the process is ended. Default: it never can. */
  stop?(): boolean;
}

/** Milliseconds. One key press may arrive twice, from the terminal and from npm, which passes it on to its child. */
const SAME_KEY = 300;

/**
 * The first Ctrl-C (SIGINT) asks for a clean end, the next one stops at once. SIGTERM and SIGHUP stop at once: who sends
 * them, such as a shutdown, does not wait. The exit code is then 128 and the number of the signal. One more signal ends
 * the process.
 */
export function watchInterrupts({ print, atOnce, onAsked, stop = () => false }: OnInterrupt): Interruption {
  let last: number | undefined;
  let isStopping = false;
  const interruption: Interruption = {
    doing: "Finishing",
    get asked() {
      return last !== undefined;
    },
    end() {
      for (const name of signals) process.off(name, handle);
    },
  };
  for (const name of signals) process.on(name, handle);
  return interruption;

  function handle(name: NodeJS.Signals): void {
    const isSameKey = last !== undefined && performance.now() - last <= SAME_KEY;
    if (name === "SIGINT" && isSameKey) return;
    const isFirst = last === undefined;
    last = performance.now();
    if (name === "SIGINT" && isFirst) {
      onAsked?.();
      print(`${textOf(interruption.doing)}; press Ctrl-C again to stop at once`);
      return;
    }
    const code = 128 + constants.signals[name];
    if (!isStopping && stop()) {
      isStopping = true;
      process.exitCode = code;
    } else {
      print(textOf(atOnce));
      process.exit(code);
    }
  }
}

function textOf(said: Said): string {
  return typeof said === "string" ? said : said();
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
