import type { BatchLogs } from "../training/callbacks/callback.ts";
import type { Logs } from "../training/history.ts";
import { learningRateAt } from "../training/schedules/table.ts";
import type { BatchSource } from "./batch-sources/batch-source.ts";
import type { TrainingState } from "./core.ts";
import { type EpochInProgress, secondsOf } from "./epoch-in-progress.ts";
import type { Target } from "./objectives.ts";
import type { ScoredStep } from "./scored-steps.ts";
import { addSteps, emptyTotals, means } from "./totals.ts";

/** The numbers of each batch of a run, which ended after `iterations` batches over all epochs. */
export function batchLogs(
  epoch: number,
  steps: readonly ScoredStep[],
  iterations: number,
  { targets, optimizer }: { readonly targets: readonly Target[] } & Pick<TrainingState, "optimizer">,
): BatchLogs[] {
  return steps.map((step, i) => {
    const iteration = iterations - steps.length + i;
    const own = emptyTotals(targets);
    addSteps(own, [step]);
    return {
      epoch,
      iteration,
      logs: means(own, targets),
      learningRate: learningRateAt(optimizer.learningRate, iteration),
      gradientNorm: step.gradientNorm ?? Number.NaN,
    };
  });
}

/** The numbers of an epoch whose batches are done, with those of validation. */
export async function epochLogs(
  at: EpochInProgress,
  source: BatchSource,
  { targets, training }: { readonly targets: readonly Target[]; readonly training: TrainingState },
): Promise<Logs> {
  const { optimizer, iterations } = training;
  const learningRate = learningRateAt(optimizer.learningRate, Math.max(0, iterations - 1));
  const seconds = secondsOf(at);
  return {
    ...means(at.totals, targets),
    ...(await source.validate()),
    learning_rate: learningRate,
    seconds,
    images_per_second: at.totals.images / seconds,
  };
}
