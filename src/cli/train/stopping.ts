import type { Callback } from "../../index.ts";
import type { Print } from "../output.ts";
import { type Interruption, watchInterrupts } from "../signals.ts";

/**
 * Ends a training that the user interrupts: after the epoch or, when asked again or by a signal that does not wait, at
 * once; then it is saved within the epoch.
 */
export class Stopping {
  private readonly controller = new AbortController();
  private readonly interruption: Interruption;
  private isTraining = false;

  constructor(print: Print) {
    const stop = () => {
      if (!this.isTraining) return false;
      print("Stopping at once");
      this.controller.abort();
      return true;
    };
    this.interruption = watchInterrupts({ print, atOnce: "Stopped at once; what was saved stays", stop });
  }

  /** Aborted when training has to end at once. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get callback(): Callback {
    const { interruption } = this;
    return {
      onEpochBegin: (epoch) => {
        this.isTraining = true;
        interruption.doing = `Finishing epoch ${epoch}`;
      },
      onEpochEnd(epoch, _, context) {
        if (interruption.asked && epoch < context.epochs) context.stop("interrupted");
      },
      onTrainEnd: () => {
        this.isTraining = false;
        interruption.doing = "Writing the results";
      },
    };
  }

  /** Stops watching: Ctrl-C ends the process again. */
  end(): void {
    this.interruption.end();
  }
}
