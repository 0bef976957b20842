/** Whether the user asked to end, and what is under way. */
export interface Interruption {
  readonly asked: boolean;
  /** What is ended cleanly after the first Ctrl-C, for its message: "Finishing epoch 3". */
  doing: string;
  /** Hands Ctrl-C back. */
  end(): void;
}

/** One key press may arrive twice, from the terminal and from npm, which passes it on to what it runs. */
const SAME_KEY = 300;

/**
 * The first SIGINT or SIGTERM asks for a clean end and says so; the next ends the process with exit code 130 and says
 * `atOnce`.
 */
export function watchInterrupts(
  say: (line: string) => void,
  atOnce = "Stopped at once; the last whole epoch is saved",
): Interruption {
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
      say(`${interruption.doing}; press Ctrl-C again to stop at once`);
    } else if (performance.now() - first > SAME_KEY) {
      say(atOnce);
      process.exit(130);
    }
  }
}
