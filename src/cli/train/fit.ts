import { type Callback, terminateOnNaN } from "../../index.ts";
import { networks } from "../networks/networks.ts";
import { writeHistory } from "../run/history.ts";
import type { Interruption } from "../signals.ts";
import type { Training } from "./training.ts";

export interface FitResult {
  readonly seconds: number;
  readonly imagesPerSecond: number;
  /** Why training ended before its last epoch. */
  readonly stopped: string | undefined;
  /** Whether the loss or a weight became NaN or infinite. */
  readonly diverged: boolean;
}

/** Trains, and saves history, records and model after each epoch. */
export async function fit(
  { run, data, model, history, recorders }: Training,
  interruption: Interruption,
  { bar, loggers }: { readonly bar: Callback; readonly loggers: readonly Callback[] },
): Promise<FitResult> {
  const { network, epochs, batchSize, seed, validationSplit, augment } = run.config.settings;
  const initialEpoch = history.epochs.length;
  let diverged = false;
  const saver: Callback = {
    onEpochBegin(epoch) {
      interruption.doing = `Finishing epoch ${epoch}`;
    },
    async onEpochEnd(epoch, logs, context) {
      // A model that diverged must not replace the last good one.
      const losses = [logs.loss!, logs.val_loss ?? 0];
      const areFinite = [...context.getWeights().values()].every((values) => values.every(Number.isFinite));
      diverged = !areFinite || !losses.every(Number.isFinite);
      if (diverged) {
        if (Number.isFinite(logs.loss)) context.stop(`a weight became NaN or infinite in epoch ${epoch}`);
        return;
      }
      history.epochs.push(epoch);
      for (const [name, value] of Object.entries(logs)) {
        history.history[name] ??= [];
        history.history[name].push(value);
      }
      await writeHistory(run, history);
      await recorders.save();
      await context.save(run.file("model.safetensors"));
      if (interruption.asked && epoch < epochs) context.stop("interrupted");
    },
  };
  const began = performance.now();
  const { stopped, history: numbers } = await model.fit(data.train, {
    epochs,
    initialEpoch,
    batchSize,
    shuffle: networks[network].recipe.shuffle,
    seed,
    validationSplit,
    verbose: 0,
    ...(augment && { augment }),
    callbacks: [bar, terminateOnNaN(), ...recorders.callbacks, saver, ...loggers],
  });
  const seconds = (performance.now() - began) / 1000;
  const training = (numbers.seconds ?? []).reduce((sum, value) => sum + value, 0);
  const images = run.config.data.trainImages * (history.epochs.length - initialEpoch);
  return { seconds, imagesPerSecond: training > 0 ? images / training : 0, stopped, diverged };
}
