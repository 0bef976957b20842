import { callable } from "../../core/options.ts";
import type { Callback } from "./callback.ts";

const checkedWrite = callable<(line: string) => void>();

/**
 * Reports training to a program: calls `write` with lines of one JSON object each, without the line feed. Their `type`:
 *
 * - `begin`: `epochs`, `steps_per_epoch` (null for a stream)
 * - `batch`: `epoch` from 1, `iteration` from 0 over all epochs, the batch's own `loss` and metrics, `learning_rate`,
 *   `gradient_norm`; written several times a second, for every batch since then
 * - `epoch`: `epoch` and the numbers of the history
 * - `end`: also when training ends early, or fails
 *
 * A number that is not finite is null.
 * @throws InputError unless `write` is a function
 */
export function jsonLines(write: (line: string) => void): Callback {
  checkedWrite("jsonLines write", write);
  const print = (type: string, content: object) => write(JSON.stringify({ type, ...content }));
  return {
    onTrainBegin: ({ epochs, stepsPerEpoch = null }) => print("begin", { epochs, steps_per_epoch: stepsPerEpoch }),
    onBatches(batches) {
      for (const { epoch, iteration, logs, learningRate, gradientNorm } of batches) {
        print("batch", { epoch, iteration, ...logs, learning_rate: learningRate, gradient_norm: gradientNorm });
      }
    },
    onEpochEnd: (epoch, logs) => print("epoch", { epoch, ...logs }),
    onTrainEnd: () => print("end", {}),
  };
}
