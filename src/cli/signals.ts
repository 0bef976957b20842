import type { Print } from "./output.ts";

/** Whether the user asked to stop, and the work that is finished first. */
export interface Interruption {
  readonly asked: boolean;
  /** The work that is finished after the first Ctrl-C, for its message: "Finishing epoch 3". */
  doing: string;
  /** Stops watching: Ctrl-C ends the process again. */
  end(): void;
}

/** Milliseconds. One key press may arrive twice, from the terminal and from npm, which passes it on to its child. */
const SAME_KEY = 300;

/**
 * The first SIGINT or SIGTERM asks for a clean end and prints a message; the next prints `atOnce` and ends the process
 * with exit code 130.
 */
export function watchInterrupts(print: Print, atOnce = "Stopped at once; the last whole epoch is saved"): Interruption {
  let first: number | undefined;
  const interruption = {
    doing: "Finishing",
    get asked() {
      return first !== undefined;
    },
    end() {
      process.off("SIGINT", handle).off("SIGTERM", handle);
    },
  };
  process.on("SIGINT", handle).on("SIGTERM", handle);
  return interruption;

  function handle(): void {
    if (first === undefined) {
      first = performance.now();
      print(`${interruption.doing}; press Ctrl-C again to stop at once`);
    } else if (performance.now() - first > SAME_KEY) {
      print(atOnce);
      process.exit(130);
    }
  }
}
